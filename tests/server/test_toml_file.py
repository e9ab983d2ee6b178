"""A TOML file of settings: its bound, its encoding, and a sample that replaces nothing."""

from pathlib import Path

import pytest

from tabuah.server.errors import Refusal, UnusableNotices
from tabuah.server.messages.mapping_source import MessageMappings
from tabuah.server.toml_file import MAX_BYTES, load_settings, read_toml_text, write_sample


def test_toml_text_is_read_without_the_mark_of_editors(tmp_path: Path):
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert read_toml_text(tmp_path / "a.toml") == "a = 1\n"


@pytest.mark.parametrize("content", [b"#" * (MAX_BYTES + 1), b"a = \xff"])
def test_toml_text_that_is_too_large_or_no_text_is_not_read(tmp_path: Path, content: bytes):
    (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(ValueError, match=r"KiB|utf-8"):
        read_toml_text(tmp_path / "a.toml")


def test_sample_replaces_nothing(tmp_path: Path):
    file = tmp_path / "a.toml"
    assert write_sample(file, "a = 1\n", error=UnusableNotices) == file
    assert write_sample(file, "a = 2\n", error=UnusableNotices) is None
    assert file.read_text() == "a = 1\n"
    assert file.stat().st_mode & 0o077 == 0


def test_settings_that_cannot_be_used_name_their_file(tmp_path: Path):
    file = tmp_path / "a.toml"
    assert load_settings(file, len, error=UnusableNotices) is None
    file.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(UnusableNotices, match=r"a\.toml"):
        load_settings(file, len, error=UnusableNotices)
    with pytest.raises(UnusableNotices, match=r"b\.toml"):
        write_sample(tmp_path / "missing" / "b.toml", "", error=UnusableNotices)


def test_mappings_of_messages_in_a_file_that_is_too_large_are_not_used(tmp_path: Path):
    file = tmp_path / "messages.toml"
    file.write_text('[[message]]\naccount = "wa"\nuse = "simple"\n' + "#" * MAX_BYTES)
    with pytest.raises(Refusal, match="KiB"):
        MessageMappings(file).mapping_of("wa")
