"""Input series of a gauge's forecast."""

from typing import Final

import msgspec

STAGE: Final = "stage_m"
RAIN: Final = "rain_mm"


class GaugeAbove(msgspec.Struct, frozen=True):
    """A gauge upstream and the travel time of its water."""

    station: str
    lag_s: float


class GaugeInputs(msgspec.Struct, frozen=True, kw_only=True):
    """The input series of one gauge's forecast: nearest upstream gauge first, rain stations by code."""

    station: str
    above: tuple[GaugeAbove, ...] = ()
    rain: tuple[str, ...] = ()

    @property
    def series(self) -> tuple[tuple[str, str], ...]:
        """Return station and parameter of all inputs, the gauge itself first."""
        gauges = (self.station, *(gauge.station for gauge in self.above))
        return (*((code, STAGE) for code in gauges), *((code, RAIN) for code in self.rain))
