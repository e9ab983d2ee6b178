"""One day of a station's readings with the rain around it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.readings.reading import ReadingCorrection
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.stations.station import Station

CHART_SPAN: Final = timedelta(hours=24)
RAIN_WITHIN_M: Final = 12_000.0
RAIN: Final = "rain_mm"


class DayReadings(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One day of a station's main parameter and of the rain around it."""

    station: Station
    values: TimeSeries = msgspec.field(default_factory=TimeSeries)
    rain: Mapping[str, TimeSeries] | None = None  # by station code
    corrections: tuple[ReadingCorrection, ...] = ()  # of the main parameter


def rain_stations_near(station: Station, stations: Mapping[str, Station]) -> tuple[str, ...]:
    """Return the rain gauges within `RAIN_WITHIN_M` of a river gauge; a rain gauge itself."""
    if station.river is None:
        return (station.code,) if station.parameter(RAIN) else ()
    return tuple(
        other.code
        for other in stations.values()
        if other.parameter(RAIN)
        and distance_m(station.lon_deg, station.lat_deg, other.lon_deg, other.lat_deg) <= RAIN_WITHIN_M
    )
