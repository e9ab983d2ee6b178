"""What was written before the first log-in by a clock that is wrong keeps its time, and says so."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from consoles import report
from running_server import PASSWORD, RunningServer, start_server

from tabuah.console.clock_words import early_clock_words, marked
from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.gestures import note_incident
from tabuah.operations.incidents.timeline import timeline_of
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.once import sync_once
from tabuah.storage.sync.session import ConsoleSession, log_in


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        yield server


def console(directory: Path, *, wrong_by: timedelta) -> ConsoleStore:
    return ConsoleStore(directory, clock=lambda: datetime.now(UTC) + wrong_by)


@pytest.mark.parametrize(("hours", "word"), [(3, "terlalu cepat"), (-3, "terlambat")])
def test_early_work_keeps_its_time_and_later_work_has_the_right_one(
    server: RunningServer, tmp_path: Path, hours: int, word: str
):
    store = console(tmp_path / "ani", wrong_by=timedelta(hours=hours))
    try:
        incident = report(store)
        written_at = incident.reported_at
        assert (store.clock_was_measured, store.early_clock) == (False, None)
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        assert store.early_clock is not None
        assert (store.early_clock.until, round(store.early_clock.offset_s / 3600)) == (1, -hours)
        assert f"meleset 3 jam ({word}). 1 perubahan" in early_clock_words(store.early_clock)
        store.save(note_incident(store.incident(incident.id), "sesudah masuk"))
        with ConsoleSession(store).client as client:
            sync_once(store, ConsoleSession(store, client))
        assert store.incident(incident.id).reported_at == written_at
        entries = store.entries_of(subject_of("incident", incident.id))
        assert abs(entries[1][0].at - datetime.now(UTC)) < timedelta(minutes=1)
        texts = {event.written_at: event.text for event in marked(timeline_of(entries), store.misdated(entries))}
        assert f"(jam perangkat ini meleset 3 jam, {word})" in texts[written_at]
        assert sum("meleset" in text for text in texts.values()) == 1
    finally:
        store.close()


def test_a_clock_that_is_right_is_not_mentioned(server: RunningServer, tmp_path: Path):
    store = console(tmp_path / "ani", wrong_by=timedelta(seconds=5))
    try:
        report(store)
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        assert (store.clock_was_measured, store.early_clock) == (True, None)
        store.remember_clock_offset(9_000)  # the clock was set back later: what was written then is not early
        assert store.early_clock is None
    finally:
        store.close()
