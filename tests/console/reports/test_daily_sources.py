"""The daily report reads only the necessary incidents, with the same result as from all."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.console_stores import report_incident_at

from tabuah.console.reports.daily_export import read_daily_sources
from tabuah.console.reports.daily_report import make_daily_report
from tabuah.operations.codes import Status
from tabuah.operations.incidents.drafts import move_incident
from tabuah.storage.cache.store import ConsoleStore

FIRST_DAY = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
DAYS = 12


class Clock:
    now = FIRST_DAY

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConsoleStore]:
    """A store with one incident per day; some are contained after three days, some false after four."""
    clock = Clock()
    store = ConsoleStore(tmp_path / "ani", clock=clock)
    incidents = []
    for day in range(DAYS):
        clock.now = FIRST_DAY + timedelta(days=day, hours=day)
        incidents.append(report_incident_at(store, f"Banjir {day}"))
        if day >= 3 and day % 2:
            store.save(move_incident(incidents[day - 3], Status.CONTAINED))
        if day >= 4 and day % 4 == 0:
            store.save(move_incident(incidents[day - 4], Status.FALSE_REPORT, reason="salah lihat"))
    yield store
    store.close()


@pytest.mark.parametrize("day", [date(2026, 10, 31) + timedelta(days=n) for n in range(DAYS + 1)])
def test_daily_report_equals_report_from_all_incidents(store: ConsoleStore, day: date):
    gathered = read_daily_sources(store, day)
    whole = replace(gathered, incidents=tuple(store.incidents()))
    told, expected = make_daily_report(gathered, day), make_daily_report(whole, day)
    assert replace(told, sources=whole) == expected


def test_daily_sources_skip_incidents_ended_before(store: ConsoleStore):
    read = {incident.id for incident in read_daily_sources(store, date(2026, 11, 12)).incidents}
    left = [incident for incident in store.incidents() if incident.id not in read]
    assert left
    assert not any(incident.is_open for incident in left)
