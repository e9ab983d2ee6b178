"""Files and readings of a wiped exercise are deleted on a console; those that anything else names stay."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, open_store, pull, report_incident_at, sync
from support.operator_device import OperatorDevice
from support.readings_fixture import gauge
from support.snapshot_transfer import apply_snapshot, build_snapshot
from support.station_file_samples import sample_document

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.incidents.drafts import attach_to_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache import wiped_exercises
from tabuah.storage.cache.attachments import opened_folder
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

DRILL, OTHER = "gempa-1", "banjir-1"
CONTENT, THUMBNAIL = b"foto latihan", b"foto kecil"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        add_users(journal, ani=Role.SUPERVISOR, budi=Role.SUPERVISOR)
        journal.append_drafts([start_exercise(name, known=(), suffix="1") for name in ("Gempa", "Banjir")])
        yield journal


@pytest.fixture
def console(tmp_path: Path, journal: ServerJournal) -> Iterator[Callable[[str], ConsoleStore]]:
    stores: list[ConsoleStore] = []

    def open_it(name: str) -> ConsoleStore:
        store = ConsoleStore(tmp_path / name)
        stores.append(store)
        enrol(journal, store, name)
        sync(store, journal)
        return store

    yield open_it
    for store in stores:
        store.close()


@pytest.fixture
def ani(console) -> ConsoleStore:
    return console("ani")


@pytest.fixture
def budi(console) -> ConsoleStore:
    return console("budi")


def photo() -> Attachment:
    thumbnail = sample_document(THUMBNAIL)
    document = sample_document(CONTENT)
    return Attachment(
        sha256=document.sha256,
        name="foto.jpg",
        media_type="image/jpeg",
        size=document.size,
        thumbnail=thumbnail.sha256,
        thumbnail_size=thumbnail.size,
    )


def attach(store: ConsoleStore, exercise_id: str, attached: Attachment | None = None) -> Incident:
    incident = report_incident_at(store, "Banjir", exercise=bool(exercise_id), exercise_id=exercise_id)
    store.save(attach_to_incident(incident, attached or photo()))
    return incident


def store_old(files: BlobStore, *contents: bytes) -> None:
    """Store files as a download of an hour ago."""
    for content in contents:
        os.utime(files.path_of(files.add(content).sha256), (0, datetime.now(UTC).timestamp() - 3600))


def download_all(store: ConsoleStore) -> None:
    store_old(store.attachments.files, CONTENT, THUMBNAIL)
    for file in photo().files:
        store.attachments.done(file[0])


def lead(journal: ServerJournal, *changes: Callable[[Exercise], Draft]) -> None:
    supervisor = OperatorDevice(journal, user="sari", role=Role.SUPERVISOR)
    for change in changes:
        assert supervisor.push(change(journal.authority.exercises[DRILL])) == [(Verdict.ACCEPTED, "")]


def wipe(journal: ServerJournal, *stores: ConsoleStore) -> None:
    """Wipe the exercise, and pull; the console stops before it deletes files and readings."""
    lead(journal, end_exercise, wipe_exercise)
    for store in stores:
        sync(store, journal)


def known(store: ConsoleStore) -> set[str]:
    return {sha256 for sha256, _size in photo().files if store.attachments.find(sha256) is not None}


def test_wiped_exercise_loses_files_and_thumbnails(ani, budi, journal):
    attach(ani, DRILL)
    for store in (ani, budi):
        sync(store, journal)
        download_all(store)
    partial = budi.attachments.files.folder / "partial" / photo().sha256
    partial.write_bytes(b"foto")
    opened = opened_folder(budi.directory, photo().sha256) / "foto.jpg"
    opened.parent.mkdir(parents=True)
    opened.write_bytes(CONTENT)
    wipe(journal, ani, budi)
    for store in (ani, budi):
        assert store.attachments.files.stored()
        assert store.delete_wiped_exercises()
        assert store.attachments.files.stored() == []
        assert known(store) == set()
        assert store.delete_wiped_exercises(), "deletes nothing more"
    assert not partial.exists()
    assert not opened.parent.exists()


def test_wiped_exercise_loses_waiting_transfers(ani, budi, journal):
    attach(ani, DRILL)
    for store in (ani, budi):
        sync(store, journal)
    assert (ani.attachments.counts().uploads, budi.attachments.counts().downloads) == (1, 1)
    wipe(journal, ani, budi)
    for store in (ani, budi):
        assert store.delete_wiped_exercises()
        assert store.attachments.waiting() == ()


@pytest.mark.parametrize("exercise_id", ["", OTHER])
def test_wiped_exercise_keeps_file_of_other_world(ani, budi, journal, exercise_id):
    attach(ani, DRILL)
    attach(ani, exercise_id)
    for store in (ani, budi):
        sync(store, journal)
        download_all(store)
    wipe(journal, ani, budi)
    for store in (ani, budi):
        assert store.delete_wiped_exercises()
        assert len(store.attachments.files.stored()) == 2
        assert len(known(store)) == 2


def test_wiped_exercise_keeps_file_of_unsent_entry(ani, journal):
    attach(ani, DRILL)
    sync(ani, journal)
    download_all(ani)
    wipe(journal, ani)
    attach(ani, "")
    assert ani.delete_wiped_exercises()
    assert len(ani.attachments.files.stored()) == 2


def test_wiped_exercise_keeps_file_of_rejected_entry(ani, journal):
    incident = report_incident_at(ani, exercise=True, exercise_id=DRILL)
    sync(ani, journal)
    ani.save(attach_to_incident(incident, photo()))
    download_all(ani)
    wipe(journal, ani)
    assert ani.entries_of(f"incident/{incident.id}")[-1][1] is Verdict.REJECTED
    assert ani.delete_wiped_exercises()
    assert len(ani.attachments.files.stored()) == 2, "its author can still write it again"


def test_wiped_exercise_loses_file_of_work_sent_before_a_restore(ani, journal, tmp_path):
    incident = attach(ani, DRILL)
    download_all(ani)
    copy = tmp_path / "copy"
    copy.mkdir()
    ani.back_up(copy / "backup.gpkg")
    (copy / "backup.gpkg").rename(copy / "cache.gpkg")
    sync(ani, journal)
    lead(journal, end_exercise, wipe_exercise)
    with closing(ConsoleStore(copy)) as restored:
        enrol(journal, restored, "ani")
        sync(restored, journal)
        assert Verdict.REJECTED in {verdict for _entry, verdict in restored.entries_of(f"incident/{incident.id}")}
        assert restored.delete_wiped_exercises()
        assert restored.attachments.waiting() == ()
        assert known(restored) == set()


def test_wiped_exercise_waits_for_verdicts(ani, journal):
    incident = report_incident_at(ani, exercise=True, exercise_id=DRILL)
    sync(ani, journal)
    ani.save(attach_to_incident(incident, photo()))
    download_all(ani)
    lead(journal, end_exercise, wipe_exercise)
    pull(ani, journal)
    assert not ani.delete_wiped_exercises()
    assert len(ani.attachments.files.stored()) == 2


def test_wiped_exercise_keeps_file_of_held_entry(ani, budi, journal):
    incident = report_incident_at(ani, exercise=True, exercise_id=DRILL)
    for store in (ani, budi):
        sync(store, journal)
    enrol(journal, budi, "budi", expires_at=datetime(2026, 1, 2, tzinfo=UTC))  # its next entries are held
    budi.save(attach_to_incident(incident, photo()))
    sync(budi, journal)
    assert budi.entries_of(f"incident/{incident.id}")[-1][1] is Verdict.HELD
    download_all(budi)
    wipe(journal, budi)
    assert budi.delete_wiped_exercises()
    assert len(budi.attachments.files.stored()) == 2


def test_pending_wipe_deletes_nothing(ani, journal):
    attach(ani, DRILL)
    lead(journal, end_exercise)
    sync(ani, journal)
    download_all(ani)
    ani.save(wipe_exercise(next(each for each in ani.exercises() if each.id == DRILL)))
    ani.delete_wiped_exercises()
    assert len(ani.attachments.files.stored()) == 2
    assert len(known(ani)) == 2


def test_file_in_use_is_deleted_later(ani, journal, monkeypatch):
    attach(ani, DRILL)
    sync(ani, journal)
    download_all(ani)
    wipe(journal, ani)
    with monkeypatch.context() as patch:
        patch.setattr(BlobStore, "delete", refuse)
        assert not ani.delete_wiped_exercises()
    assert len(known(ani)) == 2, "their rows remain for the next attempt"
    assert ani.delete_wiped_exercises()
    assert ani.attachments.files.stored() == []


def refuse(_files: BlobStore, _sha256: str) -> None:
    raise PermissionError


def test_file_stored_just_now_is_deleted_later(ani, journal, monkeypatch):
    attach(ani, DRILL)
    sync(ani, journal)
    download_all(ani)
    ani.attachments.files.add(CONTENT)  # a form is about to save an entry that names it
    wipe(journal, ani)
    assert not ani.delete_wiped_exercises()
    assert ani.attachments.files.stored() == [photo().sha256]
    monkeypatch.setattr(wiped_exercises, "JUST_STORED_S", -60.0)
    assert ani.delete_wiped_exercises()
    assert ani.attachments.files.stored() == []


def test_wiped_exercise_loses_readings_here(ani, journal):
    real, drill = gauge(1).code, code_in_exercise(gauge(1).code, DRILL)
    now = datetime.now(UTC) - timedelta(minutes=5)
    with ReadingsStore(ani.directory / FILE_NAME) as readings:
        readings.store([Reading(code, "stage_m", now, 1.0) for code in (real, drill)])
        wipe(journal, ani)
        assert {each.station for each in readings.latest()} == {real, drill}
        assert ani.delete_wiped_exercises()
        assert {each.station for each in readings.latest()} == {real}


def test_damaged_readings_do_not_keep_files(ani, journal):
    attach(ani, DRILL)
    sync(ani, journal)
    download_all(ani)
    wipe(journal, ani)
    file = ani.directory / FILE_NAME
    file.write_bytes(b"no database" * 1000)
    assert not ani.delete_wiped_exercises()
    assert ani.attachments.files.stored() == []
    file.unlink()
    assert ani.delete_wiped_exercises()


def test_snapshot_wipes_states_and_files_older_than_it(ani, budi, journal, tmp_path):
    drill, real = attach(ani, DRILL), attach(ani, "", sample_document(b"nyata"))
    for store in (ani, budi):
        sync(store, journal)
    download_all(budi)
    wipe(journal)
    report_incident_at(ani)
    sync(ani, journal)
    changes = apply_snapshot(budi, journal, build_snapshot(journal, tmp_path / "snapshots"))
    assert f"incident/{drill.id}" in changes.subjects
    assert {incident.id for incident in budi.incidents()} == {incident.id for incident in ani.incidents()}
    assert real.id in {incident.id for incident in budi.incidents()}
    assert budi.delete_wiped_exercises()
    assert budi.attachments.files.stored() == []
    assert budi.attachments.find(sample_document(b"nyata").sha256) is not None
    assert budi.checks.audit().findings == ()
    pull(budi, journal)


def test_late_console_downloads_nothing_of_wiped_exercise(ani, journal, tmp_path):
    attach(ani, DRILL)
    sync(ani, journal)
    wipe(journal, ani)
    with open_store(tmp_path / "late") as late:
        enrol(journal, late, "budi")
        sync(late, journal)
        assert late.attachments.counts().downloads == 1
        assert late.delete_wiped_exercises()
        assert late.attachments.waiting() == ()
