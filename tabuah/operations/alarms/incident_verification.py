"""Verification of alarms against incidents: hits, misses and false alarms. Pure.

An alarm is a hit if an incident was made from it, or an incident of its hazard is near and soon
after. It is a false alarm if it is over and nothing was found, or the report proved false.
A miss is an incident without an alarm although rules watch its hazard.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Hazard, Status
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope
from tabuah.operations.incidents.incident import Incident

NEAR_M: Final = 10_000.0
BEFORE: Final = timedelta(hours=1)  # a caller may be faster than a gauge
AFTER: Final = timedelta(hours=24)

# Water passes from one to the other, so an alarm of one also warns of the others.
_OF_WATER: Final = frozenset({Hazard.FLOOD, Hazard.FLASH_FLOOD, Hazard.LANDSLIDE})


class IncidentVerification(msgspec.Struct, frozen=True, kw_only=True):
    """Ids of alarms that were right or wrong, and of missed incidents; `open` is not settled yet."""

    hits: tuple[str, ...]
    false_alarms: tuple[str, ...]
    open: tuple[str, ...]
    misses: tuple[str, ...]

    @property
    def detected_share(self) -> float | None:
        """Return the share of incidents that were detected; None without incidents."""
        return _share(len(self.hits), len(self.misses))

    @property
    def false_share(self) -> float | None:
        """Return the share of false alarms among the settled ones; None without any."""
        return _share(len(self.false_alarms), len(self.hits))


def verify_against_incidents(
    alarms: Iterable[Alarm],
    incidents: Iterable[Incident],
    *,
    since: datetime,
    until: datetime,
    scope: ExerciseScope = REAL_WORLD,
) -> IncidentVerification:
    """Verify the alarms of a period against the incidents of a scope; alarms without a hazard are left out."""
    warnings = [a for a in scope.select(alarms) if a.hazard is not None and since <= a.raised_at < until]
    known = [incident for incident in scope.select(incidents) if not incident.deleted]
    true = [incident for incident in known if incident.status is not Status.FALSE_REPORT]
    untrue = {incident.id for incident in known} - {incident.id for incident in true}
    happened = _IncidentIndex(true)
    warned = {a.id: happened.find_warned(a) for a in warnings}
    others = [a for a in warnings if not warned[a.id]]
    wrong = {a.id for a in others if untrue & set(a.incidents) or _is_settled(a, until)}
    warned_of = set().union(*warned.values())
    return IncidentVerification(
        hits=tuple(a.id for a in warnings if warned[a.id]),
        false_alarms=tuple(a.id for a in others if a.id in wrong),
        open=tuple(a.id for a in others if a.id not in wrong),
        misses=tuple(i.id for i in _watched(true, warnings, since, until) if i.id not in warned_of),
    )


class _IncidentIndex:
    """Incidents sorted by time, so that an alarm is compared with those of its day only."""

    def __init__(self, incidents: Iterable[Incident]) -> None:
        self._incidents = sorted(incidents, key=lambda incident: incident.occurred_at)
        self._times = [incident.occurred_at for incident in self._incidents]
        self._ids = {incident.id for incident in self._incidents}

    def find_warned(self, alarm: Alarm) -> set[str]:
        """Return ids of the incidents that an alarm warned of: linked, or near in place, time and hazard."""
        first = bisect_left(self._times, alarm.onset_at - BEFORE)
        last = bisect_right(self._times, alarm.onset_at + AFTER)
        near = {incident.id for incident in self._incidents[first:last] if _fits(alarm, incident)}
        return near | (self._ids & set(alarm.incidents))


def _fits(alarm: Alarm, incident: Incident) -> bool:
    """Return whether place and hazard of an alarm fit an incident."""
    place = incident.place
    if place is None or alarm.lon_deg is None or alarm.lat_deg is None:
        return False
    if not (incident.hazard is alarm.hazard or {incident.hazard, alarm.hazard} <= _OF_WATER):
        return False
    return distance_m(alarm.lon_deg, alarm.lat_deg, place.lon_deg, place.lat_deg) <= NEAR_M


def _is_settled(alarm: Alarm, until: datetime) -> bool:
    """Return whether no incident can follow any more."""
    return alarm.cleared_at is not None and until - alarm.onset_at > AFTER


def _watched(
    incidents: Iterable[Incident], alarms: Sequence[Alarm], since: datetime, until: datetime
) -> list[Incident]:
    """Return incidents of the period whose hazard has alarms at all."""
    hazards = {alarm.hazard for alarm in alarms}
    hazards |= _OF_WATER if hazards & _OF_WATER else set()
    return [
        i
        for i in incidents
        if since <= i.occurred_at < until and i.hazard in hazards and i.status is not Status.MERGED
    ]


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None
