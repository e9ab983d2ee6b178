"""The data saver: entries are synced as always, everything else waits for a request."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.console_stores import open_store, report_incident_at
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.incidents.drafts import attach_to_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.operations.readings.reading import Reading
from tabuah.storage.cache.errors import DiskFull
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.data_saver import DataSaverFile, DataSaverSettings
from tabuah.storage.sync.session import log_in
from tabuah.storage.sync.syncer import Syncer, SyncerState

CONTENT = b"\xff\xd8\xff\xe0 a photo"
MOMENT = datetime(2026, 11, 24, 7, tzinfo=UTC)


def store_of(server: RunningServer, directory: Path, user: str) -> ConsoleStore:
    store = ConsoleStore(directory)
    log_in(store, url=server.url, user=user, password=PASSWORD)
    return store


def attach(store: ConsoleStore) -> IncidentAttached:
    incident = report_incident_at(store)
    blob = store.attachments.files.add(CONTENT + store.device.encode())
    attached = IncidentAttached(sha256=blob.sha256, name="a.jpg", media_type="image/jpeg", size=blob.size)
    store.save(attach_to_incident(incident, attached))
    return attached


def test_data_saver_downloads_photos_on_request(server, tmp_path):
    ani, budi = store_of(server, tmp_path / "ani", "ani"), store_of(server, tmp_path / "budi", "budi")
    DataSaverFile(budi.directory).keep(DataSaverSettings(data_saver=True))
    theirs, own = attach(ani), attach(budi)
    sync(ani)
    sync(budi)
    assert budi.attachments.files.size_of(theirs.sha256) is None
    sync(ani)
    assert ani.attachments.files.size_of(own.sha256) == own.size, "own photos were sent"
    with pytest.raises(Exception, match=r"a\.jpg"):
        budi.attachments.file_of(theirs)
    sync(budi)
    assert budi.attachments.file_of(theirs).stat().st_size == theirs.size
    ani.close()
    budi.close()


def test_data_saver_streams_only_chosen_stations(server, tmp_path):
    with open_store(tmp_path / "budi") as store:
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        directory = store.directory
    DataSaverFile(directory).keep(DataSaverSettings(data_saver=True, stations=("S-1",)))
    told, heard = threading.Condition(), []
    states: list[SyncerState] = []

    def hear(into: list) -> object:
        def take(value) -> None:
            with told:
                into.extend(value if isinstance(value, tuple) else [value])
                told.notify_all()

        return take

    syncer = Syncer(directory, on_state=hear(states), on_changes=lambda _c: None, on_readings=hear(heard))
    syncer.start()
    try:
        publish = server.service.broadcaster.publish_readings
        readings = tuple(Reading(code, "stage_m", MOMENT, 1.0) for code in ("S-1", "S-2"))
        with told:
            assert told.wait_for(lambda: states and states[-1].live and states[-1].data_saver, timeout=20)
        wait_for_listeners(server)
        publish(readings[1:])
        publish(readings)
        with told:
            assert told.wait_for(lambda: heard, timeout=20)
        assert [reading.station for reading in heard] == ["S-1"]
        DataSaverFile(directory).keep(DataSaverSettings())
        with told:
            assert told.wait_for(lambda: states[-1].live and not states[-1].data_saver, timeout=20)
        wait_for_listeners(server)
        publish(readings[1:])
        with told:
            assert told.wait_for(lambda: len(heard) == 2, timeout=20)
    finally:
        syncer.stop()


def wait_for_listeners(server: RunningServer) -> None:
    waiting = threading.Event()
    for _ in range(500):
        if server.service.broadcaster.count() == 1:
            return
        waiting.wait(0.01)
    raise AssertionError("nobody listens")


def test_unreadable_data_saver_settings_use_defaults(tmp_path):
    file = DataSaverFile(tmp_path)
    assert file.read() == DataSaverSettings()
    (tmp_path / "line.json").write_text("{")
    assert file.read() == DataSaverSettings()
    file.keep(DataSaverSettings(data_saver=True, stations=("A",)))
    assert file.read().live_stations == {"A"}
    with pytest.raises(DiskFull):
        DataSaverFile(tmp_path / "nowhere").keep(DataSaverSettings())


def test_failed_sync_reports_pending_and_retry(tmp_path):
    with start_server(tmp_path / "server") as server, open_store(tmp_path / "budi") as store:
        server.add_user("budi")
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        report_incident_at(store)
        size = store.counts().pending_bytes
        directory = store.directory
    seen, done = [], threading.Event()

    def take(state: SyncerState) -> None:
        seen.append(state)
        if state.error:
            done.set()

    syncer = Syncer(directory, on_state=take, on_changes=lambda _c: None)
    syncer.start()
    try:
        assert done.wait(20)
    finally:
        syncer.stop()
    failed = next(state for state in seen if state.error)
    assert (failed.waiting, failed.waiting_bytes) == (1, size)
    assert size > 500
    assert failed.since is not None
    assert failed.retry_at is not None
    assert not failed.online
