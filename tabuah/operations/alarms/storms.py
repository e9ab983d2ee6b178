"""Alarms of one storm: rain, wet slopes and rising rivers.

Two alarms belong together when place and time fit; connected alarms are one storm. The distances
are those of convective cells and small catchments: wide enough for a moving cell, narrow enough
to separate two.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.causes import RAIN, SLOPE, STAGE, cause_family
from tabuah.operations.stations.station import Station

STORM_FAMILIES: Final = (RAIN, SLOPE, STAGE)
SAME_RAIN: Final = timedelta(hours=6)
SAME_RAIN_M: Final = 15_000.0
SAME_GROUND_M: Final = 5_000.0
BELOW_RAIN_M: Final = 12_000.0  # a slope or gauge within reach of a rain station's rain
AFTER_RAIN: Final = timedelta(hours=12)  # until the water has come down
BEFORE_RAIN: Final = timedelta(minutes=30)  # a wet slope may move before an hourly sum passes its limit

_METRES_A_DEGREE: Final = 111_195.0  # on the sphere; right to 0.5 % at this latitude and these distances

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def find_storms(alarms: Sequence[Alarm], stations: Mapping[str, Station]) -> list[int]:
    """Return a storm number for each alarm of rain, slope or stage.

    An alarm that fits no other has a number of its own. Gauges of one river and of its tributaries
    belong together, so a river that rises far from all rain stays separate.
    """
    if not alarms:
        return []
    return _parts(_linked(alarms, stations))


def _linked(alarms: Sequence[Alarm], stations: Mapping[str, Station]) -> Bools:
    """Return which pairs belong together; shape (n, n)."""
    apart_m, later_s = _apart_m(alarms), _later_s(alarms)
    family = np.array([cause_family(alarm) for alarm in alarms])
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
    """Return the connected component of each node."""
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
    """Return the distances in metres; infinite if a position is unknown."""
    nowhere = float("nan")
    lon = np.array([nowhere if a.lon_deg is None else a.lon_deg for a in alarms])
    lat = np.array([nowhere if a.lat_deg is None else a.lat_deg for a in alarms])
    known = np.nan_to_num(lat[np.isfinite(lat)])
    shrink = np.cos(np.radians(known.mean())) if len(known) else 1.0
    east = (lon[:, None] - lon[None, :]) * shrink
    apart_m: Floats = np.hypot(east, lat[:, None] - lat[None, :]) * _METRES_A_DEGREE
    return np.where(np.isfinite(apart_m), apart_m, np.inf)


def _later_s(alarms: Sequence[Alarm]) -> Floats:
    """Return how much later the second alarm of a pair began, in seconds."""
    onset_s = np.array([alarm.onset_at.timestamp() for alarm in alarms])
    return np.asarray(onset_s[None, :] - onset_s[:, None])


def _rivers(alarms: Sequence[Alarm], stations: Mapping[str, Station]) -> NDArray[np.int64]:
    """Return a number for each alarm's river system; below zero without a river."""
    mouths = _mouths(stations)
    names = [_river(alarm, stations) for alarm in alarms]
    codes = _codes([mouths.get(name, name) for name in names])
    return np.where(np.array([not name for name in names]), -1, codes)


def _river(alarm: Alarm, stations: Mapping[str, Station]) -> str:
    station = stations.get(alarm.station)
    return station.river.name if station and station.river and cause_family(alarm) == STAGE else ""


def _mouths(stations: Mapping[str, Station]) -> dict[str, str]:
    """Map each river to the last one downstream, as far as the gauges say."""
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
