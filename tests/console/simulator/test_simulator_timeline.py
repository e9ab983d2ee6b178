"""The scenario timeline: it never runs into the future; a faster playback only catches up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.console.simulator.timeline import BEHIND_MIN, CLIMAX_MIN, SCENARIOS, TimelineSettings

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def settings(scenario: str = "storm", **wish: float) -> TimelineSettings:
    return TimelineSettings.of(
        scenario, speed=wish.get("speed", 1.0), minute=wish.get("minute"), behind_min=wish.get("behind")
    )


def test_timeline_in_real_time_begins_now():
    timeline = settings().begin(NOW)
    assert timeline.scenario_start_at == timeline.live_from == NOW
    later = NOW + timedelta(minutes=7)
    assert timeline.played_until(later) == later
    assert timeline.minute_at(later) == 7


def test_timeline_minute_shifts_the_scenario():
    timeline = settings(minute=140).begin(NOW)
    assert timeline.minute_at(NOW) == 140
    assert timeline.played_until(NOW) == NOW


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_faster_timeline_reaches_now_at_the_climax(scenario: str):
    timeline = settings(scenario, speed=21).begin(NOW)
    assert timeline.live_from == NOW - timedelta(minutes=BEHIND_MIN)
    meets_at = NOW + timedelta(minutes=BEHIND_MIN / 20)
    assert timeline.played_until(meets_at) == meets_at
    assert timeline.played_until(meets_at - timedelta(seconds=1)) < meets_at - timedelta(seconds=1)
    assert timeline.minute_at(meets_at) == pytest.approx(CLIMAX_MIN[scenario])


def test_timeline_behind_sets_the_fast_part():
    timeline = settings(speed=2, behind=30, minute=100).begin(NOW)
    assert timeline.played_until(NOW) == NOW - timedelta(minutes=30)
    assert timeline.played_until(NOW + timedelta(minutes=15)) == NOW
    assert timeline.played_until(NOW + timedelta(minutes=30)) == NOW + timedelta(minutes=30)


@given(
    speed=st.floats(1, 10_000),
    minute=st.floats(-1440, 1440),
    behind=st.floats(0, 1440),
    elapsed_s=st.lists(st.floats(0, 100_000), min_size=2, max_size=8).map(sorted),
)
def test_timeline_never_exceeds_now_or_repeats(speed: float, minute: float, behind: float, elapsed_s: list[float]):
    timeline = settings(speed=speed, minute=minute, behind=behind).begin(NOW)
    moments = [NOW + timedelta(seconds=each) for each in elapsed_s]
    played = [timeline.played_until(moment) for moment in moments]
    assert all(until <= moment for until, moment in zip(played, moments, strict=True))
    assert played == sorted(played)
    assert played[0] >= timeline.live_from
