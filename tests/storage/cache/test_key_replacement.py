"""Key replacement after a fork or a lost key, and late approval: nothing is lost or doubled."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, open_store, pull, push, report_incident_at, sync

from tabuah.operations.codes import Severity
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.drafts import edit_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.device_key_store import DeviceKeyStore
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import ChainFork
from tabuah.storage.journal.signatures import DeviceKey


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        add_users(journal, ani=Role.OPERATOR)
        yield journal


def verdicts(journal: ServerJournal, subject: str) -> list[Verdict]:
    return [record.verdict for record in journal.records_of(subject)]


def test_cloned_console_reissues_unsent_work(journal, tmp_path):
    with open_store(tmp_path / "ani") as ani:
        enrol(journal, ani, "ani")
        sync(ani, journal)
    shutil.copytree(tmp_path / "ani", tmp_path / "clone")
    with open_store(tmp_path / "ani") as ani, open_store(tmp_path / "clone") as clone:
        report_incident_at(ani, "dari yang asli")
        sync(ani, journal)
        mine = report_incident_at(clone, "dari salinan", caller="Pak Budi")
        clone.save(edit_incident(mine, IncidentEdited(severity=Severity.SEVERE)))
        with pytest.raises(ChainFork):
            push(clone, journal)
        pull(clone, journal)
        old_device = clone.device
        clone.answer_fork()
        assert clone.device != old_device
        enrol(journal, clone, "ani")
        sync(clone, journal)
        sync(ani, journal)
        moved = ani.incident(mine.id)
        assert moved.number == f"SLK-{clone.own_key().tag}-{mine.number[-4:]}"
        assert moved.severity is Severity.SEVERE
        assert set(verdicts(journal, f"incident/{mine.id}")) == {Verdict.ACCEPTED}
        assert sorted(i.title for i in ani.incidents()) == ["dari salinan", "dari yang asli"]
        assert ani.incidents() == clone.incidents()
        told = [entry for entry, _verdict in ani.entries_of(f"incident/{mine.id}")]
        assert mine.number in bytes(told[1].body).decode(), "the earlier number is told in a note"
        assert told[0].replaces
        assert told[2].base == {"severity": told[0].id}
        assert told[0].at == mine.reported_at
        assert ani.personal_of(told[0].id) == {"caller": "Pak Budi"}
        assert clone.counts().pending == 0


def test_lost_key_is_replaced(journal, tmp_path):
    with open_store(tmp_path / "ani") as ani:
        incident = report_incident_at(ani)
    (tmp_path / "ani" / "device.key").unlink()
    with open_store(tmp_path / "ani") as ani:
        old_device = ani.device
        ani.save(note_incident(ani.incident(incident.id), "sesudah kunci hilang"))
        assert ani.device != old_device
        enrol(journal, ani, "ani")
        sync(ani, journal)
        assert ani.incident(incident.id).note_count == 2
        assert ani.counts().pending == 0


def test_work_before_approval_is_not_held(journal, tmp_path):
    with open_store(tmp_path / "ani") as ani:
        before = report_incident_at(ani, "sebelum daftar")
        enrol(journal, ani, "ani")
        granted = ani.identity
        wait_for_grant(ani)
        waiting = report_incident_at(ani, "menunggu persetujuan")
        ani.save(edit_incident(ani.incident(waiting.id), IncidentEdited(severity=Severity.SEVERE)))
        ani.remember_identity(granted)
        after = report_incident_at(ani, "sesudah disetujui")
        sync(ani, journal)
        assert ani.counts().held == ani.counts().rejected == ani.counts().pending == 0
        assert {i.id for i in ani.incidents()} == {before.id, waiting.id, after.id}
        assert ani.incident(waiting.id).severity is Severity.SEVERE
        assert ani.incident(waiting.id).number == waiting.number


def wait_for_grant(store: ConsoleStore) -> None:
    import msgspec

    store.remember_enrolment(
        msgspec.structs.replace(store.identity, grant=None, approved=False), written_before=store.chain_length
    )


def test_key_file_is_private(tmp_path: Path):
    key = DeviceKey.generate()
    DeviceKeyStore(tmp_path).keep(key)
    assert DeviceKeyStore(tmp_path).find(key.device_id) == key
    assert (tmp_path / "device.key").stat().st_mode & 0o077 == 0
    assert DeviceKeyStore(tmp_path).find(DeviceKey.generate().device_id) is None
    (tmp_path / "device.key").write_text("kein Schlüssel", "utf-8")
    assert DeviceKeyStore(tmp_path).find(key.device_id) is None


class Forgetful:
    """A keyring that accepts everything and stores nothing, like a null back end."""

    def __init__(self, *, keeps: bool) -> None:
        self.keeps = keeps
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, name: str, secret: str) -> None:
        if self.keeps:
            self.kept[service, name] = secret

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))


@pytest.mark.parametrize("keeps", [True, False])
def test_keyring_must_return_the_key(tmp_path, monkeypatch, keeps):
    import keyring

    ring = Forgetful(keeps=keeps)
    monkeypatch.setenv("TABUAH_KEYRING", "desktop")
    monkeypatch.setattr(keyring, "set_password", ring.set_password)
    monkeypatch.setattr(keyring, "get_password", ring.get_password)
    key = DeviceKey.generate()
    DeviceKeyStore(tmp_path).keep(key)
    assert (tmp_path / "device.key").exists() is not keeps
    assert DeviceKeyStore(tmp_path).find(key.device_id) == key
