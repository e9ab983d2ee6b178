"""Decision on incident entries."""

import msgspec

from tabuah.operations.entries import ACCEPT, CONFLICT, Decision, Entry, rejected
from tabuah.operations.incidents import entry_bodies
from tabuah.operations.incidents.conflict_policy import STATUS
from tabuah.operations.incidents.guarded_fields import deletes_unseen_work, guarded_values, is_stale
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.status_moves import check_move, move_conflicts
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_type import DecisionContext


def decide_incident(
    incident: Incident | None, entry: Entry, body: msgspec.Struct, context: DecisionContext
) -> Decision:
    """Return the decision on an incident entry."""
    if isinstance(body, entry_bodies.IncidentReported):
        return _decide_report(incident, body, context.device_tag)
    if incident is None:
        return rejected("unknown_subject")
    if isinstance(body, entry_bodies.ConflictSettled):
        return _decide_settlement(incident, body)
    if incident.deleted:
        return ACCEPT if isinstance(body, entry_bodies.IncidentDeleted) else CONFLICT
    return _decide_change(incident, entry, body, context.role)


def _decide_change(incident: Incident, entry: Entry, body: msgspec.Struct, role: Role) -> Decision:
    if isinstance(body, entry_bodies.IncidentEdited):
        return _decide_edit(incident, entry, body)
    if isinstance(body, entry_bodies.IncidentMoved):
        return _decide_move(incident, entry, body, role)
    if isinstance(body, entry_bodies.IncidentMerged):
        if body.into == incident.id:
            return rejected("merge_into_itself")
        return CONFLICT if is_stale(incident, entry, STATUS, "merged") else ACCEPT
    if isinstance(body, entry_bodies.IncidentDeleted):
        return CONFLICT if deletes_unseen_work(incident, entry) else ACCEPT
    return ACCEPT


def _decide_report(incident: Incident | None, body: entry_bodies.IncidentReported, tag: str) -> Decision:
    if incident is not None:
        return rejected("already_reported")
    if body.number.split("-")[1] != tag:
        return rejected("number_of_another_device")
    return ACCEPT


def _decide_edit(incident: Incident, entry: Entry, body: entry_bodies.IncidentEdited) -> Decision:
    stale = any(is_stale(incident, entry, field, value) for field, value in guarded_values(body).items())
    return CONFLICT if stale else ACCEPT


def _decide_move(incident: Incident, entry: Entry, body: entry_bodies.IncidentMoved, role: Role) -> Decision:
    conflicts = move_conflicts(incident, entry, body.to)
    reason = check_move(incident, entry, body.to, role)
    if reason and not (conflicts and reason.startswith("close_needs")):
        return rejected(reason)
    return CONFLICT if conflicts else ACCEPT


def _decide_settlement(incident: Incident, body: entry_bodies.ConflictSettled) -> Decision:
    for conflict in incident.conflicts:
        if conflict.id == body.conflict:
            return rejected("no_base") if body.take == "base" and conflict.base is None else ACCEPT
    return rejected("unknown_conflict")
