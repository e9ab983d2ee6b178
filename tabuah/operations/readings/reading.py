"""Readings: values of one parameter of one station; they are not entries, but sent in bulk."""

from datetime import UTC, datetime
from enum import IntFlag
from typing import Annotated, Final

import msgspec
from msgspec import Meta

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
MAX_READINGS_A_BATCH: Final = 5_000


class Quality(IntFlag):
    """Quality marks of a value; the raw value is always stored."""

    GOOD = 0
    OUT_OF_RANGE = 1
    TIME_DOUBTFUL = 2
    SIMULATED = 4
    TYPED_IN = 8
    MAINTENANCE = 16  # measured during maintenance: stored, raises no alarm


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """One value in the native unit of its parameter; `at` is UTC. Key: (station, parameter, at)."""

    station: str
    parameter: str
    at: Annotated[datetime, Meta(tz=True)]
    value: float
    quality: int = 0


class ReadingBatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a post to `/v1/readings`; `sources` has the source of each manual reading, in order."""

    readings: Annotated[tuple[Reading, ...], Meta(max_length=MAX_READINGS_A_BATCH)]
    sources: Annotated[tuple[str, ...], Meta(max_length=MAX_READINGS_A_BATCH)] = ()


class SeriesPoint(msgspec.Struct, frozen=True, array_like=True):
    """One bucket of a series for a chart: start, mean, smallest and largest value, count."""

    at: datetime
    mean: float
    low: float
    high: float
    count: int

    @property
    def total(self) -> float:
        """Return the sum of the bucket, shown for amounts such as rain."""
        return self.mean * self.count


class SeriesSummary(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One series over one span: start, smallest and largest value, sum, count, time of the newest value."""

    at: datetime
    low: float
    high: float
    total: float
    count: int
    newest_at: datetime

    @property
    def mean(self) -> float:
        return self.total / self.count
