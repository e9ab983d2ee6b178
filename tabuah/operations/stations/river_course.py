"""River course of a gauge: the gauges upstream and downstream, with travel times."""

from collections.abc import Mapping

import msgspec

from tabuah.operations.stations.station import Station


class GaugeOnRiver(msgspec.Struct, frozen=True):
    """Another gauge of the same water; `lag_s` is the travel time between the two, 0 if unknown."""

    station: Station
    lag_s: float


class RiverCourse(msgspec.Struct, frozen=True):
    """The gauges above and below one, each side nearest first."""

    above: tuple[GaugeOnRiver, ...] = ()
    below: tuple[GaugeOnRiver, ...] = ()


def course_of(station: Station, stations: Mapping[str, Station]) -> RiverCourse:
    """Return the river course at a gauge; each gauge once, even if the river was entered as a circle."""
    below = _below(station, stations)
    ours = {station.code, *(gauge.station.code for gauge in below)}
    return RiverCourse(above=_above(station, stations, but=ours), below=below)


def _below(station: Station, stations: Mapping[str, Station]) -> tuple[GaugeOnRiver, ...]:
    found: dict[str, GaugeOnRiver] = {}
    here, lag_s = station, 0.0
    while here.river is not None and (lower := stations.get(here.river.downstream)) is not None:
        if lower.code in found or lower.code == station.code:
            break
        lag_s += here.river.lag_s
        found[lower.code] = GaugeOnRiver(lower, lag_s)
        here = lower
    return tuple(found.values())


def _above(station: Station, stations: Mapping[str, Station], *, but: set[str]) -> tuple[GaugeOnRiver, ...]:
    found: list[GaugeOnRiver] = []
    seen, waiting = set(but), [(station.code, 0.0)]
    while waiting:
        lower, lag_s = waiting.pop(0)
        for other in sorted(stations.values(), key=lambda each: each.code):
            if other.river is not None and other.river.downstream == lower and other.code not in seen:
                seen.add(other.code)
                found.append(GaugeOnRiver(other, lag_s + other.river.lag_s))
                waiting.append((other.code, lag_s + other.river.lag_s))
    return tuple(sorted(found, key=lambda gauge: (gauge.lag_s, gauge.station.code)))
