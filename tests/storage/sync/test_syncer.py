"""The syncer: syncs after changes on either side, waits while offline, and stops quickly."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest
from support.console_stores import open_store, report_incident_at
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.readings.reading import Reading
from tabuah.storage.cache.errors import DirectoryInUse
from tabuah.storage.cache.pulled_pages import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.backoff import Backoff
from tabuah.storage.sync.session import log_in
from tabuah.storage.sync.syncer import Syncer, SyncerState

PATIENCE_S = 20.0


class Watcher:
    """Collects the callbacks of a syncer."""

    def __init__(self, directory: Path) -> None:
        self._told = threading.Condition()
        self.states: list[SyncerState] = []
        self.changes: list[Changes] = []
        self.readings: list[Reading] = []
        self.syncer = Syncer(
            directory, on_state=self._take(self.states), on_changes=self._take(self.changes), on_readings=self._extend
        )

    def _take(self, into: list) -> Callable[[object], None]:  # type: ignore[type-arg]
        def take(value: object) -> None:
            with self._told:
                into.append(value)
                self._told.notify_all()

        return take

    def _extend(self, readings: tuple[Reading, ...]) -> None:
        with self._told:
            self.readings.extend(readings)
            self._told.notify_all()

    @property
    def state(self) -> SyncerState:
        return self.states[-1] if self.states else SyncerState()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._told:
            assert self._told.wait_for(condition, timeout=PATIENCE_S), self.states[-3:]

    def __enter__(self) -> Self:
        self.syncer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.syncer.stop()


@pytest.fixture
def budi(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "budi") as store:
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        yield store


def test_syncer_brings_entry_to_other_console(ani, budi):
    with Watcher(ani.directory) as here, Watcher(budi.directory) as there:
        there.wait_for(lambda: there.state.live or there.state.online)
        incident = report_incident_at(ani)
        here.syncer.wake()
        there.wait_for(lambda: any(f"incident/{incident.id}" in c.subjects for c in there.changes))
        here.wait_for(lambda: here.state.waiting == 0 and here.state.head > 0)
    assert budi.incident(incident.id).title == "Banjir"


def test_syncer_notices_entry_of_other_process(ani):
    with Watcher(ani.directory) as watcher:
        watcher.wait_for(lambda: watcher.state.online)
        head = watcher.state.head
        report_incident_at(ani)
        watcher.wait_for(lambda: watcher.state.waiting == 0 and watcher.state.head > head)
    assert ani.counts().pending == 0


def test_syncer_receives_readings_from_stream(server, ani):
    reading = Reading("SLK-AWLR-03", "stage_m", datetime(2026, 11, 24, 7, 30, tzinfo=UTC), 3.42)
    with Watcher(ani.directory) as watcher:
        watcher.wait_for(lambda: watcher.state.live)
        deadline = time.monotonic() + PATIENCE_S
        while not watcher.readings and time.monotonic() < deadline:
            server.service.broadcaster.publish_readings([reading])
            time.sleep(0.05)  # the stream may still be opening
    assert watcher.readings[0] == reading


def test_syncer_reports_lost_server(tmp_path):
    with open_store(tmp_path / "ani") as store:
        with start_server(tmp_path / "server") as server:
            server.add_user("ani")
            log_in(store, url=server.url, user="ani", password=PASSWORD)
            watcher = Watcher(store.directory)
            watcher.syncer.start()
            watcher.wait_for(lambda: watcher.state.online)
        report_incident_at(store)
        watcher.wait_for(lambda: not watcher.state.online and watcher.state.waiting == 1)
        watcher.syncer.stop()
        assert "aman di sini" in watcher.state.error
        assert watcher.state.since is not None


def test_syncer_notices_loss_after_stream_opened(tmp_path):
    """No local change wakes the syncer here, and the next pull is a minute away."""
    with open_store(tmp_path / "ani") as store, start_server(tmp_path / "server") as server:
        server.add_user("ani")
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        with Watcher(store.directory) as watcher:
            watcher.wait_for(lambda: watcher.state.live)
            server.stop()
            watcher.wait_for(lambda: not watcher.state.online)


def test_syncer_stops_quickly_on_silent_stream(ani):
    with Watcher(ani.directory) as watcher:
        watcher.wait_for(lambda: watcher.state.live)
        started = time.monotonic()
        watcher.syncer.stop()
        assert time.monotonic() - started < 5
        watcher.syncer.start()


def test_second_syncer_is_refused(ani):
    with Watcher(ani.directory):
        second = Syncer(ani.directory, on_state=print, on_changes=print)
        with pytest.raises(DirectoryInUse, match="sudah menyinkronkan"):
            second.start()


def test_syncer_reports_missing_session(tmp_path: Path):
    with open_store(tmp_path / "x") as store:
        report_incident_at(store)
        with Watcher(store.directory) as watcher:
            watcher.wait_for(lambda: "tabuah login" in watcher.state.error)
        assert watcher.state.waiting == 1


def test_backoff_grows_to_a_minute():
    backoff = Backoff()
    waits = [backoff.wait_s() for _attempt in range(12)]
    assert 0.5 <= waits[0] <= 1
    assert all(30 <= wait <= 60 for wait in waits[7:])
    backoff.reset()
    assert backoff.wait_s() <= 1


def test_syncer_reports_bug_and_continues(ani, monkeypatch, caplog):
    from tabuah.storage.sync import syncer

    failures = iter([True])
    sync_once = syncer.run_sync_pass

    def fail_once(*arguments: object, **options: object) -> object:
        if next(failures, False):
            raise ZeroDivisionError
        return sync_once(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(syncer, "run_sync_pass", fail_once)
    with Watcher(ani.directory) as watcher:
        watcher.wait_for(lambda: any("ZeroDivisionError" in state.error for state in watcher.states))
        watcher.wait_for(lambda: watcher.state.online and not watcher.state.error)
    assert "ZeroDivisionError" in caplog.text


def test_syncer_reports_unreadable_data(tmp_path: Path):
    (tmp_path / "cache.gpkg").write_bytes(b"x" * 5000)
    with Watcher(tmp_path) as watcher:
        watcher.wait_for(lambda: "rusak" in watcher.state.error)


def test_changed_role_brings_new_grant(server, ani):
    from tabuah.operations.entries import Draft
    from tabuah.operations.entry_kinds import encode_body
    from tabuah.operations.people.entry_bodies import UserChanged
    from tabuah.operations.people.roles import Role

    with Watcher(ani.directory) as watcher:
        watcher.wait_for(lambda: watcher.state.online)
    change = encode_body(UserChanged(role=Role.SUPERVISOR))
    server.journal.append_drafts([Draft(subject="user/ani", kind="user.changed", body=change)])
    with Watcher(ani.directory) as watcher:
        watcher.wait_for(lambda: watcher.state.head == server.journal.head().seq)
    report_incident_at(ani)
    with Watcher(ani.directory) as watcher:
        watcher.wait_for(lambda: watcher.state.online and watcher.state.waiting == 0)
    assert ani.identity.role is Role.SUPERVISOR
    assert ani.counts().held == 1, "what was written under the old grant asks a supervisor"
    report_incident_at(ani)
    with Watcher(ani.directory) as watcher:
        watcher.wait_for(lambda: watcher.state.online and watcher.state.waiting == 0)
    assert ani.counts().held == 1
