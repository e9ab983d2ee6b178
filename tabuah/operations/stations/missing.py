"""What one place has of a series and another does not: told by how many values each has in every hour or day."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from tabuah.operations.stations.readings import SeriesSummary


class Stretch(NamedTuple):
    """A time from `since` until just before `until`, UTC."""

    since: datetime
    until: datetime


def missing_stretches(
    theirs: Iterable[SeriesSummary], ours: Iterable[SeriesSummary], *, span: timedelta, longest: timedelta
) -> tuple[Stretch, ...]:
    """The stretches in which they have more than we do, oldest first; neighbours are joined up to `longest`.

    Args:
        theirs: their spans, oldest first.
        ours: our spans, of the same length.
        span: the length of one.
        longest: of one stretch, at least `span`.
    """
    counted = {summary.at: summary.count for summary in ours}
    found: list[Stretch] = []
    for summary in theirs:
        if summary.count <= counted.get(summary.at, 0):
            continue
        until = summary.at + span
        if found and found[-1].until == summary.at and until - found[-1].since <= longest:
            found[-1] = Stretch(found[-1].since, until)
        else:
            found.append(Stretch(summary.at, until))
    return tuple(found)
