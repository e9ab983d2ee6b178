"""The key of sealed backups: its public line and its private file."""

from pathlib import Path

import pytest

from tabuah.storage.backup.backup_key import PREFIX, create_key_file, parse_public_key, public_text, read_key_file
from tabuah.storage.backup.errors import BackupError
from tabuah.storage.journal.signatures import DeviceKey


def test_backup_key_public_line_names_the_key(tmp_path: Path):
    line = create_key_file(tmp_path / "cadangan.key")
    key = read_key_file(tmp_path / "cadangan.key")
    assert line == public_text(key)
    assert parse_public_key(f"  {line}\n").device == key.device_id
    assert (tmp_path / "cadangan.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("position", [0, len(PREFIX), 60, -1])
def test_backup_key_line_with_a_typing_error_is_refused(position: int):
    line = list(public_text(DeviceKey.generate()))
    line[position] = "0" if line[position] != "0" else "1"
    with pytest.raises(BackupError, match="backup-key"):
        parse_public_key("".join(line))


@pytest.mark.parametrize("text", ["", PREFIX, PREFIX + "zz", "x" * 500, PREFIX + "é" * 104])
def test_other_text_is_no_backup_key(text: str):
    with pytest.raises(BackupError):
        parse_public_key(text)


def test_backup_key_file_is_never_replaced(tmp_path: Path):
    file = tmp_path / "cadangan.key"
    file.write_text("lain")
    with pytest.raises(BackupError):
        create_key_file(file)
    assert file.read_text() == "lain"
    for path in (file, tmp_path / "missing", tmp_path):
        with pytest.raises(BackupError):
            read_key_file(path)
