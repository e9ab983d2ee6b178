"""A rule: readable data that says when readings are an alarm."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.codes import Hazard
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.stations.station import Station, StationKind

Seconds = Annotated[float, Meta(ge=0, le=366 * 86_400)]


class Threshold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="threshold"):
    """Raised when the value reaches `limit` for `for_s` seconds, cleared when it is `hysteresis` back from it.

    `falling` turns it round: raised at or below the limit. A station that reports less often than every `for_s`
    seconds cannot prove the duration in time; there the first value that reaches the limit raises.
    """

    limit: float
    hysteresis: Annotated[float, Meta(ge=0)] = 0.0
    for_s: Seconds = 0.0
    falling: bool = False


class RiverStage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="river_stage"):
    """Like `Threshold`, with the limit that each gauge has for `level`."""

    level: RiverLevel
    hysteresis_m: Annotated[float, Meta(ge=0)] = 0.1
    for_s: Seconds = 0.0


class Accumulation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="accumulation"):
    """Raised when the sum over the last `window_s` seconds reaches `limit`."""

    limit: float
    window_s: Seconds
    hysteresis: Annotated[float, Meta(ge=0)] = 0.0


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="change"):
    """Raised when the value has risen by `limit` within the last `window_s` seconds; `falling`: has fallen by it."""

    limit: Annotated[float, Meta(gt=0)]
    window_s: Annotated[float, Meta(gt=0, le=7 * 86_400)]
    hysteresis: Annotated[float, Meta(ge=0)] = 0.0
    falling: bool = False


class Stuck(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="stuck"):
    """Raised when the values of the last `for_s` seconds differ by `tolerance` at most: the sensor is jammed.

    `resting_at` is the value at which it may stay, such as rain at 0.
    """

    for_s: Annotated[float, Meta(gt=0, le=7 * 86_400)]
    tolerance: Annotated[float, Meta(ge=0)] = 0.0
    resting_at: float | None = None


class Silence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="silence"):
    """Raised when nothing came for `for_s` seconds, or three of the station's own intervals if that is longer.

    The rule's parameter may be empty: then any reading of the station breaks the silence.
    """

    for_s: Annotated[float, Meta(gt=0)]


class PartPlace(StrEnum):
    """Where a part of a combination is looked for: at the rule's own station, at named ones, near it or upstream."""

    HERE = "here"
    NAMED = "named"
    NEAR = "near"
    UPSTREAM = "upstream"


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One part of a combination: a condition on one parameter, which holds where any of its stations says so.

    `near` means any station within `radius_m` of the rule's own, itself included; `kind` narrows that to one kind.
    """

    parameter: str
    condition: Threshold | RiverStage | Accumulation | Change
    where: PartPlace = PartPlace.HERE
    stations: tuple[str, ...] = ()
    kind: StationKind | None = None
    radius_m: Annotated[float, Meta(ge=0, le=200_000)] = 0.0


class Combination(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="combination"):
    """Raised when enough parts hold together: all of them, or `at_least` so many; hysteresis is that of the parts.

    Parts hold together when each held at some moment of the last `within_s` seconds. A value that is older, and older
    than three of its station's intervals, speaks neither for nor against. A part without a value that counts never
    raises; one that fell silent while it held lets no alarm end either.
    """

    parts: Annotated[tuple[Part, ...], Meta(min_length=2, max_length=6)]
    within_s: Annotated[float, Meta(gt=0, le=7 * 86_400)]
    at_least: Annotated[int, Meta(ge=0, le=6)] = 0  # 0 means all

    @property
    def needed(self) -> int:
        """How many parts must hold."""
        return min(self.at_least or len(self.parts), len(self.parts))


class Neighbours(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="neighbours"):
    """Raised when a value departs by `limit` from the median of its `nearest` neighbours within `radius_m`.

    With `spreads` it must also depart by so many robust spreads of the neighbours' own values, so that what differs
    from place to place anyway is no fault. Fewer than three neighbours with fresh values prove nothing.
    """

    limit: Annotated[float, Meta(gt=0)]
    radius_m: Annotated[float, Meta(gt=0, le=200_000)]
    nearest: Annotated[int, Meta(ge=3, le=12)] = 5
    spreads: Annotated[float, Meta(ge=0, le=20)] = 0.0
    hysteresis: Annotated[float, Meta(ge=0)] = 0.0
    for_s: Seconds = 0.0


class NeighbourSums(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="neighbour_sums"):
    """Raised when an amount over the last `window_s` seconds is `factor` times less than its neighbours' median.

    With `too_much` when it is `factor` times more. The larger of both must reach `floor`, and both must differ by
    `spreads` robust spreads of the neighbours. Over when they differ by less than half the factor, or, with
    `too_much`, when the amount is below the floor: a dry time proves no clogged gauge sound.
    """

    floor: Annotated[float, Meta(gt=0)]
    window_s: Annotated[float, Meta(gt=0, le=7 * 86_400)]
    radius_m: Annotated[float, Meta(gt=0, le=200_000)]
    factor: Annotated[float, Meta(ge=2, le=1000)] = 10.0
    nearest: Annotated[int, Meta(ge=3, le=12)] = 5
    spreads: Annotated[float, Meta(ge=0, le=20)] = 0.0
    for_s: Seconds = 0.0
    too_much: bool = False


class Forecast(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="forecast"):
    """Raised when a river is forecast to reach `level` within `within_s` seconds, at its gauge's own limit.

    `quantile` says how sure: 0.5 is the expected stage, 0.9 already asks what only one in ten floods exceeds. Over
    when the forecast is back by the hysteresis, and when the river has come there: then the level's own alarm speaks.
    """

    level: RiverLevel
    within_s: Annotated[float, Meta(gt=0, le=6 * 3600)]
    quantile: Annotated[float, Meta(ge=0.1, le=0.9)] = 0.5
    hysteresis_m: Annotated[float, Meta(ge=0)] = 0.1
    for_s: Seconds = 0.0


JointCondition = Combination | Neighbours | NeighbourSums  # over several series
Condition = Threshold | RiverStage | Accumulation | Change | Stuck | Silence | Forecast | JointCondition


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="rule"):
    """One rule for one parameter of some stations: all that measure it, those of a kind, or those named."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
    name: str
    parameter: str
    condition: Condition
    severity: AlarmSeverity
    hazard: Hazard | None = None  # what an incident made of its alarm will be
    kind: StationKind | None = None
    stations: tuple[str, ...] = ()
    source: str = ""  # where the limit comes from
    active: bool = True
    version: int = 1

    def applies_to(self, station: Station) -> bool:
        """Whether the rule is in force and means this station."""
        if not self.active or (self.kind is not None and self.kind is not station.kind):
            return False
        if self.stations and station.code not in self.stations:
            return False
        if not self.parameter:
            return isinstance(self.condition, Silence)
        return station.parameter(self.parameter) is not None
