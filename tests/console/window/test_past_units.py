"""The past of units: where each was and what it did, as was known at that moment."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from unit_samples import AROSUKA, drive, unit_card

from tabuah.console.window.past_room import PastPicture, PastRoom, read_past
from tabuah.console.window.snapshot import read_snapshot
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.gestures import move_unit, register_unit
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WAY = [(100.60 + 0.004 * step, -0.90) for step in range(61)]  # half an hour until now


@pytest.fixture
def past(tmp_path: Path) -> PastRoom:
    """TRC-1 was registered two hours ago, is on its way for 20 minutes, and has sent positions for half an hour."""
    at = NOW - timedelta(hours=2)
    store = ConsoleStore(tmp_path, clock=lambda: at)
    store.save(register_unit(unit_card(tracker="GPS-1")))
    at = NOW - timedelta(minutes=20)
    store.save(move_unit(store.units()[0], UnitState.EN_ROUTE))
    at = NOW
    snapshot = read_snapshot(store)
    store.close()
    with ReadingsStore(tmp_path / FILE_NAME) as readings:
        readings.store(drive("GPS-1", WAY, start_at=NOW - timedelta(minutes=30)))
    room = read_past(tmp_path, snapshot, since=NOW - timedelta(hours=3), until=NOW)
    assert room is not None
    return room


def picture(past: PastRoom, minutes_ago: float) -> PastPicture:
    return past.picture_at(NOW - timedelta(minutes=minutes_ago))


def test_a_unit_is_where_it_was_and_does_what_it_did(past: PastRoom):
    assert list(picture(past, 150).units.ids) == []
    before, going, later = (picture(past, minutes).units for minutes in (60, 25, 10))
    assert (before.lon_deg[0], bool(before.busy[0])) == (AROSUKA.lon_deg, False)
    assert (going.lon_deg[0] > 100.60, bool(going.busy[0])) == (True, False)
    assert (later.lon_deg[0] > going.lon_deg[0], bool(later.busy[0])) == (True, True)


def test_the_past_ends_where_the_present_is(past: PastRoom):
    assert picture(past, 0).units.lon_deg[0] == pytest.approx(WAY[-1][0])
