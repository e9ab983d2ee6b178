"""What a forecast of one gauge looks at, and what those series are called."""

from typing import Final

import msgspec

STAGE: Final = "stage_m"
RAIN: Final = "rain_mm"


class GaugeAbove(msgspec.Struct, frozen=True):
    """A gauge further up and how long its water takes to the gauge in question."""

    station: str
    lag_s: float


class GaugeInputs(msgspec.Struct, frozen=True, kw_only=True):
    """The series that speak for the future of one gauge: nearest upstream gauge first, rain stations by code."""

    station: str
    above: tuple[GaugeAbove, ...] = ()
    rain: tuple[str, ...] = ()

    @property
    def series(self) -> tuple[tuple[str, str], ...]:
        """Station and parameter of all of them, the gauge itself first."""
        gauges = (self.station, *(gauge.station for gauge in self.above))
        return (*((code, STAGE) for code in gauges), *((code, RAIN) for code in self.rain))
