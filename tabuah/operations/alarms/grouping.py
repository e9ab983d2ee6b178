"""Floods of alarms made readable: grouped by cause and place, worst first, with the lesser ones of a ladder quiet."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.alarms import storms
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.causes import LINK, RAIN, SHAKING, SILENCE, STORM, family_of
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import ngettext

SAME_EARTHQUAKE: Final = timedelta(minutes=15)


class AlarmGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Alarms of one cause. `lead` is the worst; `quieted` names, by alarm, the worse one on the same ladder."""

    family: str
    lead: Alarm
    alarms: tuple[Alarm, ...]
    quieted: dict[str, str] = {}

    @property
    def stations(self) -> int:
        """How many stations it concerns."""
        return len({alarm.station for alarm in self.alarms})

    @property
    def families(self) -> dict[str, int]:
        """How many stations each family of its alarms concerns, the most first."""
        seen = {(family_of(alarm), alarm.station) for alarm in self.alarms}
        return dict(
            sorted(Counter(family for family, _station in seen).items(), key=lambda item: (-item[1], item[0]))
        )


def urgency_of(alarm: Alarm) -> tuple[int, int, int, float]:
    """The order in which alarms are shown: active, worst, not yet acknowledged, newest first."""
    return (
        0 if alarm.is_active else 1,
        alarm.severity.rank,
        0 if alarm.acknowledged_at is None else 1,
        -alarm.onset_at.timestamp(),
    )


def group_alarms(alarms: Iterable[Alarm], stations: Mapping[str, Station]) -> tuple[AlarmGroup, ...]:
    """The groups, worst first; drills and simulations never share a group with what is real.

    What the rain of one storm has done is one group, across hazards: see `storms`. Everything else is grouped within
    its own family only, so that nothing independent disappears in a storm.

    Args:
        alarms: those that are to be shown.
        stations: by code; one that is missing groups its alarms by their cause alone.
    """
    ordered = sorted(alarms, key=urgency_of)
    homes: dict[Hashable, list[Alarm]] = {}
    home_of = _homes(ordered, stations)
    for alarm in ordered:
        homes.setdefault(home_of(alarm), []).append(alarm)
    return tuple(_group(members) for members in homes.values())


def quieted_alarms(alarms: Iterable[Alarm]) -> dict[str, str]:
    """Active alarms that a worse active one of the same cause speaks for: id to id. They make no sound."""
    leads: dict[tuple[str, str, bool], Alarm] = {}
    quieted: dict[str, str] = {}
    for alarm in sorted((a for a in alarms if a.is_active), key=urgency_of):
        lead = leads.setdefault((alarm.cause, alarm.parameter, alarm.exercise), alarm)
        if alarm.cause and lead.severity.rank < alarm.severity.rank:
            quieted[alarm.id] = lead.id
    return quieted


def tell_group_size(group: AlarmGroup) -> str:
    """How many stations a group concerns: "12 stasiun"."""
    return ngettext("{n} station", "{n} stations", group.stations).format(n=group.stations)


def _group(members: list[Alarm]) -> AlarmGroup:
    families = {family_of(alarm) for alarm in members}
    return AlarmGroup(
        family=STORM if RAIN in families and len(families) > 1 else family_of(members[0]),
        lead=members[0],
        alarms=tuple(members),
        quieted=quieted_alarms(members),
    )


def _homes(alarms: Sequence[Alarm], stations: Mapping[str, Station]) -> Callable[[Alarm], Hashable]:
    """What tells the group of each alarm."""
    homes: dict[str, Hashable] = {}
    for exercise in (False, True):
        mine = [alarm for alarm in alarms if alarm.exercise is exercise]
        of_water = [alarm for alarm in mine if family_of(alarm) in storms.FAMILIES]
        shaken = [alarm for alarm in mine if family_of(alarm) == SHAKING]
        homes |= {
            a.id: (STORM, exercise, n) for a, n in zip(of_water, storms.storms_of(of_water, stations), strict=True)
        }
        homes |= {alarm.id: (SHAKING, exercise, shock) for alarm, shock in _shocks(shaken)}
    return lambda alarm: homes.get(alarm.id) or _home_within_family(alarm)


def _home_within_family(alarm: Alarm) -> Hashable:
    """All silence is one group, and all lost links; else what is of one cause."""
    family = family_of(alarm)
    return family, alarm.exercise, "" if family in (SILENCE, LINK) else alarm.cause or alarm.id


def _shocks(alarms: Iterable[Alarm]) -> Iterable[tuple[Alarm, datetime]]:
    """Each alarm of shaking with the beginning of its earthquake."""
    began = None
    for alarm in sorted(alarms, key=lambda each: each.onset_at):
        if began is None or alarm.onset_at - began > SAME_EARTHQUAKE:
            began = alarm.onset_at
        yield alarm, began
