"""A console deletes files and readings of a wiped exercise when it pulls the wipe; after a crash, at its start."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.console_stores import open_store, pull_page, report_incident_at
from support.console_sync import sync
from support.readings_fixture import gauge
from support.running_server import PASSWORD, RunningServer, start_server
from support.wait import wait_until_true

from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.incidents.drafts import attach_to_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.attachments import BLOB_FOLDER
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.session import log_in
from tabuah.storage.sync.session_tokens import TokenFile
from tabuah.storage.sync.syncer import Syncer

DRILL = "gempa-1"
GAUGE = code_in_exercise(gauge(1).code, DRILL)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani", Role.SUPERVISOR)
        server.add_user("budi")
        yield server


@pytest.fixture
def ani(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    """Return the console of a supervisor with an exercise and a real incident, each with a file."""
    with open_store(tmp_path / "ani") as store:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        store.save(start_exercise("Gempa", known=(), suffix="1"))
        for content, exercise_id in ((b"latihan", DRILL), (b"nyata", "")):
            blob = store.attachments.files.add(content)
            incident = report_incident_at(store, exercise=bool(exercise_id), exercise_id=exercise_id)
            body = IncidentAttached(sha256=blob.sha256, name="a.txt", media_type="text/plain", size=blob.size)
            store.save(attach_to_incident(incident, body))
        sync(store)
        yield store


@pytest.fixture
def budi(tmp_path: Path, ani: ConsoleStore, server: RunningServer) -> Iterator[ConsoleStore]:
    """Return another console that has downloaded both files and a reading of the exercise."""
    with open_store(tmp_path / "budi") as store:
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        sync(store)
        make_older(store)
        with ReadingsStore(store.directory / FILE_NAME) as readings:
            readings.store([Reading(GAUGE, "stage_m", datetime.now(UTC) - timedelta(minutes=5), 1.0)])
        assert contents(store.directory) == {b"latihan", b"nyata"}
        yield store


def make_older(store: ConsoleStore) -> None:
    """Change the times of all files: those stored in the last seconds are deleted only later."""
    for sha256 in store.attachments.files.stored():
        os.utime(store.attachments.files.path_of(sha256), (0, datetime.now(UTC).timestamp() - 3600))


def contents(directory: Path) -> set[bytes]:
    files = BlobStore(directory / BLOB_FOLDER)
    return {files.read(sha256) for sha256 in files.stored()}


def has_readings(directory: Path) -> bool:
    with ReadingsStore(directory / FILE_NAME) as readings:
        return bool(readings.latest())


def wipe(store: ConsoleStore) -> None:
    for change in (end_exercise, wipe_exercise):
        store.save(change(next(each for each in store.exercises() if each.id == DRILL)))
    make_older(store)
    sync(store)


def test_pull_of_wipe_deletes_files_and_readings(ani, budi):
    wipe(ani)
    assert contents(ani.directory) == {b"nyata"}
    sync(budi)
    assert contents(budi.directory) == {b"nyata"}
    assert not has_readings(budi.directory)
    sync(budi)
    assert budi.attachments.waiting() == ()


def pull_and_crash(store: ConsoleStore, server: RunningServer) -> None:
    """Pull the wipe; the power fails before files and readings are deleted."""
    store.apply_pull(pull_page(server.journal, store.head.seq))
    assert contents(store.directory) == {b"latihan", b"nyata"}
    assert has_readings(store.directory)


def test_next_sync_completes_interrupted_wipe(ani, budi, server):
    wipe(ani)
    pull_and_crash(budi, server)
    sync(budi)
    assert contents(budi.directory) == {b"nyata"}
    assert not has_readings(budi.directory)


def test_next_start_completes_interrupted_wipe_of_logged_out_console(ani, budi, server):
    wipe(ani)
    pull_and_crash(budi, server)
    TokenFile(budi.directory).forget()
    syncer = Syncer(budi.directory, on_state=lambda _state: None, on_changes=lambda _changes: None)
    syncer.start()
    try:
        wait_until_true(lambda: contents(budi.directory) == {b"nyata"} and not has_readings(budi.directory))
    finally:
        syncer.stop()
