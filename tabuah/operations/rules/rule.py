"""A rule: when readings raise an alarm."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import LARGEST_COUNT, LONGEST_DURATION_S, Duration, IdText, LabelText, Quantity, bounded
from tabuah.operations.codes import Hazard
from tabuah.operations.exercises.scope import names_code
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.stations.station import Station, StationKind

Seconds = Annotated[float, Meta(ge=0, le=LONGEST_DURATION_S)]
Stations = Annotated[tuple[IdText, ...], bounded(max_length=1000)]


class Threshold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="threshold"):
    """Raised when the value reaches `limit` for `for_s` seconds, cleared `hysteresis` back from it.

    With `falling` it is raised at or below the limit. A station that reports less often than every
    `for_s` seconds cannot prove the duration in time; there the first value at the limit raises.
    """

    limit: Quantity
    hysteresis: Annotated[Quantity, Meta(ge=0)] = 0.0
    for_s: Seconds = 0.0
    falling: bool = False


class RiverStage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="river_stage"):
    """Like `Threshold`, with the limit that each gauge has for `level`."""

    level: RiverLevel
    hysteresis_m: Annotated[Quantity, Meta(ge=0)] = 0.1
    for_s: Seconds = 0.0


class Accumulation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="accumulation"):
    """Raised when the sum over the last `window_s` seconds reaches `limit`."""

    limit: Quantity
    window_s: Seconds
    hysteresis: Annotated[Quantity, Meta(ge=0)] = 0.0


class RateOfChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="change"):
    """Raised when the value has risen (`falling`: fallen) by `limit` within `window_s` seconds."""

    limit: Annotated[Quantity, Meta(gt=0)]
    window_s: Annotated[float, Meta(gt=0, le=7 * 86_400)]
    hysteresis: Annotated[Quantity, Meta(ge=0)] = 0.0
    falling: bool = False


class Stuck(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="stuck"):
    """Raised when the values of `for_s` seconds differ by at most `tolerance`: the sensor is stuck.

    `resting_at` is a value that may stay constant, such as 0 for rain.
    """

    for_s: Annotated[float, Meta(gt=0, le=7 * 86_400)]
    tolerance: Annotated[Quantity, Meta(ge=0)] = 0.0
    resting_at: Quantity | None = None


class Silence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="silence"):
    """Raised without a reading for `for_s` seconds, or for three of the station's intervals if longer.

    With an empty parameter any reading of the station ends the silence.
    """

    for_s: Annotated[Duration, Meta(gt=0)]


class PartPlace(StrEnum):
    """The stations of a combination's part: the rule's own, named ones, near ones or upstream ones."""

    HERE = "here"
    NAMED = "named"
    NEAR = "near"
    UPSTREAM = "upstream"


class CombinationPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One part of a combination: a condition on one parameter that any of its stations may meet.

    `near` means stations within `radius_m` of the rule's own, itself included; `kind` filters them.
    """

    parameter: IdText
    condition: Threshold | RiverStage | Accumulation | RateOfChange
    where: PartPlace = PartPlace.HERE
    stations: Stations = ()
    kind: StationKind | None = None
    radius_m: Annotated[float, Meta(ge=0, le=200_000)] = 0.0


class Combination(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="combination"):
    """Raised when all parts, or `at_least` of them, hold together; each part has its own hysteresis.

    Parts hold together when each held at some time in the last `within_s` seconds. A value that is
    older than that and than three of its station's intervals counts as unknown. A part without a
    valid value never raises; one that fell silent while it held does not clear the alarm either.
    """

    parts: Annotated[tuple[CombinationPart, ...], Meta(min_length=2, max_length=6)]
    within_s: Annotated[float, Meta(gt=0, le=7 * 86_400)]
    at_least: Annotated[int, Meta(ge=0, le=6)] = 0  # 0 means all

    @property
    def needed(self) -> int:
        """Return the number of parts that must hold."""
        return min(self.at_least or len(self.parts), len(self.parts))


class Neighbours(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="neighbours"):
    """Raised when a value departs by `limit` from the median of its `nearest` neighbours in `radius_m`.

    With `spreads` it must also depart by that many robust spreads of the neighbours' values, so that
    normal local differences are no fault. Fewer than three neighbours with fresh values prove nothing.
    """

    limit: Annotated[Quantity, Meta(gt=0)]
    radius_m: Annotated[float, Meta(gt=0, le=200_000)]
    nearest: Annotated[int, Meta(ge=3, le=12)] = 5
    spreads: Annotated[float, Meta(ge=0, le=20)] = 0.0
    hysteresis: Annotated[Quantity, Meta(ge=0)] = 0.0
    for_s: Seconds = 0.0


class NeighbourSums(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="neighbour_sums"):
    """Raised when a sum over `window_s` seconds is `factor` times less than its neighbours' median.

    With `too_much`, when it is `factor` times more. The larger one must reach `floor`, and both must
    differ by `spreads` robust spreads of the neighbours. It clears when they differ by less than half
    the factor or, with `too_much`, when the sum is below the floor: a dry period does not prove that a
    clogged gauge works.
    """

    floor: Annotated[Quantity, Meta(gt=0)]
    window_s: Annotated[float, Meta(gt=0, le=7 * 86_400)]
    radius_m: Annotated[float, Meta(gt=0, le=200_000)]
    factor: Annotated[float, Meta(ge=2, le=1000)] = 10.0
    nearest: Annotated[int, Meta(ge=3, le=12)] = 5
    spreads: Annotated[float, Meta(ge=0, le=20)] = 0.0
    for_s: Seconds = 0.0
    too_much: bool = False


class ForecastLevel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="forecast"):
    """Raised when a river is forecast to reach `level` within `within_s` seconds, at its gauge's limit.

    `quantile` is the certainty: 0.5 is the expected stage; 0.9 is exceeded by only one flood in ten. It
    clears when the forecast is back by the hysteresis, and when the river has reached the level,
    because then the level's own alarm is raised.
    """

    level: RiverLevel
    within_s: Annotated[float, Meta(gt=0, le=6 * 3600)]
    quantile: Annotated[float, Meta(ge=0.1, le=0.9)] = 0.5
    hysteresis_m: Annotated[Quantity, Meta(ge=0)] = 0.1
    for_s: Seconds = 0.0


MultiSeriesCondition = Combination | Neighbours | NeighbourSums  # over several series
Condition = (
    Threshold | RiverStage | Accumulation | RateOfChange | Stuck | Silence | ForecastLevel | MultiSeriesCondition
)


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="rule"):
    """A rule on one parameter: of all stations that measure it, those of a kind, or named ones.

    A rule that names a station also watches the station with this code in each exercise.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$"), bounded(max_length=61)]
    name: LabelText
    parameter: IdText
    condition: Condition
    severity: AlarmSeverity
    hazard: Hazard | None = None  # of an incident made from its alarm
    kind: StationKind | None = None
    stations: Stations = ()
    source: LabelText = ""  # source of the limit
    active: bool = True
    version: Annotated[int, bounded(ge=0, le=LARGEST_COUNT)] = 1

    def applies_to(self, station: Station) -> bool:
        """Return whether the rule is active and means this station."""
        if not self.active or (self.kind is not None and self.kind is not station.kind):
            return False
        if self.stations and not names_code(self.stations, station.code):
            return False
        if not self.parameter:
            return isinstance(self.condition, Silence)
        return station.parameter(self.parameter) is not None
