"""Alarm groups by cause and place, most severe first; rain, wet slopes and rivers of one storm are one group.

A lower level of the same gauge is suppressed by the higher one.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tabuah.operations.alarms.alarm import LINK, RAIN, SHAKING, SILENCE, SLOPE, STAGE, STORM, Alarm, cause_family
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.stations.station import Station

SAME_EARTHQUAKE: Final = timedelta(minutes=15)


class AlarmGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Alarms with one cause.

    `lead` is the most severe. `quieted` maps each suppressed alarm to the more severe one of the
    same gauge.
    """

    family: str
    lead: Alarm
    alarms: tuple[Alarm, ...]
    quieted: dict[str, str] = {}

    @property
    def stations(self) -> int:
        """Return the number of stations in the group."""
        return len({alarm.station for alarm in self.alarms})

    @property
    def families(self) -> dict[str, int]:
        """Return the number of stations per alarm family, highest first."""
        seen = {(cause_family(alarm), alarm.station) for alarm in self.alarms}
        return dict(
            sorted(Counter(family for family, _station in seen).items(), key=lambda item: (-item[1], item[0]))
        )


def alarm_urgency(alarm: Alarm) -> tuple[int, int, int, float]:
    """Return the sort key of the alarm list: active, severity, unacknowledged, newest first."""
    return (
        0 if alarm.is_active else 1,
        alarm.severity.rank,
        0 if alarm.acknowledged_at is None else 1,
        -alarm.onset_at.timestamp(),
    )


def group_alarms(alarms: Iterable[Alarm], stations: Mapping[str, Station]) -> tuple[AlarmGroup, ...]:
    """Return the groups, most severe first; alarms of different worlds never share a group.

    Alarms caused by the rain of one storm form one group across hazards, see `storms`. All others
    are grouped within their own family, so that an independent event stays visible in a storm.

    Args:
        alarms: the alarms to show.
        stations: by code; alarms of a missing station are grouped by their cause only.
    """
    ordered = sorted(alarms, key=alarm_urgency)
    groups: dict[Hashable, list[Alarm]] = {}
    group_key_of = _group_keys(ordered, stations)
    for alarm in ordered:
        groups.setdefault(group_key_of(alarm), []).append(alarm)
    return tuple(_group(members) for members in groups.values())


def quieted_alarms(alarms: Iterable[Alarm]) -> dict[str, str]:
    """Return the active alarms that a more severe one with the same cause suppresses: id to id.

    Suppressed alarms make no sound.
    """
    leads: dict[tuple[str, str, SubjectWorld], Alarm] = {}
    quieted: dict[str, str] = {}
    for alarm in sorted((a for a in alarms if a.is_active), key=alarm_urgency):
        lead = leads.setdefault((alarm.cause, alarm.parameter, _world_of(alarm)), alarm)
        if alarm.cause and lead.severity.rank < alarm.severity.rank:
            quieted[alarm.id] = lead.id
    return quieted


def _group(members: list[Alarm]) -> AlarmGroup:
    families = {cause_family(alarm) for alarm in members}
    return AlarmGroup(
        family=STORM if RAIN in families and len(families) > 1 else cause_family(members[0]),
        lead=members[0],
        alarms=tuple(members),
        quieted=quieted_alarms(members),
    )


def _group_keys(alarms: Sequence[Alarm], stations: Mapping[str, Station]) -> Callable[[Alarm], Hashable]:
    """Return a function from an alarm to its group key."""
    groups: dict[str, Hashable] = {}
    for world in {_world_of(alarm): None for alarm in alarms}:
        mine = [alarm for alarm in alarms if _world_of(alarm) == world]
        of_water = [alarm for alarm in mine if cause_family(alarm) in STORM_FAMILIES]
        shaken = [alarm for alarm in mine if cause_family(alarm) == SHAKING]
        groups |= {a.id: (STORM, world, n) for a, n in zip(of_water, find_storms(of_water, stations), strict=True)}
        groups |= {alarm.id: (SHAKING, world, shock) for alarm, shock in _shocks(shaken)}
    return lambda alarm: groups.get(alarm.id) or _family_group_key(alarm)


def _family_group_key(alarm: Alarm) -> Hashable:
    """Return one key for all silence and one for all lost links, else a key per cause."""
    family = cause_family(alarm)
    return family, _world_of(alarm), "" if family in (SILENCE, LINK) else alarm.cause or alarm.id


def _world_of(alarm: Alarm) -> SubjectWorld:
    return SubjectWorld(alarm.exercise, alarm.exercise_id)


def _shocks(alarms: Iterable[Alarm]) -> Iterable[tuple[Alarm, datetime]]:
    """Yield each shaking alarm with the start of its earthquake."""
    began = None
    for alarm in sorted(alarms, key=lambda each: each.onset_at):
        if began is None or alarm.onset_at - began > SAME_EARTHQUAKE:
            began = alarm.onset_at
        yield alarm, began


# Two alarms belong together when place and time fit; connected alarms are one storm. The distances are those of
# convective cells and small catchments: wide enough for a moving cell, narrow enough to separate two.
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
