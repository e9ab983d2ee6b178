"""The other incidents of the event of an incident, for its details."""

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_list import sort_by_urgency
from tabuah.operations.parent_events.event_incidents import group_by_event, own_event
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_number
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.parent_events.values import RelatedIncidents


def related_incidents(incident: Incident, snapshot: ConsoleSnapshot) -> RelatedIncidents:
    """Return the event of an incident and its other incidents that the window has, the most urgent first."""
    event = own_event(incident, snapshot.parent_events)
    if event is None:
        return RelatedIncidents()
    naming = (each for each in snapshot.incidents.values() if each.parent_event == event.id)
    members = group_by_event(naming, snapshot.incidents.get, {event.id: event}).get(event.id)
    counted = members.counted if members is not None else ()
    others = sort_by_urgency(each for each in counted if each.id != incident.id)
    return RelatedIncidents(title=event.title, incidents=tuple(map(_line, others)))


def _line(incident: Incident) -> LevelLine:
    return LevelLine(
        id=incident.id,
        level=LEVEL_OF_SEVERITY[incident.severity],
        text=incident.title,
        at=code_label(incident.status),
        author=exercise_number(incident.number, exercise=incident.exercise),
    )
