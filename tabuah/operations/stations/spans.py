"""Minutes, hours and days: the spans of UTC over which a series is told by its extremes, sum, count and age."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tabuah.operations.stations.readings import SeriesSummary


class Span(StrEnum):
    """How long a span is; all are counted from 1970 in UTC, so a day is that of rain gauges, 07:00 to 07:00 WIB."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        """From its begin to that of the next."""
        return _LENGTHS[self]


_LENGTHS: Final = {
    Span.MINUTE: timedelta(minutes=1),
    Span.HOUR: timedelta(hours=1),
    Span.DAY: timedelta(days=1),
}


def age_of(summary: SeriesSummary, span: Span, *, now: datetime) -> timedelta:
    """How old the newest value was when the span was over, or is now while it goes on; never less than nothing."""
    return max(min(summary.at + span.length, now) - summary.newest_at, timedelta())
