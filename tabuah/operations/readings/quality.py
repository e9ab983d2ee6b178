"""Quality control of readings: known series, value within range, plausible time."""

from datetime import datetime, timedelta
from enum import StrEnum
from math import isfinite
from typing import Final, Protocol

import msgspec

from tabuah.operations.readings.reading import EARLIEST, Quality, Reading
from tabuah.operations.stations.station import Parameter

LATEST_AHEAD: Final = timedelta(minutes=10)  # a clock further ahead is wrong
DOUBTFUL_AHEAD: Final = timedelta(minutes=1)
_TOLD_BY_SENDER: Final = Quality.SIMULATED | Quality.TYPED_IN


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
    UNKNOWN_PARAMETER = "unknown_parameter"
    NOT_A_NUMBER = "not_a_number"
    WRONG_UNIT = "wrong_unit"
    OUT_OF_RANGE = "out_of_range"
    TOO_OLD = "too_old"
    IN_THE_FUTURE = "in_the_future"
    SIMULATED_AT_REAL_STATION = "simulated_at_real_station"


# These may be solved when the station is registered or edited; the others never are.
RECOVERABLE_DOUBTS: Final = frozenset({Doubt.UNKNOWN_STATION, Doubt.UNKNOWN_PARAMETER, Doubt.OUT_OF_RANGE})


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
    quality = Quality(reading.quality & _TOLD_BY_SENDER)
    if sender.exercise:
        quality |= Quality.SIMULATED
    if reading.at > now + DOUBTFUL_AHEAD:
        quality |= Quality.TIME_DOUBTFUL
    return quality


class PostedReading(msgspec.Struct, frozen=True):
    """A posted reading, or the unreadable text (`raw`) and what is wrong with it.

    `source` is the operator's source of a manual reading; empty for a sensor.
    """

    reading: Reading | None
    doubt: Doubt | None = None
    raw: str = ""
    source: str = ""
