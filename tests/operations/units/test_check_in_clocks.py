"""The clocks of check-ins: start, restart, interval by hazard, end, and wrong clocks."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.judged_journal import MORNING, JudgedJournal

from tabuah.operations.codes import Hazard
from tabuah.operations.units.check_ins import check_in_clock, check_in_minutes, last_check_in, overdue_crews
from tabuah.operations.units.known_units import UnitActivity
from tabuah.operations.units.unit import CheckIn, Unit, UnitKind, UnitState
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import HazardSettings, RegencyProfile

MINUTE = timedelta(minutes=1)


def profile(default: int | None = 30, **hazards: int) -> RegencyProfile:
    given_hazards = tuple(HazardSettings(code=code, check_in_min=minutes) for code, minutes in hazards.items())
    return msgspec.structs.replace(shipped_regency(), check_in_min=default, hazards=given_hazards)


def crew(
    state: UnitState = UnitState.ON_SCENE, *, since: int = 0, check_ins: tuple[int, ...] = (), unit_id: str = "TRC-1"
) -> UnitActivity:
    """Return a crew whose last step was `since` minutes after the morning, as were its check-ins."""
    made = tuple(CheckIn(at=MORNING + n * MINUTE, by="ani", entry=f"e{n}") for n in sorted(check_ins))
    unit = Unit(id=unit_id, name="TRC", kind=UnitKind.QUICK_RESPONSE, opd="BPBD", state_at=MORNING, check_ins=made)
    return UnitActivity(unit=unit, state=state, since=MORNING + since * MINUTE)


def due_min(activity: UnitActivity, now_min: int, settings: RegencyProfile | None = None) -> float | None:
    clock = check_in_clock(activity, settings or profile(), MORNING + now_min * MINUTE)
    return None if clock is None else (clock.due_at - MORNING) / MINUTE


@pytest.mark.parametrize("state", list(UnitState))
def test_clock_runs_during_a_mission_only(state: UnitState) -> None:
    assert (due_min(crew(state), 5) is not None) == state.is_busy


def test_clock_starts_again_with_each_step_and_check_in() -> None:
    assert due_min(crew(since=10), 60) == 40
    assert due_min(crew(since=10, check_ins=(5, 25)), 60) == 55
    assert due_min(crew(since=30, check_ins=(5, 25)), 60) == 60


def test_clock_is_off_without_an_interval() -> None:
    assert due_min(crew(), 60, profile(None)) is None


@pytest.mark.parametrize(
    ("default", "hazards", "expected"),
    [
        (30, {"fire": 15}, 15),
        (30, {"fire": 0}, 30),
        (None, {"fire": 0}, None),
        (None, {"flood": 45}, 45),
        (20, {"fire": 60, "flood": 0}, 60),
        (30, {"fire": 0, "flood": 0}, None),
    ],
)
def test_shortest_interval_of_the_missions_counts(
    default: int | None, hazards: dict[str, int], expected: int | None
) -> None:
    room = JudgedJournal()
    flood = room.report(room.author("ani"))
    missions = (msgspec.structs.replace(flood, hazard=Hazard.FIRE), flood)
    activity = msgspec.structs.replace(crew(), missions=missions)
    assert check_in_minutes(activity, profile(default, **hazards)) == expected


def test_check_in_from_a_clock_far_ahead_does_not_hide_a_missed_one() -> None:
    activity = crew(check_ins=(10, 500))
    now = MORNING + 60 * MINUTE
    found = last_check_in(activity.unit, now)
    assert found is not None
    assert found.at == MORNING + 10 * MINUTE
    assert due_min(activity, 60) == 40


def test_overdue_crews_are_listed_longest_overdue_first() -> None:
    crews = (crew(since=20, unit_id="A"), crew(since=5, unit_id="B"), crew(since=50, unit_id="C"))
    found = overdue_crews(crews, profile(), MORNING + 60 * MINUTE)
    assert [each.unit.id for each, _clock in found] == ["B", "A"]


@given(since=st.integers(-600, 600), check_ins=st.lists(st.integers(-600, 600), max_size=10), now=st.integers(0, 300))
def test_next_check_in_is_never_further_away_than_one_interval(since: int, check_ins: list[int], now: int) -> None:
    due = due_min(crew(since=since, check_ins=tuple(check_ins)), now)
    assert due is not None
    assert due <= now + 30
