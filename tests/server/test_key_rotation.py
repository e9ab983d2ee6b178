"""Rotation of the server's key: consoles follow it, backups have it, and no earlier secret reveals it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.restored_server import RestorableServer, restorable_server, server_with_report

from tabuah.console.commands.main import run
from tabuah.operations.people.roles import Role
from tabuah.server.admission.server_entries import ReplaceServerKey
from tabuah.server.audit import audit_server, check_server_databases
from tabuah.server.backup import back_up_server, restore_server
from tabuah.server.directory import ServerDirectory
from tabuah.server.errors import DamagedData, ServerReadOnly, UnusableDirectory
from tabuah.server.journal import ServerJournal
from tabuah.server.key_rotation import rotate_key
from tabuah.storage.journal.server_keys import later_key


@pytest.fixture
def server(tmp_path: Path) -> Path:
    with ServerJournal.open(tmp_path / "server"):
        pass
    return tmp_path / "server"


def rotate(directory: Path) -> str:
    with ServerJournal.open(directory, serving=True) as journal:
        return rotate_key(journal).device_id


def test_rotated_key_signs_after_a_restart(server: Path):
    keys = [rotate(server), rotate(server)]
    with ServerJournal.open(server) as journal:
        assert journal.key.device_id == keys[-1]
        assert journal.server_id == ServerDirectory(server).read_keys()[0].device_id
        assert len(journal.certificates()) == 2
    check_server_databases(server)
    assert audit_server(server).findings == ()
    assert (server / "server.key").stat().st_mode & 0o077 == 0


def test_rotated_key_does_not_follow_from_the_first(server: Path):
    new = rotate(server)
    with ServerJournal.open(server) as journal:
        follows = str(journal.authority.devices[new].follows)
        assert later_key(journal.keys.first, follows).device_id != new


def test_key_of_a_later_decision_follows_from_the_rotated_one(server: Path):
    new = rotate(server)
    with ServerJournal.open(server) as journal:
        root = journal.keys.root(journal.authority)
        assert root.device_id == new
        derived = journal.submit(ReplaceServerKey(root, journal.key)).result()
    with ServerJournal.open(server) as journal:
        assert journal.key.device_id == derived.device_id
    third = rotate(server)
    with ServerJournal.open(server) as journal:
        assert journal.key.device_id == third


def test_unused_key_of_an_interrupted_rotation_is_harmless(server: Path, monkeypatch: pytest.MonkeyPatch):
    with ServerJournal.open(server, serving=True) as journal:
        before = journal.key.device_id
        with monkeypatch.context() as patch:
            patch.setattr(journal, "submit", lambda _work: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                rotate_key(journal)
    assert len(ServerDirectory(server).read_keys()) == 2
    with ServerJournal.open(server) as journal:
        assert journal.key.device_id == before
    assert rotate(server) != before


def test_key_file_that_cannot_be_written_changes_nothing(server: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with ServerJournal.open(server, serving=True) as journal:
        head = journal.head()
        with monkeypatch.context() as patch:
            patch.setattr("tabuah.server.directory.create_private", full)
            with pytest.raises(UnusableDirectory):
                rotate_key(journal)
        assert journal.head() == head
    assert len(ServerDirectory(server).read_keys()) == 1


def test_backup_has_the_rotated_key(server: Path, tmp_path: Path):
    old = tmp_path / "old"
    back_up_server(server, old)
    new = rotate(server)
    back_up_server(server, tmp_path / "copy")
    restore_server(tmp_path / "copy", tmp_path / "restored")
    with ServerJournal.open(tmp_path / "restored") as journal:
        assert journal.key.device_id == new
        with pytest.raises(ServerReadOnly):
            rotate_key(journal)
    (server / "server.key").write_bytes((old / "server.key").read_bytes())
    with pytest.raises(DamagedData), ServerJournal.open(server) as journal:
        assert journal.key


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[RestorableServer]:
    with server_with_report(tmp_path, "sebelum rotasi", {"ani": Role.OPERATOR, "budi": Role.VIEWER}) as place:
        yield place


def test_consoles_follow_a_rotation(pair: RestorableServer):
    port, directory = pair.port, pair.directory
    pair.stop()
    assert run(["server", "rotate-key", "--data", str(directory)]) == 0
    pair.start(directory, port)
    newest = pair.server.journal.key.public_key.hex()
    for user in ("ani", "budi"):
        pair.sync(user)
        identity = pair.consoles[user].identity
        assert identity is not None
        assert identity.server_public_key == newest
    pair.report("ani", "sesudah rotasi")
    pair.sync_all()
    assert {incident.title for incident in pair.consoles["budi"].incidents()} == {"sebelum rotasi", "sesudah rotasi"}
    assert pair.consoles["ani"].checks.audit().findings == ()


def test_running_server_is_not_rotated(tmp_path: Path):
    with restorable_server(tmp_path) as place:
        assert run(["server", "rotate-key", "--data", str(place.directory)]) == 2
