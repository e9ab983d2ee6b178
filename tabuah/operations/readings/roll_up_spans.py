"""Roll-up spans: UTC minutes, hours and days of a series, and the spans where another copy has more values."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

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


class MissingSpan(NamedTuple):
    """A span from `since` until just before `until`, UTC."""

    since: datetime
    until: datetime


def find_missing_spans(
    theirs: Iterable[SeriesSummary], ours: Iterable[SeriesSummary], *, span: timedelta, longest: timedelta
) -> tuple[MissingSpan, ...]:
    """Return the spans where they have more values, oldest first; neighbours are joined up to `longest`.

    Args:
        theirs: their summaries, oldest first.
        ours: our summaries, of the same length.
        span: length of one summary.
        longest: maximum length of a span, at least `span`.
    """
    counted = {summary.at: summary.count for summary in ours}
    found: list[MissingSpan] = []
    for summary in theirs:
        if summary.count <= counted.get(summary.at, 0):
            continue
        until = summary.at + span
        if found and found[-1].until == summary.at and until - found[-1].since <= longest:
            found[-1] = MissingSpan(found[-1].since, until)
        else:
            found.append(MissingSpan(summary.at, until))
    return tuple(found)
