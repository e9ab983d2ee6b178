"""Decision on settlements of conflicts: each is decided as the change that it puts into force."""

from tabuah.operations.codes import Status
from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.incidents.conflict_policy import (
    CONTESTED_FIELDS,
    MERGED_INTO,
    STATUS,
    decode_value,
    settlers_of,
)
from tabuah.operations.incidents.entry_bodies import ConflictSettled
from tabuah.operations.incidents.incident import Conflict, FieldWrite, Incident
from tabuah.operations.incidents.merges import is_closed, leads_to
from tabuah.operations.incidents.status_moves import MAY_REPORT_FALSE
from tabuah.operations.lookups import NO_LOOKUPS, Lookups
from tabuah.operations.people.roles import CONTROL_ROOM, Role
from tabuah.operations.policy.policy import NEWEST_VERSION, PROVENANCE_VERSION, STRICT_VERSION
from tabuah.operations.subject_type import DecisionContext


def decide_settlement(incident: Incident, entry: Entry, body: ConflictSettled, context: DecisionContext) -> Decision:
    """Return the decision on a settlement."""
    conflict = next((c for c in incident.conflicts if c.id == body.conflict), None)
    if conflict is None:
        is_strict = context.decide_version >= STRICT_VERSION
        return rejected("malformed_body" if is_strict and not may_be_conflict(body.conflict) else "unknown_conflict")
    if body.take == "base" and conflict.base is None:
        return rejected("no_base")
    if context.decide_version < STRICT_VERSION or conflict.settled is not None:
        return ACCEPT  # the second of two settlements is noted, without effect
    reason = check_settlement(
        incident,
        conflict,
        body.take,
        role=context.role,
        actor=entry.actor,
        lookups=context.lookups,
        decide_version=context.decide_version,
    )
    return rejected(reason) if reason else ACCEPT


def may_be_conflict(conflict_id: str) -> bool:
    """Return whether a conflict could have an id; a settlement of any other is not worth waiting for."""
    entry_id, _dot, field = conflict_id.rpartition(".")
    return bool(entry_id) and field in CONTESTED_FIELDS


def chosen_write(conflict: Conflict, take: str) -> FieldWrite:
    """Return the value that a settlement puts into force."""
    if take == "proposed":
        return conflict.proposed
    if take == "base" and conflict.base is not None:
        return conflict.base
    return conflict.current


def settled_target(incident: Incident, body: ConflictSettled) -> str:
    """Return the id of the incident into which a settlement merges this one; empty if the target stays the same."""
    conflict = next((c for c in incident.conflicts if c.id == body.conflict), None)
    if conflict is None or conflict.settled is not None or conflict.field not in (STATUS, MERGED_INTO):
        return ""
    value = decode_value(conflict.field, chosen_write(conflict, body.take).value)
    if conflict.field == STATUS:
        value = incident.merge_target if value is Status.MERGED else ""
    return "" if value == incident.merged_into else str(value)


def check_settlement(
    incident: Incident,
    conflict: Conflict,
    take: str,
    *,
    role: Role,
    actor: str,
    lookups: Lookups = NO_LOOKUPS,
    decide_version: int = NEWEST_VERSION,
) -> str:
    """Return the reason code for rejecting a settlement of an open conflict; empty if it is possible."""
    if role not in settlers_of(conflict.field):
        return "role_forbids"
    value = decode_value(conflict.field, chosen_write(conflict, take).value)
    if decide_version >= PROVENANCE_VERSION and role is not Role.SUPERVISOR and _reopens(incident, conflict, value):
        return "supervisor_only"
    if decide_version >= PROVENANCE_VERSION and role not in CONTROL_ROOM and _undoes_merge(incident, conflict, value):
        return "role_forbids"
    if conflict.field == STATUS:
        return _check_status(incident, value, role=role, actor=actor, lookups=lookups)
    if conflict.field == MERGED_INTO:
        return _check_target(incident, value, lookups)
    return ""


def _reopens(incident: Incident, conflict: Conflict, value: object) -> bool:
    """Return whether a value takes an incident out of the closed ones; a merge does so, too."""
    if conflict.field == MERGED_INTO:
        return incident.status is Status.CLOSED and bool(value)
    return conflict.field == STATUS and is_closed(incident) and value not in (incident.status, Status.CLOSED)


def _undoes_merge(incident: Incident, conflict: Conflict, value: object) -> bool:
    """Return whether a value separates an incident again; a move of the status does so, too."""
    return conflict.field == STATUS and incident.status is Status.MERGED and value is not Status.MERGED


def _check_status(incident: Incident, to: Status, *, role: Role, actor: str, lookups: Lookups) -> str:
    if to is Status.MERGED:
        return _check_target(incident, incident.merge_target, lookups) if role in CONTROL_ROOM else "role_forbids"
    if to is Status.FALSE_REPORT and role not in MAY_REPORT_FALSE:
        return "role_forbids"
    if Status.CLOSED in (to, incident.status) and role is not Role.SUPERVISOR:
        return "supervisor_only"
    if to is Status.CLOSED and incident.status is not Status.CLOSED:
        return _check_closing(incident, actor)
    return ""


def _check_closing(incident: Incident, actor: str) -> str:
    """Closing in a conflict needs that another person has reported the incident contained, at any time."""
    contained_by = incident.status_actors.get(Status.CONTAINED)
    if contained_by is None:
        return "close_needs_contained"
    return "close_needs_second_person" if contained_by == actor else ""


def _check_target(incident: Incident, target: str, lookups: Lookups) -> str:
    """A merge in force stays as it is; another one must not make a circle."""
    if target == incident.merged_into:
        return ""
    return "merge_in_a_circle" if leads_to(target, incident.id, lookups.incident) else ""
