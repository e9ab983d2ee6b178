"""The server's files are readable by their owner only."""

import os
import sys
import time
from pathlib import Path

import pytest
from support.console_stores import open_store
from support.running_server import start_server

from tabuah.server.directory import ServerDirectory
from tabuah.server.journal import ServerJournal
from tabuah.storage.data_files import UNFINISHED_AFTER_S

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes; folders inherit theirs")


def readable_by_others(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.stat().st_mode & 0o044 and path.suffix != ".lock"]


def test_server_files_are_private(tmp_path: Path):
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        assert (tmp_path / "server").stat().st_mode & 0o077 == 0
        assert readable_by_others(tmp_path / "server") == []


OURS = (
    *(
        "server.key.new",
        "server.key.new.abcd_123.new",
        "server.toml.k3j2h1g0.new",
        "known-addresses.json.aaaaaaaa.new",
    ),
    *("gateways.toml.previous.abcdefgh.new", "tls/ca.pem.abcd1234.new", "tls/gateways/a1.json.abcd1234.new"),
    "histories/7-0123456789ab.new",
)
OF_OTHERS = ("notes.new", "laporan.12345678.new", "server.key", "server.key.new.txt", "tls/photo.jpg.abcd1234.new")


def test_files_of_a_killed_process_are_removed_at_the_start(tmp_path: Path):
    directory = ServerDirectory(tmp_path / "server")
    long_ago_s = time.time() - 10 * UNFINISHED_AFTER_S
    for name in (*OURS, *OF_OTHERS):
        path = directory.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"" if name == "server.key" else b"key")
        os.utime(path, (long_ago_s, long_ago_s))
    (directory.path / "linked.key.abcdefgh.new").symlink_to(tmp_path / "server.key.new.txt")
    of_now = directory.path / "device.key.1234.new"  # perhaps of a command that writes it now
    of_now.write_bytes(b"key")
    of_now.chmod(0o644)
    directory.remove_unfinished()
    left = {path.relative_to(directory.path).as_posix() for path in directory.path.rglob("*") if not path.is_dir()}
    assert left == {*OF_OTHERS, "linked.key.abcdefgh.new", of_now.name}
    assert of_now.stat().st_mode & 0o077 == 0


def test_server_and_console_remove_them_when_they_open(tmp_path: Path):
    with start_server(tmp_path / "server"), open_store(tmp_path / "console"):
        pass
    left = [tmp_path / "server" / "server.key.new", tmp_path / "console" / "session.json.1234.new"]
    for path in left:
        path.write_bytes(b"key")
        os.utime(path, (0, 0))
    with start_server(tmp_path / "server"), open_store(tmp_path / "console"):
        assert [path for path in left if path.exists()] == []


def test_database_permissions_are_tightened_when_opened(tmp_path: Path):
    ServerJournal.open(tmp_path / "server").close()
    (tmp_path / "server" / "journal.db").chmod(0o644)
    ServerJournal.open(tmp_path / "server").close()
    assert readable_by_others(tmp_path / "server") == []
