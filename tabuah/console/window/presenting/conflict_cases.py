"""Conflicts as the resolver shows them: before, now, proposed, with author, device and time."""

from tabuah.console.window.presenting.cards import short_title
from tabuah.console.window.presenting.places import place_line
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.authority.roles import may_write
from tabuah.operations.incidents.fields import field_label, read_value
from tabuah.operations.incidents.incident import Conflict, Incident, Writing
from tabuah.operations.incidents.timeline import value_words
from tabuah.operations.places import IncidentPlace
from tabuah.operations.reasons import reason_words
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment
from tabuah.widgets.values import ConflictCase, ConflictSide


def conflict_cases(snapshot: RoomSnapshot, first: str = "") -> tuple[ConflictCase, ...]:
    """All open conflicts, those of the incident `first` before the others, else worst incident first."""
    found = [(i, c) for i in snapshot.incidents.values() for c in i.open_conflicts]
    found.sort(key=lambda pair: pair[0].id != first)
    return tuple(_case(incident, conflict, snapshot) for incident, conflict in found)


def incident_of_conflict(snapshot: RoomSnapshot, conflict_id: str) -> Incident | None:
    """The incident that a conflict belongs to."""
    for incident in snapshot.incidents.values():
        if any(conflict.id == conflict_id for conflict in incident.open_conflicts):
            return incident
    return None


def _case(incident: Incident, conflict: Conflict, snapshot: RoomSnapshot) -> ConflictCase:
    allowed = may_write(snapshot.role, "conflict.settled")
    return ConflictCase(
        id=conflict.id,
        incident=f"{incident.number} {short_title(incident)}",
        field=field_label(conflict.field),
        base=_side(conflict, conflict.base, snapshot),
        current=_side(conflict, conflict.current, snapshot),
        proposed=_side(conflict, conflict.proposed, snapshot),
        reason="" if allowed else reason_words("role_forbids"),
    )


def _side(conflict: Conflict, writing: Writing | None, snapshot: RoomSnapshot) -> ConflictSide:
    if writing is None:
        return ConflictSide(value=_("nothing"))
    value = read_value(conflict.field, writing.value)
    words = place_line(value) if isinstance(value, IncidentPlace) else value_words(value)
    return ConflictSide(
        value=words,
        author=writing.actor,
        device=snapshot.devices.get(writing.device, ""),
        at=format_moment(writing.at),
    )
