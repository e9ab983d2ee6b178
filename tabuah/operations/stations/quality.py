"""Whether a reading can be true: known series, a number within the sensor's range, a sane time."""

from datetime import datetime, timedelta
from enum import StrEnum
from math import isfinite
from typing import Final, Protocol

from tabuah.operations.stations.readings import EARLIEST, Quality, Reading
from tabuah.operations.stations.station import Parameter
from tabuah.resources.catalogue import _

LATEST_AHEAD: Final = timedelta(minutes=10)  # a clock that is further ahead is wrong
DOUBTFUL_AHEAD: Final = timedelta(minutes=1)
_TOLD_BY_SENDER: Final = Quality.SIMULATED | Quality.TYPED_IN


class Sender(Protocol):
    """What readings come from: a station, or the GPS of a unit."""

    @property
    def exercise(self) -> bool:
        """Whether it is simulated."""

    def parameter(self, code: str) -> Parameter | None:
        """What it measures under a code, None where it does not."""


class Doubt(StrEnum):
    """Why a reading is set aside: kept as it came, but neither shown nor judged."""

    MALFORMED = "malformed"
    UNKNOWN_STATION = "unknown_station"
    UNKNOWN_PARAMETER = "unknown_parameter"
    NOT_A_NUMBER = "not_a_number"
    WRONG_UNIT = "wrong_unit"
    OUT_OF_RANGE = "out_of_range"
    TOO_OLD = "too_old"
    IN_THE_FUTURE = "in_the_future"
    SIMULATED_AT_REAL_STATION = "simulated_at_real_station"


_MEANINGS: Final[dict[str, str]] = {
    Doubt.MALFORMED: "It is no reading.",
    Doubt.UNKNOWN_STATION: "The station is not registered; the reading is taken when it is.",
    Doubt.UNKNOWN_PARAMETER: "The station does not measure this; the reading is taken when it does.",
    Doubt.NOT_A_NUMBER: "The value is no number.",
    Doubt.WRONG_UNIT: "The unit is none in which this can be measured.",
    Doubt.OUT_OF_RANGE: "The value is outside what the sensor can measure.",
    Doubt.TOO_OLD: "The time is before the year 2000.",
    Doubt.IN_THE_FUTURE: "The time is more than 10 minutes ahead: check the sensor's clock.",
    Doubt.SIMULATED_AT_REAL_STATION: "A simulated value was sent for a real station.",
}

# These may come right when the station is registered or edited; the others never do.
CURABLE: Final = frozenset({Doubt.UNKNOWN_STATION, Doubt.UNKNOWN_PARAMETER, Doubt.OUT_OF_RANGE})


def meaning_of(doubt: Doubt) -> str:
    """The reason in words."""
    return _(_MEANINGS[doubt])


def doubt_about(reading: Reading, sender: Sender | None, now: datetime) -> Doubt | None:
    """The reason to set a reading aside, None when it can be taken; `reading.at` and `now` are aware."""
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


def _doubt_at(sender: Sender, parameter: Parameter, reading: Reading) -> Doubt | None:
    if not parameter.valid_min <= reading.value <= parameter.valid_max:
        return Doubt.OUT_OF_RANGE
    if reading.quality & Quality.SIMULATED and not sender.exercise:
        return Doubt.SIMULATED_AT_REAL_STATION
    return None


def quality_of(reading: Reading, sender: Sender, now: datetime) -> Quality:
    """The marks of a reading that is taken: what its sender may tell and what is seen here."""
    quality = Quality(reading.quality & _TOLD_BY_SENDER)
    if sender.exercise:
        quality |= Quality.SIMULATED
    if reading.at > now + DOUBTFUL_AHEAD:
        quality |= Quality.TIME_DOUBTFUL
    return quality
