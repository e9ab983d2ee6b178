"""Floods of alarms made readable: grouped by cause and place, worst first, with the lesser ones of a ladder quiet."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.causes import LINK, RAIN, SHAKING, SILENCE, STAGE, family_of
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import ngettext

SAME_EARTHQUAKE: Final = timedelta(minutes=15)
SAME_RAIN: Final = timedelta(hours=6)
SAME_RAIN_M: Final = 15_000.0


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

    Args:
        alarms: those that are to be shown.
        stations: by code; one that is missing groups its alarms by their cause alone.
    """
    groups: list[list[Alarm]] = []
    for alarm in sorted(alarms, key=urgency_of):
        home = next((group for group in groups if _belong_together(alarm, group[0], stations)), None)
        if home is None:
            groups.append([alarm])
        else:
            home.append(alarm)
    return tuple(_group(members) for members in groups)


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
    return AlarmGroup(
        family=family_of(members[0]), lead=members[0], alarms=tuple(members), quieted=quieted_alarms(members)
    )


def _belong_together(alarm: Alarm, lead: Alarm, stations: Mapping[str, Station]) -> bool:
    family = family_of(alarm)
    if alarm.exercise != lead.exercise or family != family_of(lead):
        return False
    apart = abs(alarm.onset_at - lead.onset_at)
    if family == SHAKING:
        return apart <= SAME_EARTHQUAKE
    if family == RAIN:
        return apart <= SAME_RAIN and _apart_m(alarm, lead) <= SAME_RAIN_M
    if family == STAGE and _river(alarm, stations) == _river(lead, stations) != "":
        return True
    return family in (SILENCE, LINK) or alarm.cause == lead.cause != ""


def _river(alarm: Alarm, stations: Mapping[str, Station]) -> str:
    station = stations.get(alarm.station)
    return station.river.name if station and station.river else ""


def _apart_m(alarm: Alarm, other: Alarm) -> float:
    if alarm.lon_deg is None or alarm.lat_deg is None or other.lon_deg is None or other.lat_deg is None:
        return float("inf")
    return distance_m(alarm.lon_deg, alarm.lat_deg, other.lon_deg, other.lat_deg)
