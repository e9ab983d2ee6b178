"""Readings: values of one parameter of one station, their quality control, and those entered by hand."""

from datetime import UTC, datetime, timedelta
from enum import IntFlag, StrEnum
from math import isfinite
from typing import Annotated, Final, Protocol

import msgspec
from msgspec import Meta

from tabuah.operations.stations.station import Parameter, Station

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
    """The body of a post to `/v1/readings`.

    `sources` has the source of each manual reading, in order. `reason` explains late readings or corrections;
    `reasons` explains each reading, in order.
    """

    readings: Annotated[tuple[Reading, ...], Meta(max_length=MAX_READINGS_A_BATCH)]
    sources: Annotated[tuple[str, ...], Meta(max_length=MAX_READINGS_A_BATCH)] = ()
    reason: str = ""
    reasons: Annotated[tuple[str, ...], Meta(max_length=MAX_READINGS_A_BATCH)] = ()


class ReadingCorrection(msgspec.Struct, frozen=True, kw_only=True):
    """The correction of a reading: the old and the new value, each with its account; empty if unknown.

    `reason` is given by the person who corrected the value; it is empty for a gateway.
    """

    station: str
    parameter: str
    at: datetime
    old_value: float
    old_quality: int
    old_account: str
    new_value: float
    new_quality: int
    new_account: str
    corrected_at: datetime
    reason: str = ""


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


LATEST_AHEAD: Final = timedelta(minutes=10)  # a clock further ahead is wrong
DOUBTFUL_AHEAD: Final = timedelta(minutes=1)
_SENDER_FLAGS: Final = Quality.SIMULATED | Quality.TYPED_IN


class ReadingSender(Protocol):
    """A sender of readings: a station, or the GPS of a unit."""

    @property
    def exercise(self) -> bool:
        """Return whether it is simulated."""

    def parameter(self, code: str) -> Parameter | None:
        """Return the parameter with a code; None if it is not measured."""


class Doubt(StrEnum):
    """Why a reading is quarantined: stored as received, but neither shown nor evaluated."""

    MALFORMED = "malformed"
    UNKNOWN_STATION = "unknown_station"
    RETIRED_STATION = "retired_station"
    UNKNOWN_PARAMETER = "unknown_parameter"
    NOT_A_NUMBER = "not_a_number"
    WRONG_UNIT = "wrong_unit"
    OUT_OF_RANGE = "out_of_range"
    TOO_OLD = "too_old"
    IN_THE_FUTURE = "in_the_future"
    SIMULATED_AT_REAL_STATION = "simulated_at_real_station"
    NOT_YOUR_STATION = "not_your_station"
    TOO_LATE = "too_late"


# These may be solved when the station is registered, edited or restored; the others never are.
RECOVERABLE_DOUBTS: Final = frozenset(
    {
        Doubt.UNKNOWN_STATION,
        Doubt.RETIRED_STATION,
        Doubt.UNKNOWN_PARAMETER,
        Doubt.OUT_OF_RANGE,
        Doubt.NOT_YOUR_STATION,
    }
)


def check_reading(reading: Reading, sender: ReadingSender | None, now: datetime) -> Doubt | None:
    """Return the reason to quarantine a reading; None if it is valid. `reading.at` and `now` are aware."""
    if not isfinite(reading.value):
        return Doubt.NOT_A_NUMBER
    if reading.at < EARLIEST:
        return Doubt.TOO_OLD
    if reading.at > now + LATEST_AHEAD:
        return Doubt.IN_THE_FUTURE
    if sender is None:
        return Doubt.UNKNOWN_STATION
    if isinstance(sender, Station) and sender.retired is not None:
        return Doubt.RETIRED_STATION
    parameter = sender.parameter(reading.parameter)
    return Doubt.UNKNOWN_PARAMETER if parameter is None else _doubt_at(sender, parameter, reading)


def _doubt_at(sender: ReadingSender, parameter: Parameter, reading: Reading) -> Doubt | None:
    if not parameter.valid_min <= reading.value <= parameter.valid_max:
        return Doubt.OUT_OF_RANGE
    if reading.quality & Quality.SIMULATED and not sender.exercise:
        return Doubt.SIMULATED_AT_REAL_STATION
    return None


def quality_of(reading: Reading, sender: ReadingSender, now: datetime) -> Quality:
    """Return the quality marks of a valid reading: those its sender may set, and our own."""
    quality = Quality(reading.quality & _SENDER_FLAGS)
    if sender.exercise:
        quality |= Quality.SIMULATED
    if reading.at > now + DOUBTFUL_AHEAD:
        quality |= Quality.TIME_DOUBTFUL
    return quality


class PostedReading(msgspec.Struct, frozen=True):
    """A posted reading, or the unreadable text (`raw`) and its error.

    `source` is the operator's source of a manual reading; empty for a sensor. `reason` explains a correction.
    """

    reading: Reading | None
    doubt: Doubt | None = None
    raw: str = ""
    source: str = ""
    reason: str = ""


MAX_SOURCE_LENGTH: Final = 200


class ManualReading(msgspec.Struct, frozen=True):
    """A reading with the user who entered it and its source, such as "staff gauge" or "radio report".

    `reason` explains the correction of an earlier value of the same time.
    """

    reading: Reading
    person: str
    source: Annotated[str, Meta(max_length=MAX_SOURCE_LENGTH)]
    reason: Annotated[str, Meta(max_length=MAX_SOURCE_LENGTH)] = ""


def make_manual_reading(
    reading: Reading, *, station: Station | None, person: str, source: str, now: datetime, reason: str = ""
) -> ManualReading | Doubt:
    """Return the reading marked as manual, or why it is not valid.

    Args:
        reading: in the native unit of the station's parameter, at a UTC moment.
        station: its station, None if unknown.
        person: the user who enters it.
        source: the user's source; cut to `MAX_SOURCE_LENGTH` characters.
        now: UTC.
        reason: the reason of a correction; cut to `MAX_SOURCE_LENGTH` characters.
    """
    doubt = check_reading(reading, station, now)
    if doubt is not None or station is None:
        return doubt or Doubt.UNKNOWN_STATION
    quality = quality_of(reading, station, now) | Quality.TYPED_IN
    kept = Reading(reading.station, reading.parameter, reading.at, reading.value, int(quality))
    return ManualReading(kept, person, source.strip()[:MAX_SOURCE_LENGTH], reason.strip()[:MAX_SOURCE_LENGTH])
