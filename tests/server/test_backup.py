"""Backup of a server while it runs, and its restore."""

import hashlib
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.running_server import start_server
from support.wait import wait_until_true

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import UserCreated
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import state_text
from tabuah.server.backup import back_up_server, read_restore_record, restore_server
from tabuah.server.errors import ServerReadOnly, UnusableDirectory
from tabuah.server.handback.handback import Handback
from tabuah.server.journal import ServerJournal
from tabuah.storage.backup.errors import BackupError, DamagedBackup
from tabuah.storage.backup.manifest import BackupManifest

PHOTO = b"foto jembatan" * 5000
SHA256 = hashlib.sha256(PHOTO).hexdigest()


def make_server(directory: Path, users: int = 3) -> Path:
    with ServerJournal.open(directory) as journal:
        for number in range(users):
            add_user(journal, f"user{number}")
    (directory / "blobs").mkdir()
    (directory / "blobs" / SHA256).write_bytes(PHOTO)
    return directory


def add_user(journal: ServerJournal, name: str) -> None:
    body = encode_body(UserCreated(name=name, role=Role.OPERATOR, opd="BPBD"))
    journal.append_drafts([Draft(subject=f"user/{name}", kind="user.created", body=body)], passwords={name: "x"})


def contents_of(directory: Path) -> tuple[int, str, dict[str, bytes]]:
    with ServerJournal.open(directory, create=False) as journal:
        states = {key: state_text(state) for key, state in journal.states_of_kind("user").items()}
        return journal.head().seq, journal.head().hash, states


@contextmanager
def writing(journal: ServerJournal) -> Iterator[None]:
    """Write entries in a thread until the block ends."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            add_user(journal, f"busy{number}")
            number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("name", ["salinan", "salinan.tar"])
def test_server_backup_restores_journal_key_and_attachments(tmp_path: Path, name: str):
    server = make_server(tmp_path / "server")
    (server / "gateways.toml").write_text("# gerbang\n")
    saved = back_up_server(server, tmp_path / name)
    restored = restore_server(tmp_path / name, tmp_path / "new")
    assert restored == saved
    assert contents_of(tmp_path / "new") == contents_of(server)
    assert (tmp_path / "new" / "blobs" / SHA256).read_bytes() == PHOTO
    assert (tmp_path / "new" / "server.key").read_text() == (server / "server.key").read_text()
    assert (tmp_path / "new" / "gateways.toml").is_file()
    record = read_restore_record(tmp_path / "new")
    assert record is not None
    assert (record.seq, record.copied_at) == (saved.seq, saved.copied_at)
    assert [path.name for path in tmp_path.iterdir() if ".new" in path.name] == []


def test_server_backup_is_consistent_while_entries_arrive(tmp_path: Path):
    with start_server(tmp_path / "server") as server, writing(server.journal):
        copies: list[BackupManifest] = []
        for number in range(3):
            copies.append(back_up_server(tmp_path / "server", tmp_path / f"copy{number}"))
            wait_until_true(lambda: server.journal.head().seq > copies[-1].seq)
        head = server.journal.head().seq
    assert [copy.seq for copy in copies] == sorted({copy.seq for copy in copies})
    assert copies[-1].seq <= head
    restore_server(tmp_path / "copy1", tmp_path / "new")
    seq, hash_, states = contents_of(tmp_path / "new")
    assert (seq, hash_) == (copies[1].seq, copies[1].hash)
    assert states


def test_server_backup_leaves_out_damaged_attachment(tmp_path: Path):
    server = make_server(tmp_path / "server")
    other = hashlib.sha256(b"lain").hexdigest()
    (server / "blobs" / other).write_bytes(b"rusak")
    saved = back_up_server(server, tmp_path / "copy.tar")
    assert (saved.attachments, saved.damaged) == (1, (f"blobs/{other}",))
    restore_server(tmp_path / "copy.tar", tmp_path / "new")
    assert not (tmp_path / "new" / "blobs" / other).exists()


def test_server_backup_of_damaged_journal_fails(tmp_path: Path):
    server = make_server(tmp_path / "server")
    with sqlite3.connect(server / "journal.db") as connection:
        connection.execute("UPDATE entries SET reason = 'forged' WHERE seq = 3")
    connection.close()
    (tmp_path / "copy.tar").write_bytes(b"the copy of yesterday")
    with pytest.raises(DamagedBackup, match="3"):
        back_up_server(server, tmp_path / "copy.tar")
    assert (tmp_path / "copy.tar").read_bytes() == b"the copy of yesterday"


def test_server_backup_detects_wrong_state_count(tmp_path: Path):
    back_up_server(make_server(tmp_path / "server"), tmp_path / "copy")
    manifest = (tmp_path / "copy" / "backup.json").read_text()
    (tmp_path / "copy" / "backup.json").write_text(manifest.replace('"subjects": ', '"subjects": 1'))
    with pytest.raises(DamagedBackup):
        restore_server(tmp_path / "copy", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("packed", [True, False])
def test_server_restore_refuses_changed_backup(tmp_path: Path, packed: bool):
    path = tmp_path / ("copy.tar" if packed else "copy")
    back_up_server(make_server(tmp_path / "server"), path)
    file = path if packed else path / "blobs" / SHA256
    file.write_bytes(file.read_bytes().replace(b"jembatan", b"jembatas", 1))
    with pytest.raises(DamagedBackup):
        restore_server(path, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_server_restore_refuses_cut_off_backup(tmp_path: Path):
    back_up_server(make_server(tmp_path / "server"), tmp_path / "copy.tar")
    data = (tmp_path / "copy.tar").read_bytes()
    (tmp_path / "copy.tar").write_bytes(data[: len(data) // 2])
    with pytest.raises(BackupError):
        restore_server(tmp_path / "copy.tar", tmp_path / "new")


def test_server_restore_refuses_folder_in_use(tmp_path: Path):
    server = make_server(tmp_path / "server")
    back_up_server(server, tmp_path / "copy")
    with pytest.raises(BackupError, match="tidak kosong"):
        restore_server(tmp_path / "copy", server)
    with pytest.raises(BackupError, match="tidak kosong"):
        back_up_server(server, tmp_path / "copy")


def test_server_never_runs_on_backup(tmp_path: Path):
    back_up_server(make_server(tmp_path / "server"), tmp_path / "copy")
    with pytest.raises(UnusableDirectory, match="tabuah server restore"):
        ServerJournal.open(tmp_path / "copy")


def test_server_restore_ends_all_sessions(tmp_path: Path):
    server = make_server(tmp_path / "server")
    with sqlite3.connect(server / "journal.db") as connection:
        columns = "hash, family, user_name, expires_at, successor"
        connection.execute(f"INSERT INTO refresh_tokens ({columns}) VALUES ('h', 'f', 'u', 9999999999, '')")
    connection.close()
    back_up_server(server, tmp_path / "copy")
    restore_server(tmp_path / "copy", tmp_path / "new")
    connection = sqlite3.connect(tmp_path / "new" / "journal.db")
    assert connection.execute("SELECT count(*) FROM refresh_tokens").fetchone() == (0,)
    connection.close()


def test_server_restored_from_backup_serves(tmp_path: Path):
    back_up_server(make_server(tmp_path / "server"), tmp_path / "copy")
    shutil.rmtree(tmp_path / "server")
    restore_server(tmp_path / "copy", tmp_path / "server")
    with start_server(tmp_path / "server") as server, server.client("user1") as client:
        assert client.get(f"/v1/blobs/{SHA256}").status_code in (200, 403, 404)
        assert client.get("/health").json()["read_only"] == "restored"
        with pytest.raises(ServerReadOnly):
            add_user(server.journal, "sesudah")
        assert Handback(server.journal).end_wait()
        add_user(server.journal, "sesudah")
