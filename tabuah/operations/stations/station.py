"""A station and its parameters, as registered."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.levels import RiverLevel
from tabuah.operations.stations.files import NO_FILES, StationFiles

StationCode = Annotated[str, Meta(pattern=r"^[A-Z0-9][A-Z0-9-]{1,39}$")]


class StationKind(StrEnum):
    """What a station is mainly for; decides its icon."""

    RAIN = "rain"
    RIVER = "river"
    SOIL = "soil"
    TILT = "tilt"
    SEISMIC = "seismic"
    WEATHER = "weather"
    AIR = "air"


class Parameter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a station measures: native unit, how often (seconds), and between which values a reading can be true."""

    code: str
    unit: str
    expected_interval_s: float
    valid_min: float
    valid_max: float


class River(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a gauge stands on its river: the gauge below it, the travel time there and its stage thresholds (m)."""

    name: str
    downstream: str = ""
    lag_s: float = 0.0
    thresholds_m: dict[RiverLevel, float] = {}


class Station(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="station"):
    """A sensor post at a point (EPSG:4326); `files` are its photos and documents."""

    code: StationCode
    name: str
    kind: StationKind
    lon_deg: Annotated[float, Meta(ge=-180, le=180)]
    lat_deg: Annotated[float, Meta(ge=-90, le=90)]
    parameters: tuple[Parameter, ...]
    river: River | None = None
    nagari: str = ""
    owner: str = ""
    exercise: bool = False
    files: StationFiles = NO_FILES

    def parameter(self, code: str) -> Parameter | None:
        """The parameter of that code, None where the station does not measure it."""
        return next((p for p in self.parameters if p.code == code), None)

    @property
    def main_parameter(self) -> Parameter | None:
        """The parameter that the map and the chart show first."""
        return self.parameters[0] if self.parameters else None
