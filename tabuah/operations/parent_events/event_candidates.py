"""Open parent events that a report may belong to: alike in hazard, and near in place and time. A person decides."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.duplicates import SAME_TIME, ReportFeatures, are_related, is_felt_everywhere
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events.event_incidents import EventIncidents
from tabuah.operations.parent_events.parent_event import ParentEvent

MAX_EVENTS: Final = 2
AREA_M: Final = 15_000.0  # a flood of one river, beyond its outermost report


class EventCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """An open event that a report may belong to.

    Attributes:
        event: the event.
        distance_m: to the nearest incident of the event; None if none has a place.
        same_hazard: whether the hazard is the same, not only a related one.
        incidents: how many incidents it has.
    """

    event: ParentEvent
    distance_m: float | None
    same_hazard: bool
    incidents: int


def find_events(
    report: ReportFeatures,
    events: Iterable[ParentEvent],
    members: Mapping[str, EventIncidents],
    *,
    limit: int = MAX_EVENTS,
) -> tuple[EventCandidate, ...]:
    """Return open events of the hazard and area of a report: the same hazard first, then the nearest."""
    compared = (_compare(report, event, members.get(event.id, EventIncidents())) for event in events if event.is_open)
    found = [each for each in compared if each is not None]
    return tuple(sorted(found, key=_order)[:limit])


def _compare(report: ReportFeatures, event: ParentEvent, members: EventIncidents) -> EventCandidate | None:
    same = report.hazard is event.hazard
    if not (same or are_related(report.hazard, event.hazard)) or report.occurred_at < event.began_at - SAME_TIME:
        return None
    if event.world != SubjectWorld(report.exercise, report.exercise_id):
        return None
    apart_m = _distance(report, members.counted)
    if apart_m is None and not same:
        return None  # nothing but a related hazard
    if apart_m is not None and apart_m > AREA_M and not (same and is_felt_everywhere(event.hazard)):
        return None
    return EventCandidate(event=event, distance_m=apart_m, same_hazard=same, incidents=len(members.counted))


def _distance(report: ReportFeatures, incidents: Sequence[Incident]) -> float | None:
    here = report.place
    places = (incident.place for incident in incidents if incident.place is not None)
    return min(
        (distance_m(here.lon_deg, here.lat_deg, place.lon_deg, place.lat_deg) for place in places), default=None
    )


def _order(candidate: EventCandidate) -> tuple[bool, float, str]:
    far = float("inf") if candidate.distance_m is None else candidate.distance_m
    return (not candidate.same_hazard, far, candidate.event.id)
