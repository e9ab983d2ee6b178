"""Readings: values of one parameter of one station at moments; not entries, but a bulk path of their own."""

from datetime import UTC, datetime
from enum import IntFlag
from typing import Annotated, Final

import msgspec
from msgspec import Meta

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
MAX_READINGS_A_BATCH: Final = 5_000


class Quality(IntFlag):
    """What is known against a value; the raw value is always kept."""

    GOOD = 0
    OUT_OF_RANGE = 1
    TIME_DOUBTFUL = 2
    SIMULATED = 4
    TYPED_IN = 8
    MAINTENANCE = 16  # measured while the station was worked on: kept, and alarms nobody


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """One value in the native unit of its parameter; `at` is UTC. Key: (station, parameter, at)."""

    station: str
    parameter: str
    at: Annotated[datetime, Meta(tz=True)]
    value: float
    quality: int = 0


class ReadingBatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is posted to `/v1/readings`; `sources` tells in the same order by what source readings were typed in."""

    readings: Annotated[tuple[Reading, ...], Meta(max_length=MAX_READINGS_A_BATCH)]
    sources: Annotated[tuple[str, ...], Meta(max_length=MAX_READINGS_A_BATCH)] = ()


class SeriesPoint(msgspec.Struct, frozen=True, array_like=True):
    """One bucket of a series for a chart: start of the bucket, mean, smallest, largest value and how many."""

    at: datetime
    mean: float
    low: float
    high: float
    count: int

    @property
    def total(self) -> float:
        """The sum of the bucket: what is shown where amounts add up, such as rain."""
        return self.mean * self.count


class SeriesSummary(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One series over one span: from when, smallest, largest, sum and number of values, and when the newest was."""

    at: datetime
    low: float
    high: float
    total: float
    count: int
    newest_at: datetime

    @property
    def mean(self) -> float:
        """The mean of the values."""
        return self.total / self.count
