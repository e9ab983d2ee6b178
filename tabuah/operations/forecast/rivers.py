"""Finding the inputs of a gauge: the gauges above it with their travel times, and the rain around all of them."""

from collections.abc import Iterable, Mapping
from typing import Final

from tabuah.gis.geodesy import distance_m
from tabuah.operations.forecast.inputs import RAIN, STAGE, GaugeAbove, GaugeInputs
from tabuah.operations.stations.station import Station

LONGEST_LAG_S: Final = 6 * 3600.0  # water that is further away arrives after the forecast's end
RAIN_WITHIN_M: Final = 8_000.0  # no catchment is outlined here: rain this near to one of its gauges counts
MOST_ABOVE: Final = 6


def inputs_of(station: Station, stations: Mapping[str, Station]) -> GaugeInputs | None:
    """The inputs of a gauge among all stations; None where the station measures no river's stage."""
    if station.river is None or station.parameter(STAGE) is None:
        return None
    above = _above(station.code, stations)
    nearest = sorted(above, key=lambda gauge: (gauge.lag_s, gauge.station))[:MOST_ABOVE]
    gauges = [station, *(stations[gauge.station] for gauge in above)]
    rain = (other.code for other in stations.values() if other.parameter(RAIN) and _is_near(other, gauges))
    return GaugeInputs(station=station.code, above=tuple(nearest), rain=tuple(sorted(rain)))


def _above(code: str, stations: Mapping[str, Station]) -> list[GaugeAbove]:
    """All gauges whose water passes `code`, each once, also where somebody has drawn the river in a circle."""
    found: dict[str, GaugeAbove] = {}
    waiting = [GaugeAbove(code, 0.0)]
    while waiting:
        below = waiting.pop()
        for other in stations.values():
            if other.river is None or other.river.downstream != below.station:
                continue
            gauge = GaugeAbove(other.code, below.lag_s + other.river.lag_s)
            if other.code not in found and other.code != code and gauge.lag_s <= LONGEST_LAG_S:
                found[other.code] = gauge
                waiting.append(gauge)
    return list(found.values())


def _is_near(station: Station, gauges: Iterable[Station]) -> bool:
    return any(
        distance_m(station.lon_deg, station.lat_deg, gauge.lon_deg, gauge.lat_deg) <= RAIN_WITHIN_M
        for gauge in gauges
    )
