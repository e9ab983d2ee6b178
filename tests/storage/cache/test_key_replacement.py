"""Key replacement after a fork or a lost key, and late approval: nothing is lost or doubled."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.console_stores import add_users, enrol, open_store, pull, push, report_incident_at, sync

from tabuah.operations import decisions
from tabuah.operations.codes import Severity
from tabuah.operations.entries import Verdict
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.drafts import attach_to_incident, edit_incident, note_incident, report_figures
from tabuah.operations.incidents.entry_bodies import Figures, IncidentAttached, IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.entry_bodies import PromiseOutcome
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.device_key_store import DeviceKeyStore
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import ChainFork
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import decode_entry, text_hash


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        add_users(journal, ani=Role.OPERATOR)
        yield journal


SHIFT = "00000000-0000-7000-8000-00000000a001"
PHOTO = IncidentAttached(sha256="a" * 64, name="jembatan.jpg", media_type="image/jpeg", size=7)


@pytest.fixture
def ani(journal: ServerJournal, tmp_path: Path) -> Iterator[ConsoleStore]:
    """Yield a console that knows one incident."""
    with open_store(tmp_path / "ani") as ani:
        enrol(journal, ani, "ani")
        report_incident_at(ani)
        sync(ani, journal)
        yield ani


def copy_of(ani: ConsoleStore, folder: Path, *, backup: bool) -> Path:
    """Copy the console's folder, or put a backup of its data into an empty one, as the manual says."""
    if not backup:
        return shutil.copytree(ani.directory, folder)
    folder.mkdir()
    ani.back_up(folder.with_suffix(".gpkg"))
    return folder.with_suffix(".gpkg").rename(folder / "cache.gpkg").parent


def go_on(store: ConsoleStore, word: str, photo: str) -> None:
    """Write a note, figures and a photo on the incident."""
    (incident,) = store.incidents()
    store.save(note_incident(incident, f"catatan {word}"))
    store.save(report_figures(incident, Figures(displaced_people=len(word)), source=f"BPBD {word}"))
    store.save(attach_to_incident(incident, msgspec.structs.replace(PHOTO, sha256=photo * 64)))


def sync_as_new_device(copy: ConsoleStore, journal: ServerJournal, *, backup: bool = False) -> None:
    if not backup:  # a backup has no key
        with pytest.raises(ChainFork):
            push(copy, journal)
        copy.answer_fork()
    enrol(journal, copy, "ani")
    sync(copy, journal)


@pytest.mark.parametrize("backup", [False, True])
def test_both_copies_of_console_keep_new_work(journal, ani, tmp_path, backup):
    folder = copy_of(ani, tmp_path / "copy", backup=backup)
    go_on(ani, "asli", "b")
    sync(ani, journal)
    with open_store(folder) as copy:
        go_on(copy, "salinan", "c")
        sync_as_new_device(copy, journal, backup=backup)
        go_on(ani, "sesudahnya", "d")
        sync(ani, journal)
        sync(copy, journal)
        (incident,) = ani.incidents()
        assert [o.source for o in incident.observations] == ["BPBD asli", "BPBD salinan", "BPBD sesudahnya"]
        assert [a.sha256[0] for a in incident.attachments] == ["b", "c", "d"]
        assert incident.note_count == 3
        assert set(verdicts(journal, f"incident/{incident.id}")) == {Verdict.ACCEPTED}
        assert copy.incidents() == ani.incidents()
        assert copy.counts().rejected == copy.counts().pending == 0


@pytest.mark.parametrize("backup", [False, True])
def test_unsent_work_of_both_copies_counts_once(journal, ani, tmp_path, backup):
    go_on(ani, "bersama", "b")
    folder = copy_of(ani, tmp_path / "copy", backup=backup)
    sync(ani, journal)
    ani.save(note_incident(ani.incidents()[0], "sesudah disalin"))
    sync(ani, journal)
    with open_store(folder) as copy:
        copy.save(note_incident(copy.incidents()[0], "hanya di salinan"))
        sync_as_new_device(copy, journal, backup=backup)
        sync(ani, journal)
        assert ani.incidents()[0].note_count == 3
        assert len(ani.incidents()[0].attachments) == 1
        assert copy.incidents() == ani.incidents()
        assert [aside.reason for aside in copy.rejected()] == ["already_there"] * 3
        assert copy.rejections() == [], "the same work took effect under the other key"


def test_work_taken_for_known_by_old_server_is_shown(journal, ani, tmp_path, monkeypatch):
    folder = copy_of(ani, tmp_path / "copy", backup=False)
    go_on(ani, "asli", "b")
    sync(ani, journal)
    monkeypatch.setattr(decisions, "is_duplicate", lambda _s, _a, entry, **_more: bool(entry.again))
    with open_store(folder) as copy:
        go_on(copy, "salinan", "c")
        sync_as_new_device(copy, journal)
        monkeypatch.undo()
        assert [tray.root.reason for tray in copy.rejections()] == ["twin_not_found"] * 3
        assert copy.counts().rejected == 3
        for tray in copy.rejections():
            copy.reissue_all(tray.root.entry.id)
        sync(copy, journal)
        assert copy.counts().rejected == 0
        assert copy.incidents()[0].note_count == 2
        assert len(copy.incidents()[0].attachments) == 2


def test_key_replaced_twice_keeps_identity_of_original(journal, ani, tmp_path):
    ani.save(note_incident(ani.incidents()[0], "belum terkirim"))
    folder = copy_of(ani, tmp_path / "copy", backup=False)
    (original,) = ani.outbox_after(0, 9)
    sync(ani, journal)
    with open_store(folder) as copy:
        copy.answer_fork()
        copy.answer_fork()
        (waiting,) = copy.outbox_after(0, 9)
        again = decode_entry(waiting.signed.text).again
        assert again == f"{original.entry}/{text_hash(original.signed.text.encode())}"
        enrol(journal, copy, "ani")
        sync(copy, journal)
        assert copy.incidents() == ani.incidents()
        assert copy.rejections() == []


def test_reissue_of_older_console_keeps_named_original(journal, ani):
    (incident,) = ani.incidents()
    draft = note_incident(incident, "dari versi lama")
    ani.save(msgspec.structs.replace(draft, again="lama/7", replaces="asli"))
    ani.answer_fork()
    (waiting,) = ani.outbox_after(0, 9)
    entry = decode_entry(waiting.signed.text)
    assert (entry.again, entry.replaces) == ("lama/7", "asli")


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


def test_reissued_shift_entries_name_reissued_ones(journal, tmp_path):
    with open_store(tmp_path / "ani") as ani:
        now = ani.now()
        crew = Crew(name="Regu A", supervisor="ani")
        ani.save(drafts.start_other_shift(SHIFT, crew, now, now + timedelta(hours=12), world=SubjectWorld()))
        ani.save(drafts.log_line(ani.shifts()[0], "air nak"))
        ani.save(drafts.log_line(ani.shifts()[0], "air naik", corrects=ani.shifts()[0].log[0].entry))
        ani.save(drafts.make_promise(ani.shifts()[0], "kabar", to="Camat Kubung", due_at=now + timedelta(hours=1)))
        ani.save(drafts.end_promise(ani.shifts()[0], ani.shifts()[0].promises[0], PromiseOutcome.DONE))
    (tmp_path / "ani" / "device.key").unlink()
    with open_store(tmp_path / "ani") as ani:
        ani.save(drafts.log_line(ani.shifts()[0], "sesudah kunci hilang"))
        enrol(journal, ani, "ani")
        sync(ani, journal)
        assert ani.counts().held == ani.counts().rejected == ani.counts().pending == 0
        first, correction, _later = ani.shifts()[0].log
        assert correction.corrects == first.entry
        assert not ani.shifts()[0].promises[0].is_open


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


def test_work_before_approval_counts_once_in_copy(journal, ani, tmp_path):
    granted = ani.identity
    wait_for_grant(ani)
    ani.save(note_incident(ani.incidents()[0], "menunggu persetujuan"))
    folder = copy_of(ani, tmp_path / "copy", backup=True)
    ani.remember_identity(granted)
    sync(ani, journal)
    with open_store(folder) as copy:
        enrol(journal, copy, "ani")
        sync(copy, journal)
        sync(ani, journal)
        assert ani.incidents()[0].note_count == 1
        assert copy.incidents() == ani.incidents()
        assert copy.rejections() == []


def test_first_login_signs_earlier_work_under_the_user(journal: ServerJournal, tmp_path: Path):
    with open_store(tmp_path / "baru") as store:
        incident = report_incident_at(store, "sebelum masuk")
        number = incident.number
        assert store.actor != "ani"
        enrol(journal, store, "ani")
        sync(store, journal)
        assert (store.counts().pending, store.counts().held) == (0, 0)
        assert (store.incident(incident.id).reporter, store.incident(incident.id).number) == ("ani", number)


def test_first_login_leaves_exported_work_as_it_is(journal: ServerJournal, tmp_path: Path):
    with open_store(tmp_path / "baru") as store:
        actor = store.actor
        report_incident_at(store, "sudah dibawa")
        with store._session.writing():
            store._session.meta.record_exported(store.chain_length)
        enrol(journal, store, "ani")
        sync(store, journal)
        assert [(aside.entry.actor, aside.reason) for aside in store.held()] == [(actor, "another_author")]


def wait_for_grant(store: ConsoleStore) -> None:
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
