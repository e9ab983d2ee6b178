"""Misdated entries: work from before the first log-in keeps the time of a wrong clock, and says so."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.console_stores import report_incident_at
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.drafts import note_incident
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass
from tabuah.text.incidents.timeline import timeline_of
from tabuah.text.sync.device_notices import describe_clock_error, mark_misdated_events


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        yield server


def console(directory: Path, *, wrong_by: timedelta) -> ConsoleStore:
    return ConsoleStore(directory, clock=lambda: datetime.now(UTC) + wrong_by)


@pytest.mark.parametrize(("hours", "word"), [(3, "terlalu cepat"), (-3, "terlambat")])
def test_misdated_entries_keep_their_time(server: RunningServer, tmp_path: Path, hours: int, word: str):
    store = console(tmp_path / "ani", wrong_by=timedelta(hours=hours))
    try:
        incident = report_incident_at(store)
        written_at = incident.reported_at
        assert (store.clock_was_measured, store.misdated_range) == (False, None)
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        assert store.misdated_range is not None
        early = store.misdated_range
        assert (early.until, round(early.offset_s / 3600)) == (1, -hours)
        assert f"{word} 3 jam. 1 perubahan" in describe_clock_error(offset_s=early.offset_s, entries=early.until)
        store.save(note_incident(store.incident(incident.id), "sesudah masuk"))
        with ConsoleSession(store).client as client:
            run_sync_pass(store, ConsoleSession(store, client))
        assert store.incident(incident.id).reported_at == written_at
        entries = store.entries_of(subject_of("incident", incident.id))
        assert abs(entries[1][0].at - datetime.now(UTC)) < timedelta(minutes=1)
        texts = {
            event.written_at: event.text
            for event in mark_misdated_events(timeline_of(entries), store.find_misdated(entries))
        }
        assert f"(jam perangkat ini {word} 3 jam)" in texts[written_at]
        assert sum("jam perangkat ini" in text for text in texts.values()) == 1
    finally:
        store.close()


def test_correct_clock_is_not_mentioned(server: RunningServer, tmp_path: Path):
    store = console(tmp_path / "ani", wrong_by=timedelta(seconds=5))
    try:
        report_incident_at(store)
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        assert (store.clock_was_measured, store.misdated_range) == (True, None)
        store.remember_clock_offset(9_000)  # the clock was set back later: entries from then are not misdated
        assert store.misdated_range is None
    finally:
        store.close()
