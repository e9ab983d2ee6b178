"""Which alarms one storm has caused: rain, the slopes it falls on, and the rivers that it fills.

Two alarms belong together when place and time fit; all that hang together so are one storm. The distances are those
of convective cells and small catchments: wide enough for a cell that moves, narrow enough to tell two apart.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.causes import RAIN, SLOPE, STAGE, family_of
from tabuah.operations.stations.station import Station

FAMILIES: Final = (RAIN, SLOPE, STAGE)
SAME_RAIN: Final = timedelta(hours=6)
SAME_RAIN_M: Final = 15_000.0
SAME_GROUND_M: Final = 5_000.0
BELOW_RAIN_M: Final = 12_000.0  # a slope or a gauge that the rain of a station can reach
AFTER_RAIN: Final = timedelta(hours=12)  # until the water has come down
BEFORE_RAIN: Final = timedelta(minutes=30)  # a sum of an hour passes its limit later than a wet slope may move

_METRES_A_DEGREE: Final = 111_195.0  # on the sphere; at this latitude and these distances right to half a percent

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def storms_of(alarms: Sequence[Alarm], stations: Mapping[str, Station]) -> list[int]:
    """For each alarm of rain, slope or stage the number of its storm; one that fits no other is alone in its own.

    A gauge goes with the gauges of its river and of the rivers that flow into each other. So a river that rises far
    from all rain stays apart.
    """
    if not alarms:
        return []
    return _parts(_linked(alarms, stations))


def _linked(alarms: Sequence[Alarm], stations: Mapping[str, Station]) -> Bools:
    """Which pairs belong together; shape (n, n)."""
    apart_m, later_s = _apart_m(alarms), _later_s(alarms)
    family = np.array([family_of(alarm) for alarm in alarms])
    rain, slope = family == RAIN, family == SLOPE
    about_then = np.abs(later_s) <= SAME_RAIN.total_seconds()
    same_rain = _both(rain) & about_then & (apart_m <= SAME_RAIN_M)
    same_ground = _both(slope) & about_then & (apart_m <= SAME_GROUND_M)
    came_down = (later_s >= -BEFORE_RAIN.total_seconds()) & (later_s <= AFTER_RAIN.total_seconds())
    filled = rain[:, None] & ~rain[None, :] & came_down & (apart_m <= BELOW_RAIN_M)
    rivers, causes = _rivers(alarms, stations), _codes([alarm.cause or alarm.id for alarm in alarms])
    same_river = _same(rivers) & (rivers >= 0)[:, None]
    same_cause = _same(causes) & (~_both(rain) | about_then)
    linked = same_rain | same_ground | filled | same_river | same_cause
    return np.asarray(linked | linked.T)


def _parts(linked: Bools) -> list[int]:
    """The connected parts of a graph: the number of each node's part."""
    parts = [-1] * len(linked)
    for start in range(len(linked)):
        edge = [start] if parts[start] < 0 else []
        while edge:
            node = edge.pop()
            if parts[node] < 0:
                parts[node] = start
                edge += [int(other) for other in np.flatnonzero(linked[node]) if parts[other] < 0]
    return parts


def _apart_m(alarms: Sequence[Alarm]) -> Floats:
    """Distances; infinite where a place is not known."""
    nowhere = float("nan")
    lon = np.array([nowhere if a.lon_deg is None else a.lon_deg for a in alarms])
    lat = np.array([nowhere if a.lat_deg is None else a.lat_deg for a in alarms])
    known = np.nan_to_num(lat[np.isfinite(lat)])
    shrink = np.cos(np.radians(known.mean())) if len(known) else 1.0
    east = (lon[:, None] - lon[None, :]) * shrink
    apart_m: Floats = np.hypot(east, lat[:, None] - lat[None, :]) * _METRES_A_DEGREE
    return np.where(np.isfinite(apart_m), apart_m, np.inf)


def _later_s(alarms: Sequence[Alarm]) -> Floats:
    """How much later the second of a pair began, in seconds."""
    onset_s = np.array([alarm.onset_at.timestamp() for alarm in alarms])
    return np.asarray(onset_s[None, :] - onset_s[:, None])


def _rivers(alarms: Sequence[Alarm], stations: Mapping[str, Station]) -> NDArray[np.int64]:
    """The number of each alarm's river with all that flow together; below zero where there is none."""
    mouths = _mouths(stations)
    names = [_river(alarm, stations) for alarm in alarms]
    codes = _codes([mouths.get(name, name) for name in names])
    return np.where(np.array([not name for name in names]), -1, codes)


def _river(alarm: Alarm, stations: Mapping[str, Station]) -> str:
    station = stations.get(alarm.station)
    return station.river.name if station and station.river and family_of(alarm) == STAGE else ""


def _mouths(stations: Mapping[str, Station]) -> dict[str, str]:
    """For each river the last one that its water comes through, as far as the gauges say."""
    below: dict[str, str] = {}
    for station in stations.values():
        other = stations.get(station.river.downstream) if station.river else None
        if station.river and other and other.river and other.river.name != station.river.name:
            below[station.river.name] = other.river.name
    return {river: _last(river, below) for river in below}


def _last(river: str, below: Mapping[str, str]) -> str:
    seen = [river]
    while (following := below.get(seen[-1])) is not None and following not in seen:
        seen.append(following)
    return seen[-1]


def _codes(words: Sequence[str]) -> NDArray[np.int64]:
    return np.asarray(np.unique(np.array(words), return_inverse=True)[1], dtype=np.int64)


def _both(flags: Bools) -> Bools:
    return np.asarray(flags[:, None] & flags[None, :])


def _same(codes: NDArray[np.int64]) -> Bools:
    return np.asarray(codes[:, None] == codes[None, :])
