"""A registered station and its parameters."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import Duration, IdText, LabelText, Quantity, StoredMoment, bounded
from tabuah.operations.levels import RiverLevel
from tabuah.operations.stations.changes import NO_CHANGES, StationChanges
from tabuah.operations.stations.files import NO_FILES, StationFiles

# In an exercise `<exercise>~<code>` (`operations/exercises/scope.py`).
StationCode = Annotated[
    str, Meta(pattern=r"^([a-z0-9][a-z0-9-]{0,39}~)?[A-Z0-9][A-Z0-9-]{1,39}$"), bounded(max_length=81)
]


class StationKind(StrEnum):
    """Main purpose of a station; decides its icon."""

    RAIN = "rain"
    RIVER = "river"
    SOIL = "soil"
    TILT = "tilt"
    SEISMIC = "seismic"
    WEATHER = "weather"
    AIR = "air"


class Parameter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A measured parameter: native unit, interval in seconds, and valid range."""

    code: IdText
    unit: IdText
    expected_interval_s: Duration
    valid_min: Quantity
    valid_max: Quantity


class River(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Position of a gauge on its river: the gauge downstream, the travel time to it, thresholds (m).

    `thresholds_source` is the office or document that states the thresholds, `thresholds_from` when they took effect.
    """

    name: LabelText
    downstream: IdText = ""
    lag_s: Duration = 0.0
    thresholds_m: Annotated[dict[RiverLevel, Quantity], bounded(max_length=20)] = {}
    thresholds_source: LabelText = ""
    thresholds_from: StoredMoment | None = None


class Retirement(msgspec.Struct, frozen=True, kw_only=True):
    """Who took a station out of service, when and why."""

    by: IdText
    at: StoredMoment
    reason: LabelText


StationLongitude = Annotated[float, Meta(ge=-180, le=180)]
StationLatitude = Annotated[float, Meta(ge=-90, le=90)]
Elevation = Annotated[float, Meta(ge=-500, le=9_000)]  # m above sea level


class Station(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="station"):
    """A sensor station at a point (EPSG:4326).

    Attributes:
        files: its photos and documents.
        gateway: the account that sends its readings, or `mqtt/<mapping>` of a broker without accounts; empty if
            none is named.
        elevation_m: height above sea level; None if unknown.
        outside_reason: why it lies outside of the regency; empty inside.
        retired: set while it is out of service: it has no alarms, and its readings are quarantined.
        changes: the latest changes of its thresholds, valid ranges and position.
    """

    code: StationCode
    name: LabelText
    kind: StationKind
    lon_deg: StationLongitude
    lat_deg: StationLatitude
    parameters: Annotated[tuple[Parameter, ...], bounded(max_length=100)]
    river: River | None = None
    nagari: LabelText = ""
    owner: LabelText = ""
    exercise: bool = False
    exercise_id: IdText = ""
    files: StationFiles = NO_FILES
    gateway: IdText = ""
    elevation_m: Elevation | None = None
    outside_reason: LabelText = ""
    retired: Retirement | None = None
    changes: StationChanges = NO_CHANGES

    def parameter(self, code: str) -> Parameter | None:
        """Return the parameter with a code; None if the station does not measure it."""
        return next((p for p in self.parameters if p.code == code), None)

    @property
    def main_parameter(self) -> Parameter | None:
        """Return the parameter that map and chart show first."""
        return self.parameters[0] if self.parameters else None
