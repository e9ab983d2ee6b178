"""Look-up of current incidents by query."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.console_stores import report_false_incident, report_incident_at

from tabuah.operations.incidents.drafts import delete_incident, note_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.store import ConsoleStore

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
MONTH_AGO = NOW - timedelta(days=31)


class Clock:
    def __init__(self) -> None:
        self.now = NOW - timedelta(days=400)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[ConsoleStore]:
    store = ConsoleStore(tmp_path / "ani", clock=clock)
    yield store
    store.close()


def ids(incidents: list[Incident]) -> set[str]:
    return {incident.id for incident in incidents}


def test_current_incidents_are_open_or_recently_closed(store: ConsoleStore, clock: Clock):
    old_open, old_over = report_incident_at(store), report_false_incident(store)
    clock.now = NOW
    fresh = report_false_incident(store)
    assert ids(store.archive.current(MONTH_AGO)) == {old_open.id, fresh.id}
    assert store.archive.among([old_over.id, "nobody"]) == [store.incident(old_over.id)]


def test_closed_incident_with_new_entry_is_current(store: ConsoleStore, clock: Clock):
    old_over = report_false_incident(store)
    clock.now = NOW
    store.save(note_incident(old_over, "ada laporan susulan"))
    assert ids(store.archive.current(MONTH_AGO)) == {old_over.id}


def test_current_incidents_are_sorted_without_deleted(store: ConsoleStore, clock: Clock):
    clock.now = NOW
    ended, deleted, open_one = report_false_incident(store), report_incident_at(store), report_incident_at(store)
    store.save(delete_incident(deleted, reason="ganda"))
    assert [incident.id for incident in store.archive.current(MONTH_AGO)] == [open_one.id, ended.id]
    assert store.archive.among([deleted.id]) == []


def test_pending_incidents_are_listed(store: ConsoleStore):
    assert store.archive.pending() == frozenset()
    incident = report_false_incident(store)
    assert store.archive.pending() == {incident.id}
