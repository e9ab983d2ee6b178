"""The scope of incident entries: which actions an entry takes, and whether its author may take them there.

A change that was in scope when its author wrote it, and is not any more, is held. The author's view of the
assignment is `base["assignment"]`; entries without it, as older consoles write them, may have seen any earlier one.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, rejected
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents import entry_bodies as bodies
from tabuah.operations.incidents.conflict_policy import DELETED, MERGED_INTO, STATUS, decode_value
from tabuah.operations.incidents.incident import Conflict, Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.incidents.settlements import chosen_write
from tabuah.operations.incidents.status_moves import seen_status
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.roles import Role
from tabuah.operations.people.scope import (
    IncidentAction,
    IncidentStanding,
    Scope,
    UserOffice,
    is_in_scope,
    plain,
    scopes_of,
)
from tabuah.operations.units.call_signs import find_called, opds_of

ASSIGNMENT: Final = "assignment"
PLACE: Final = "place"
SCOPE_CHANGED: Final = "scope_changed"
OUT_OF_SCOPE: Final = "out_of_scope"

_CONFIRMED: Final = frozenset({PlaceCertainty.CONFIRMED, PlaceCertainty.OFFICIAL})
_OF_FIELD: Final = {
    "title": IncidentAction.DESCRIBE,
    "description": IncidentAction.DESCRIBE,
    "hazard": IncidentAction.DESCRIBE,
    "channel": IncidentAction.DESCRIBE,
    "occurred_at": IncidentAction.DESCRIBE,
    "severity": IncidentAction.RATE,
    ASSIGNMENT: IncidentAction.ASSIGN,
    PLACE: IncidentAction.PLACE,
    "area": IncidentAction.PLACE,
    MERGED_INTO: IncidentAction.MERGE,
    DELETED: IncidentAction.DELETE,
}
_OF_STATUS: Final = {
    Status.CLOSED: IncidentAction.CLOSE,
    Status.FALSE_REPORT: IncidentAction.DISMISS,
    Status.MERGED: IncidentAction.MERGE,
    Status.CONTAINED: IncidentAction.CONTAIN,
}
_OF_BODY: Final[dict[type[msgspec.Struct], IncidentAction]] = {
    bodies.IncidentReported: IncidentAction.REPORT,
    bodies.IncidentNoted: IncidentAction.NOTE,
    bodies.IncidentAttached: IncidentAction.ATTACH,
    bodies.IncidentCounted: IncidentAction.COUNT,
    bodies.IncidentAnswered: IncidentAction.COUNT,
    bodies.IncidentGrouped: IncidentAction.GROUP,
    bodies.IncidentCallerChanged: IncidentAction.DESCRIBE,
    bodies.IncidentDeleted: IncidentAction.DELETE,
}


def action_on_field(field: str) -> IncidentAction:
    """Return the action that changes a field other than the status."""
    return _OF_FIELD[field]


def action_of_status(seen: Status, to: Status) -> IncidentAction:
    """Return the action that moves an incident from the status that its author saw."""
    if seen is Status.CLOSED and to is not Status.CLOSED:
        return IncidentAction.REOPEN
    if seen is Status.MERGED and to is not Status.MERGED:
        return IncidentAction.MERGE
    return _OF_STATUS.get(to, IncidentAction.MOVE)


def actions_of(incident: Incident, entry: Entry, body: msgspec.Struct) -> frozenset[IncidentAction]:
    """Return the actions that an entry takes; none for an entry that is about no incident."""
    match body:
        case bodies.IncidentEdited():
            given = {name for name in body.__struct_fields__ if getattr(body, name) is not msgspec.UNSET}
            return frozenset(map(action_on_field, given))
        case bodies.IncidentMoved():
            return frozenset({action_of_status(seen_status(incident, entry), body.to)})
        case bodies.IncidentMerged():
            return frozenset({action_of_status(seen_status(incident, entry), Status.MERGED)})
        case bodies.ConflictSettled():
            conflict = next((c for c in incident.conflicts if c.id == body.conflict), None)
            return frozenset() if conflict is None else frozenset({settling_action(incident, conflict, body.take)})
    action = _OF_BODY.get(type(body))
    return frozenset() if action is None else frozenset({action})


def settling_action(incident: Incident, conflict: Conflict, take: str) -> IncidentAction:
    """Return the action that a settlement takes: the change that it puts into force."""
    if conflict.field != STATUS:
        return action_on_field(conflict.field)
    return action_of_status(incident.status, decode_value(STATUS, chosen_write(conflict, take).value))


def decide_scope(
    incident: Incident, entry: Entry, body: msgspec.Struct, role: Role, authority: Authority
) -> Decision:
    """Return whether the author of an entry may change this incident: accepted, held or rejected.

    An action that the role forbids everywhere is left to the other rules, which name the reason.
    """
    limited = {action for action in actions_of(incident, entry, body) if _is_limited(role, action)}
    office = authority.office_of_user(entry.actor)
    if not limited or not office.opd.strip() or _may_all(role, limited, office, standing_of(incident, authority)):
        return ACCEPT
    for seen_by in _offices(entry, authority):
        views = _views(incident, entry, authority, seen_by.opd)
        if any(_may_all(role, limited, seen_by, view) for view in views):
            return Decision(Verdict.HELD, SCOPE_CHANGED)
    # Work that is issued again may have been written in another role, of which its new log-in knows nothing.
    return Decision(Verdict.HELD, SCOPE_CHANGED) if entry.again else rejected(OUT_OF_SCOPE)


def _offices(entry: Entry, authority: Authority) -> frozenset[UserOffice]:
    """Return the offices that the author may have had in the own view; none at all before the first log-in."""
    author = authority.users.get(entry.actor)
    if entry.grant not in authority.grants or author is None:
        return frozenset({UserOffice()})
    return author.offices


def standing_of(incident: Incident, authority: Authority) -> IncidentStanding:
    """Return the facts of an incident on which its scope depends."""
    return IncidentStanding(
        reporters=(authority.office_of_user(incident.reporter).opd,),
        assigned=tuple(opds[0] for opds in _assigned_opds(incident, incident.assignment, authority)),
        kecamatan=confirmed_kecamatan(incident.place),
    )


def confirmed_kecamatan(place: IncidentPlace | None) -> str:
    """Return the code of the kecamatan; empty if it is only estimated from an approximate area."""
    return place.kecamatan_code if place is not None and place.certainty in _CONFIRMED else ""


def scope_base(incident: Incident) -> dict[str, str]:
    """Return the base by which an entry names the assignment that its author saw; empty while nobody was assigned."""
    seen = incident.last_writer(ASSIGNMENT)
    return {ASSIGNMENT: seen} if seen else {}


def _is_limited(role: Role, action: IncidentAction) -> bool:
    scopes = scopes_of(role, action)
    return bool(scopes) and Scope.ALL not in scopes


def _may_all(role: Role, actions: Iterable[IncidentAction], office: UserOffice, standing: IncidentStanding) -> bool:
    return all(is_in_scope(role, action, office, standing) for action in actions)


def _assigned_opds(incident: Incident, assignment: Iterable[str], authority: Authority) -> Iterator[tuple[str, ...]]:
    """Yield for each text of an assignment the OPD that it names, followed by former ones.

    It is that of the unit so called, else the text itself.
    """
    world = SubjectWorld(incident.exercise, incident.exercise_id)
    for text in filter(str.strip, assignment):
        unit = find_called(authority.units.values(), text, world)
        yield opds_of(unit) if unit is not None and unit.opd.strip() else (text,)


def _views(incident: Incident, entry: Entry, authority: Authority, own: str) -> Iterator[IncidentStanding]:
    """Yield the facts that the author may have seen; a unit that was of the own OPD may still have been so."""
    reporter = authority.users.get(incident.reporter)
    reporters = ("",) if reporter is None else tuple(sorted({office.opd for office in reporter.offices}))
    places = [decode_value(PLACE, writing.value) for writing in incident.writings.get(PLACE, ())]
    codes = {confirmed_kecamatan(place) for place in (*places, incident.place)}
    for assignment, code in product(_seen_assignments(incident, entry), codes):
        found = _assigned_opds(incident, assignment, authority)
        yield IncidentStanding(
            reporters=reporters,
            assigned=tuple(next((opd for opd in opds if plain(opd) == plain(own)), opds[0]) for opds in found),
            kecamatan=code,
        )


def _seen_assignments(incident: Incident, entry: Entry) -> list[tuple[str, ...]]:
    """Return the assignments that the author may have seen: the present one if the base names it, else any."""
    writings = incident.writings.get(ASSIGNMENT, ())
    if writings and writings[-1].entry == entry.base.get(ASSIGNMENT):
        return [incident.assignment]
    return [(), *(decode_value(ASSIGNMENT, writing.value) for writing in writings)]
