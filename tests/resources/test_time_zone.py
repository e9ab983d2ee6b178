"""Moments in the regency's time zone."""

from datetime import UTC, datetime

from tabuah.resources.localisation import format_moment
from tabuah.resources.time_zone import in_home_zone


def test_moment_is_shown_in_home_zone():
    assert in_home_zone(datetime(2026, 11, 24, 7, 30, tzinfo=UTC)).hour == 14


def test_moment_at_end_of_calendar_can_be_shown():
    assert "9999" in format_moment(datetime.max.replace(tzinfo=UTC))
