"""How a story lies in time: it never runs into the future, and faster means only catching up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.console.simulator.story import BEHIND_MIN, CLIMAX_MIN, SCENARIOS, Telling

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def telling(scenario: str = "storm", **wish: float) -> Telling:
    return Telling.of(
        scenario, speed=wish.get("speed", 1.0), minute=wish.get("minute"), behind_min=wish.get("behind")
    )


def test_in_real_time_the_story_begins_now():
    course = telling().begin(NOW)
    assert course.story_start_at == course.told_from == NOW
    later = NOW + timedelta(minutes=7)
    assert course.told_until(later) == later
    assert course.minute_at(later) == 7


def test_a_minute_moves_the_story_and_not_the_clock():
    course = telling(minute=140).begin(NOW)
    assert course.minute_at(NOW) == 140
    assert course.told_until(NOW) == NOW


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_faster_story_meets_the_present_at_its_climax(scenario: str):
    course = telling(scenario, speed=21).begin(NOW)
    assert course.told_from == NOW - timedelta(minutes=BEHIND_MIN)
    meets_at = NOW + timedelta(minutes=BEHIND_MIN / 20)
    assert course.told_until(meets_at) == meets_at
    assert course.told_until(meets_at - timedelta(seconds=1)) < meets_at - timedelta(seconds=1)
    assert course.minute_at(meets_at) == pytest.approx(CLIMAX_MIN[scenario])


def test_behind_says_how_much_is_played_quickly():
    course = telling(speed=2, behind=30, minute=100).begin(NOW)
    assert course.told_until(NOW) == NOW - timedelta(minutes=30)
    assert course.told_until(NOW + timedelta(minutes=15)) == NOW
    assert course.told_until(NOW + timedelta(minutes=30)) == NOW + timedelta(minutes=30)


@given(
    speed=st.floats(1, 10_000),
    minute=st.floats(-1440, 1440),
    behind=st.floats(0, 1440),
    elapsed_s=st.lists(st.floats(0, 100_000), min_size=2, max_size=8).map(sorted),
)
def test_nothing_is_told_before_it_was_measured_and_nothing_twice(
    speed: float, minute: float, behind: float, elapsed_s: list[float]
):
    course = telling(speed=speed, minute=minute, behind=behind).begin(NOW)
    moments = [NOW + timedelta(seconds=each) for each in elapsed_s]
    told = [course.told_until(moment) for moment in moments]
    assert all(until <= moment for until, moment in zip(told, moments, strict=True))
    assert told == sorted(told)
    assert told[0] >= course.told_from
