"""Missing spans: where another copy of a series has more values, by counts per hour or day."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from tabuah.operations.readings.reading import SeriesSummary


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
