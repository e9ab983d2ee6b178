"""Alarm groups by cause and place, most severe first.

A lower level of the same gauge is suppressed by the higher one.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.alarms import storms
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.causes import LINK, RAIN, SHAKING, SILENCE, STORM, cause_family
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
    """Return the groups, most severe first; exercises and real alarms never share a group.

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
    leads: dict[tuple[str, str, bool], Alarm] = {}
    quieted: dict[str, str] = {}
    for alarm in sorted((a for a in alarms if a.is_active), key=alarm_urgency):
        lead = leads.setdefault((alarm.cause, alarm.parameter, alarm.exercise), alarm)
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
    for exercise in (False, True):
        mine = [alarm for alarm in alarms if alarm.exercise is exercise]
        of_water = [alarm for alarm in mine if cause_family(alarm) in storms.STORM_FAMILIES]
        shaken = [alarm for alarm in mine if cause_family(alarm) == SHAKING]
        groups |= {
            a.id: (STORM, exercise, n) for a, n in zip(of_water, storms.find_storms(of_water, stations), strict=True)
        }
        groups |= {alarm.id: (SHAKING, exercise, shock) for alarm, shock in _shocks(shaken)}
    return lambda alarm: groups.get(alarm.id) or _family_group_key(alarm)


def _family_group_key(alarm: Alarm) -> Hashable:
    """Return one key for all silence and one for all lost links, else a key per cause."""
    family = cause_family(alarm)
    return family, alarm.exercise, "" if family in (SILENCE, LINK) else alarm.cause or alarm.id


def _shocks(alarms: Iterable[Alarm]) -> Iterable[tuple[Alarm, datetime]]:
    """Yield each shaking alarm with the start of its earthquake."""
    began = None
    for alarm in sorted(alarms, key=lambda each: each.onset_at):
        if began is None or alarm.onset_at - began > SAME_EARTHQUAKE:
            began = alarm.onset_at
        yield alarm, began
