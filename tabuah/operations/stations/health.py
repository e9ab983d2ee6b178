"""Health of a series: freshness, gaps and quality marks."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.readings.time_series import Floats
from tabuah.operations.stations.freshness import GRACE_S, LATE_AFTER_INTERVALS, Freshness, freshness_of
from tabuah.operations.stations.station import Parameter


class Gap(msgspec.Struct, frozen=True):
    """A period without data although some was expected."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since


class SeriesHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Health of one parameter over a period; `marks` counts the values with each quality mark."""

    parameter: Parameter
    newest: Reading | None
    freshness: Freshness
    since: datetime
    until: datetime
    received: int
    expected: int
    gaps: tuple[Gap, ...]
    marks: Mapping[Quality, int]

    @property
    def share(self) -> float | None:
        """Return received / expected values, 0 to 1; None if none were expected yet."""
        return min(1.0, self.received / self.expected) if self.expected else None

    @property
    def longest_gap(self) -> Gap | None:
        """Return the longest gap, the later one if equal."""
        return max(self.gaps, key=lambda gap: (gap.length, gap.since), default=None)


def health_of(
    parameter: Parameter,
    times_s: Floats,
    *,
    newest: Reading | None,
    qualities: Mapping[int, int],
    since: datetime,
    now: datetime,
) -> SeriesHealth:
    """Return the health of a series from `since` to `now`.

    Args:
        parameter: the parameter with its interval.
        times_s: times of the received values, Unix time (UTC), ascending.
        newest: its newest reading, which may be older than `since`.
        qualities: number of values by quality.
        since: the time from which values can be expected, UTC.
        now: UTC.
    """
    interval_s = parameter.expected_interval_s
    at = newest.at if newest else None
    return SeriesHealth(
        parameter=parameter,
        newest=newest,
        freshness=freshness_of(at, expected_interval_s=interval_s, now=now),
        since=since,
        until=now,
        received=len(times_s),
        expected=int(max(0.0, (now - since).total_seconds() - GRACE_S) // interval_s) if interval_s > 0 else 0,
        gaps=find_gaps(times_s, since=since, until=now, expected_interval_s=interval_s),
        marks=_marks(qualities),
    )


def find_gaps(times_s: Floats, *, since: datetime, until: datetime, expected_interval_s: float) -> tuple[Gap, ...]:
    """Return the gaps of a series, oldest first: where its value would have been late on the map."""
    first_s, last_s = since.timestamp(), until.timestamp()
    inside = times_s[(times_s > first_s) & (times_s < last_s)]
    edges = np.concatenate(([first_s], inside, [last_s]))
    wide = np.flatnonzero(np.diff(edges) > GRACE_S + LATE_AFTER_INTERVALS * expected_interval_s)
    return tuple(Gap(_moment(edges[i]), _moment(edges[i + 1])) for i in wide)


def _moment(time_s: float) -> datetime:
    return datetime.fromtimestamp(float(time_s), UTC)


def _marks(qualities: Mapping[int, int]) -> dict[Quality, int]:
    counts = {mark: sum(n for quality, n in qualities.items() if quality & mark) for mark in Quality}
    return {mark: n for mark, n in counts.items() if n}
