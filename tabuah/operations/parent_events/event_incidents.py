"""Which incidents count for a parent event. Every console computes the same from the same incidents.

An incident names its event itself, so it never counts for two. A merged incident counts through the incident that its
merges end in: that one belongs to its own event, or, if it names none, to that of the first incident merged into it.
An event that is deleted, unknown or of another world counts as none.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.merges import IncidentLookup, final_target, listed_incident
from tabuah.operations.parent_events.parent_event import ParentEvent


class EventIncidents(msgspec.Struct, frozen=True, kw_only=True):
    """The incidents of one event.

    Attributes:
        counted: those that count for its totals.
        merged: those that were merged into another one, and count through it.
        false_reports: those that turned out to be none.
    """

    counted: tuple[Incident, ...] = ()
    merged: tuple[Incident, ...] = ()
    false_reports: tuple[Incident, ...] = ()

    @property
    def all(self) -> tuple[Incident, ...]:
        return (*self.counted, *self.merged, *self.false_reports)

    @property
    def open(self) -> tuple[Incident, ...]:
        return tuple(incident for incident in self.counted if incident.is_open)

    def last_change(self) -> datetime | None:
        """Return when one of them was changed last."""
        return max((incident.updated_at for incident in self.all), default=None)


def group_by_event(
    incidents: Iterable[Incident], incident_of: IncidentLookup, events: Mapping[str, ParentEvent]
) -> dict[str, EventIncidents]:
    """Return the incidents of each event that has some, by the id of the event.

    Args:
        incidents: all incidents that name an event.
        incident_of: returns any incident by its id.
        events: the events by id.
    """
    naming = [each for each in incidents if own_event(each, events) is not None]
    naming.sort(key=lambda each: (each.reported_at, each.id))
    of_target: dict[str, str] = {}  # event by the id of the incident that counts
    merged: dict[str, list[Incident]] = {}
    for incident in naming:
        target = _counted_incident(incident, incident_of)
        if target.id == incident.id:
            of_target[target.id] = incident.parent_event
            continue
        merged.setdefault(incident.parent_event, []).append(incident)
        own = own_event(target, events)
        of_target.setdefault(target.id, incident.parent_event if own is None else own.id)
    return _collect(of_target, merged, incident_of)


def own_event(incident: Incident, events: Mapping[str, ParentEvent]) -> ParentEvent | None:
    """Return the event that an incident names; None without one, or if it does not count."""
    event = events.get(incident.parent_event)
    if event is None or event.deleted or incident.deleted:
        return None
    return event if event.world == SubjectWorld(incident.exercise, incident.exercise_id) else None


def _counted_incident(incident: Incident, incident_of: IncidentLookup) -> Incident:
    """Return the incident through which an incident counts: itself unless it is merged into one of its world."""
    if listed_incident(incident, incident_of).status is not Status.MERGED:
        return incident
    target = incident_of(final_target(incident.id, incident_of))
    if target is None or (target.exercise, target.exercise_id) != (incident.exercise, incident.exercise_id):
        return incident
    return target


def _collect(
    of_target: Mapping[str, str], merged: Mapping[str, list[Incident]], incident_of: IncidentLookup
) -> dict[str, EventIncidents]:
    counted: dict[str, list[Incident]] = {}
    false: dict[str, list[Incident]] = {}
    for target, event in of_target.items():
        incident = incident_of(target)
        if incident is not None and not incident.deleted:
            shown = listed_incident(incident, incident_of)
            kept = false if shown.status is Status.FALSE_REPORT else counted
            kept.setdefault(event, []).append(shown)
    return {
        event: EventIncidents(
            counted=tuple(counted.get(event, ())),
            merged=tuple(merged.get(event, ())),
            false_reports=tuple(false.get(event, ())),
        )
        for event in {*counted, *merged, *false}
    }
