"""Arrivals of alarms: an acknowledgement leaves those open that were not shown long enough to be read."""

from datetime import UTC, datetime, timedelta

from tabuah.console.window.alarms.pending_acknowledgements import NEW_FOR, AlarmArrivals

START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def test_alarms_of_the_first_state_are_old() -> None:
    arrivals = AlarmArrivals()
    arrivals.note(["first"], START)
    assert not arrivals.is_new("first", START)


def test_alarm_is_new_for_two_seconds() -> None:
    arrivals = AlarmArrivals()
    arrivals.note(["first"], START)
    arrivals.note(["first", "second"], START)
    assert arrivals.is_new("second", START + NEW_FOR - timedelta(milliseconds=1))
    assert not arrivals.is_new("second", START + NEW_FOR)


def test_alarm_that_was_never_shown_is_new() -> None:
    """The state has an alarm 50 ms before the strip shows it; T in between must not acknowledge it."""
    arrivals = AlarmArrivals()
    arrivals.note(["first"], START)
    assert arrivals.is_new("second", START)
