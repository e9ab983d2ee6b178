"""Event histogram of a time span: the number of events by bin and level."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec
import numpy as np

from tabuah.widgets.values import Level

BINS: Final = 120
LEVELS: Final = (Level.CRITICAL, Level.HIGH, Level.ATTENTION, Level.NORMAL)  # from the bottom of a bar to its top
_TICKS: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440))
_MOST_TICKS: Final = 9


class EventHistogram(msgspec.Struct, frozen=True, kw_only=True):
    """Number of events in equal bins of a time span.

    `counts[i]` has the number of events of each of `LEVELS` in the i-th of `BINS` bins.
    """

    since: datetime
    until: datetime
    counts: tuple[tuple[int, ...], ...] = msgspec.field(default_factory=lambda: ((0,) * len(LEVELS),) * BINS)

    @property
    def span(self) -> timedelta:
        """The length of the time span."""
        return self.until - self.since

    def share_of(self, moment: datetime) -> float:
        """Return the position of a moment in the span, from 0 to 1."""
        return min(1.0, max(0.0, (moment - self.since) / self.span))

    def moment_at(self, share: float) -> datetime:
        """Return the moment at a position from 0 to 1, to the whole second."""
        return self.since + timedelta(seconds=round(min(1.0, max(0.0, share)) * self.span.total_seconds()))

    def ticks(self) -> tuple[datetime, ...]:
        """Return round moments of local time (UTC+7) in the span."""
        step = next((each for each in _TICKS if self.span / each <= _MOST_TICKS), _TICKS[-1])
        zone_shift = timedelta(hours=7)
        local = self.since + zone_shift
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        first = midnight + step * (-((midnight - local) // step))
        found = (first - zone_shift + step * number for number in range(_MOST_TICKS + 2))
        return tuple(each for each in found if self.since <= each <= self.until)


def event_histogram(since: datetime, until: datetime, events: Iterable[tuple[datetime, Level]]) -> EventHistogram:
    """Count events by bin and level."""
    counts = np.zeros((BINS, len(LEVELS)), dtype=np.int64)
    span = until - since
    for at, level in events:
        if since <= at <= until and level in LEVELS:
            counts[min(BINS - 1, int((at - since) / span * BINS)), LEVELS.index(level)] += 1
    return EventHistogram(since=since, until=until, counts=tuple(tuple(row) for row in counts.tolist()))
