"""Restore commands that are given a folder of several backups: they list them and restore nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.command_line import CommandLine

from tabuah.console.commands.main import run
from tabuah.server.backup import back_up_server
from tabuah.server.journal import ServerJournal
from tabuah.storage.backup.backup_list import find_backups
from tabuah.storage.backup.manifest import MANIFEST_NAME, BackupKind

DAYS = [datetime(2026, 12, day, 2, tzinfo=UTC) for day in (1, 3, 2)]


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    """A folder with three server backups, one of them packed, and things that are no backups."""
    with ServerJournal.open(tmp_path / "server"):
        pass
    folder = tmp_path / "cadangan malam"
    folder.mkdir()
    for day, name in zip(DAYS, ("satu", "tiga.tar", "dua"), strict=True):
        back_up_server(tmp_path / "server", folder / name, clock=lambda day=day: day)
    (folder / "rusak").mkdir()
    (folder / "rusak" / MANIFEST_NAME).write_text("{", encoding="utf-8")
    (folder / "catatan.tar").write_bytes(b"bukan tar")
    (folder / "kosong").mkdir()
    return folder


def test_server_restore_lists_backups_of_folder_newest_first(backups: Path, tmp_path: Path, capsys):
    new = tmp_path / "baru"
    assert run(["server", "restore", str(backups), "--into", str(new)]) == 2
    told = capsys.readouterr().err
    assert [told.index(name) for name in ("tiga.tar", "  dua", "  satu")] == sorted(
        told.index(name) for name in ("tiga.tar", "  dua", "  satu")
    )
    assert f'tabuah server restore "{backups / "tiga.tar"}" --into {new}' in told
    assert told.count("12-0") + told.count("Des") >= len(DAYS)
    assert told.count("kB") == len(DAYS)
    assert not {"rusak", "catatan"} & set(told.split())
    assert not new.exists()
    assert run(["server", "restore", str(backups / "tiga.tar"), "--into", str(new)]) == 0


def test_server_restore_keeps_key_option_in_printed_command(backups: Path, tmp_path: Path, capsys):
    assert run(["server", "backup-key", str(tmp_path / "kunci")]) == 0
    run(["server", "restore", str(backups), "--into", str(tmp_path / "baru"), "--key", str(tmp_path / "kunci")])
    assert f"--key {tmp_path / 'kunci'}" in capsys.readouterr().err


def test_console_restore_lists_console_backups_only(backups: Path, tmp_path: Path, capsys):
    line = CommandLine(capsys, tmp_path / "konsol")
    assert line("incident", "list")[0] == 0
    assert line("backup", str(backups / "konsol.tar"))[0] == 0
    new = CommandLine(capsys, tmp_path / "konsol2")
    code, _out, told = new("restore", str(backups))
    assert code == 2
    assert f'tabuah restore "{backups / "konsol.tar"}" --data {new.data}' in told
    assert "tiga" not in told
    assert not (new.data / "cache.gpkg").exists()


def test_find_backups_of_one_backup_or_other_folder_is_empty(backups: Path, tmp_path: Path):
    assert find_backups(backups / "satu", BackupKind.SERVER) == []
    assert find_backups(tmp_path / "hilang", BackupKind.SERVER) == []
    assert find_backups(backups / "kosong", BackupKind.SERVER) == []
    assert [backup.path.name for backup in find_backups(backups, BackupKind.SERVER)] == ["tiga.tar", "dua", "satu"]
