"""The server's files are readable by their owner only."""

import sys
from pathlib import Path

import pytest
from support.running_server import start_server

from tabuah.server.journal import ServerJournal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes; folders inherit theirs")


def readable_by_others(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.stat().st_mode & 0o044 and path.suffix != ".lock"]


def test_server_files_are_private(tmp_path: Path):
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        assert (tmp_path / "server").stat().st_mode & 0o077 == 0
        assert readable_by_others(tmp_path / "server") == []


def test_database_permissions_are_tightened_when_opened(tmp_path: Path):
    ServerJournal.open(tmp_path / "server").close()
    (tmp_path / "server" / "journal.db").chmod(0o644)
    ServerJournal.open(tmp_path / "server").close()
    assert readable_by_others(tmp_path / "server") == []
