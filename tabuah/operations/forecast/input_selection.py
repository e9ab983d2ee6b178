"""Selection of a gauge's inputs: gauges above with their travel times, and rain gauges around all of them."""

from collections.abc import Iterable, Mapping
from typing import Final

from tabuah.gis.geodesy import distance_m
from tabuah.operations.forecast.gauge_model import RAIN, STAGE, GaugeAbove, GaugeInputs
from tabuah.operations.stations.station import Station

LONGEST_LAG_S: Final = 6 * 3600.0  # water from further away arrives after the end of the forecast
RAIN_WITHIN_M: Final = 8_000.0  # catchments are not known here: rain this near to one of its gauges counts
MAX_GAUGES_ABOVE: Final = 6


def select_inputs(station: Station, stations: Mapping[str, Station]) -> GaugeInputs | None:
    """Return the inputs of a gauge among all stations; None where the station measures no river stage."""
    if station.river is None or station.parameter(STAGE) is None:
        return None
    above = _above(station.code, stations)
    nearest = sorted(above, key=lambda gauge: (gauge.lag_s, gauge.station))[:MAX_GAUGES_ABOVE]
    gauges = [station, *(stations[gauge.station] for gauge in above)]
    rain = (other.code for other in stations.values() if other.parameter(RAIN) and _is_near(other, gauges))
    return GaugeInputs(station=station.code, above=tuple(nearest), rain=tuple(sorted(rain)))


def _above(code: str, stations: Mapping[str, Station]) -> list[GaugeAbove]:
    """Return all gauges upstream of `code`, each once, even if the river is registered as a cycle."""
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
