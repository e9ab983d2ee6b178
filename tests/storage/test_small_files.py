"""Small files: a bound, and one error for whatever is in them; one damaged file stops no start."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tabuah.server import backup, steady_clock
from tabuah.server.errors import UnusableBroker, UnusableDirectory, UnusableFeeds
from tabuah.server.feeds import health
from tabuah.server.feeds.sources import load_feed_sources
from tabuah.server.gateways.gateway_mappings import load_gateway_mappings
from tabuah.server.journal import ServerJournal
from tabuah.server.regency.setup_files import MAX_PENDING_BYTES, PENDING_NAME, finish_killed_import, present_text
from tabuah.storage.small_files import DamagedSmallFile, read_json_file, read_small_file, read_small_text

DAMAGED = (b"", b"{", b"[]", b'{"a": "\xff"}', b"\x00" * 100, b"[" * 100_000)


def make_large(file: Path, size: int) -> None:
    """Write a sparse file, so that no disk has to have the space."""
    with file.open("wb") as target:
        target.truncate(size)


def test_file_at_the_bound_is_read_and_a_larger_one_is_not(tmp_path: Path):
    file = tmp_path / "a"
    file.write_bytes(b"\xef\xbb\xbfabc")
    assert read_small_text(file, at_most=6) == "abc"
    with pytest.raises(DamagedSmallFile, match="KiB"):
        read_small_file(file, at_most=5)


@pytest.mark.parametrize("content", DAMAGED)
def test_damaged_json_is_one_error(tmp_path: Path, content: bytes):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(DamagedSmallFile):
        read_json_file(tmp_path / "a.json", dict[str, int])


@pytest.mark.parametrize(
    ("read", "name", "without"),
    [
        (steady_clock.read_clock_jump, steady_clock.FILE_NAME, None),
        (backup.read_restore_record, backup.RESTORE_NAME, None),
        (health.read_records, health.FILE_NAME, {}),
    ],
)
@pytest.mark.parametrize("content", [*DAMAGED, None])
def test_damaged_record_of_a_server_counts_as_none(
    tmp_path: Path, read: Callable[[Path], object], name: str, without: object, content: bytes | None
):
    if content is None:
        make_large(tmp_path / name, 1 << 30)
    else:
        (tmp_path / name).write_bytes(content)
    assert read(tmp_path) == without


@pytest.mark.parametrize(
    ("load", "name", "error"),
    [
        (load_feed_sources, "feeds.toml", UnusableFeeds),
        (load_gateway_mappings, "gateways.toml", UnusableBroker),
        (lambda folder: present_text(folder, "feeds.toml"), "feeds.toml", UnusableDirectory),
    ],
)
@pytest.mark.parametrize("content", [b"\xff", None])
def test_settings_that_cannot_be_used_are_named(
    tmp_path: Path, load: Callable[[Path], object], name: str, error: type[Exception], content: bytes | None
):
    if content is None:
        make_large(tmp_path / name, 1 << 30)
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=name):
        load(tmp_path)


@pytest.mark.parametrize("content", [*DAMAGED, None])
def test_damaged_pending_import_is_discarded_at_a_start(tmp_path: Path, content: bytes | None):
    with ServerJournal.open(tmp_path / "server") as journal:
        file = tmp_path / "server" / PENDING_NAME
        if content is None:
            make_large(file, MAX_PENDING_BYTES + 1)
        else:
            file.write_bytes(content)
        finish_killed_import(journal)
        assert not file.exists()
