"""Roll-up spans: UTC minutes, hours and days, over which a series is summarised."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tabuah.operations.readings.reading import SeriesSummary


class RollUpSpan(StrEnum):
    """Length of a span, counted from 1970 in UTC: a day is that of rain gauges, 07:00 to 07:00 WIB."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        return _LENGTHS[self]


_LENGTHS: Final = {
    RollUpSpan.MINUTE: timedelta(minutes=1),
    RollUpSpan.HOUR: timedelta(hours=1),
    RollUpSpan.DAY: timedelta(days=1),
}


def roll_up_age(summary: SeriesSummary, span: RollUpSpan, *, now: datetime) -> timedelta:
    """Return the age of the newest value at the end of the span, or now if it continues; never negative."""
    return max(min(summary.at + span.length, now) - summary.newest_at, timedelta())
