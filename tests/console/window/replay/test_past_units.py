"""Units in the past: position and state as they were known at that moment."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.unit_samples import AROSUKA, drive, unit_card

from tabuah.console.window.replay.past_state import PastMarkers, PastState, read_past_state
from tabuah.console.window.state.console_snapshot import read_snapshot
from tabuah.operations.units.drafts import move_unit, register_unit
from tabuah.operations.units.unit import UnitState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WAY = [(100.60 + 0.004 * step, -0.90) for step in range(61)]  # half an hour until now


@pytest.fixture
def past(tmp_path: Path) -> PastState:
    """TRC-1 was registered two hours ago, has been moving for 20 minutes and sending positions for 30."""
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
    state = read_past_state(tmp_path, snapshot, since=NOW - timedelta(hours=3), until=NOW)
    assert state is not None
    return state


def picture(past: PastState, minutes_ago: float) -> PastMarkers:
    return past.picture_at(NOW - timedelta(minutes=minutes_ago))


def test_past_unit_has_recorded_position_and_state(past: PastState):
    assert list(picture(past, 150).units.ids) == []
    before, going, later = (picture(past, minutes).units for minutes in (60, 25, 10))
    assert (before.lon_deg[0], bool(before.busy[0])) == (AROSUKA.lon_deg, False)
    assert (going.lon_deg[0] > 100.60, bool(going.busy[0])) == (True, False)
    assert (later.lon_deg[0] > going.lon_deg[0], bool(later.busy[0])) == (True, True)


def test_past_state_ends_at_present(past: PastState):
    assert picture(past, 0).units.lon_deg[0] == pytest.approx(WAY[-1][0])
