"""Status moves: forward ones merge to the furthest, others need an author who saw the present status."""

from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.conflict_policy import FORWARD_STEP, STATUS, MergePolicy, policy_of
from tabuah.operations.incidents.guarded_fields import apply_write, field_write, is_stale, open_or_join_conflict
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.merges import is_closed
from tabuah.operations.people.roles import CONTROL_ROOM, Role
from tabuah.operations.policy.policy import NEWEST_VERSION, PROVENANCE_VERSION

MAY_REPORT_FALSE: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR})


def seen_status(incident: Incident, entry: Entry) -> Status:
    """Return the status that the author of a move saw."""
    base = entry.base.get(STATUS, "")
    if base in incident.moves:
        return incident.moves[base]
    return incident.status


def is_forward(incident: Incident, entry: Entry, to: Status) -> bool:
    """Return whether the move was a forward step in its author's view, short of closing."""
    seen = seen_status(incident, entry)
    if to.rank is None or to is Status.CLOSED or seen.rank is None or seen is Status.CLOSED:
        return False
    return to.rank > seen.rank


def check_move(
    incident: Incident, entry: Entry, to: Status, role: Role, *, decide_version: int = NEWEST_VERSION
) -> str:
    """Return the reason code for rejecting a move; empty if it is possible.

    From version 3 of the rules, who may undo a merge is who may merge, and undoing that of a closed one reopens it.
    """
    if to is Status.MERGED:
        return "merge_needs_target"
    undoes_merge = seen_status(incident, entry) is Status.MERGED and decide_version >= PROVENANCE_VERSION
    if undoes_merge and role not in CONTROL_ROOM:
        return "role_forbids"
    if to is Status.FALSE_REPORT and role not in MAY_REPORT_FALSE:
        return "role_forbids"
    saw_closed = seen_status(incident, entry) is Status.CLOSED or (undoes_merge and is_closed(incident))
    if (to is Status.CLOSED or saw_closed) and role is not Role.SUPERVISOR:
        return "supervisor_only"
    if to is Status.CLOSED and incident.status is not Status.CLOSED:
        if incident.status is not Status.CONTAINED:
            return "close_needs_contained"
        if incident.status_actors.get(Status.CONTAINED) == entry.actor:
            return "close_needs_second_person"
    return ""


def policy_of_move(incident: Incident, entry: Entry, to: Status) -> MergePolicy:
    """Return the policy of a move: forward steps merge, others may conflict."""
    return policy_of(FORWARD_STEP if is_forward(incident, entry, to) else STATUS)


def move_conflicts(incident: Incident, entry: Entry, to: Status) -> bool:
    """Return whether a person must settle the move."""
    if policy_of_move(incident, entry, to) is MergePolicy.FURTHEST_WINS and incident.status.rank is not None:
        return False
    return is_stale(incident, entry, STATUS, to)


def apply_move(incident: Incident, entry: Entry, to: Status) -> Incident:
    """Apply a move: put it in force, merge it, or open a conflict."""
    conflicts = move_conflicts(incident, entry, to)
    merges = policy_of_move(incident, entry, to) is MergePolicy.FURTHEST_WINS
    incident = msgspec.structs.replace(
        incident,
        moves={**incident.moves, entry.id: to},
        status_times=_first_time(incident, entry, to),
        status_actors={**incident.status_actors, to: entry.actor},
    )
    if conflicts:
        return open_or_join_conflict(incident, entry, STATUS, to)
    if merges and incident.status.rank is not None and (to.rank or 0) <= incident.status.rank:
        return incident
    return apply_write(incident, STATUS, field_write(entry, to))


def _first_time(incident: Incident, entry: Entry, to: Status) -> dict[str, datetime]:
    earlier = incident.status_times.get(to)
    at = entry.happened_at if earlier is None else min(earlier, entry.happened_at)
    return {**incident.status_times, to: at}
