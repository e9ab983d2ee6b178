"""Status moves: forward ones merge to the furthest, the others need an author who saw where the incident stands."""

from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.authority.roles import Role
from tabuah.operations.codes import Status
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.fields import FORWARD_STEP, STATUS, Policy, policy_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.writing import is_stale, open_or_join_conflict, write, writing_of

MAY_CALL_IT_FALSE: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR})


def seen_status(incident: Incident, entry: Entry) -> Status:
    """The status that the author of a move had in view."""
    base = entry.base.get(STATUS, "")
    if base in incident.moves:
        return incident.moves[base]
    return incident.status


def is_forward(incident: Incident, entry: Entry, to: Status) -> bool:
    """Whether the move was a step forward in its author's view, short of closing."""
    seen = seen_status(incident, entry)
    if to.rank is None or to is Status.CLOSED or seen.rank is None or seen is Status.CLOSED:
        return False
    return to.rank > seen.rank


def reason_against(incident: Incident, entry: Entry, to: Status, role: Role) -> str:
    """Why a move cannot be, as a stable code; empty when it can."""
    if to is Status.MERGED:
        return "merge_needs_target"
    if to is Status.FALSE_REPORT and role not in MAY_CALL_IT_FALSE:
        return "role_forbids"
    reopening = seen_status(incident, entry) is Status.CLOSED and to is not Status.CLOSED
    if (to is Status.CLOSED or reopening) and role is not Role.SUPERVISOR:
        return "supervisor_only"
    if to is Status.CLOSED and incident.status is not Status.CLOSED:
        if incident.status is not Status.CONTAINED:
            return "close_needs_contained"
        if incident.status_actors.get(Status.CONTAINED) == entry.actor:
            return "close_needs_second_person"
    return ""


def policy_of_move(incident: Incident, entry: Entry, to: Status) -> Policy:
    """What the policy says of a move: steps forward merge, the others may end in a conflict."""
    return policy_of(FORWARD_STEP if is_forward(incident, entry, to) else STATUS)


def move_conflicts(incident: Incident, entry: Entry, to: Status) -> bool:
    """Whether a move must be settled by a person."""
    if policy_of_move(incident, entry, to) is Policy.FURTHEST_STANDS and incident.status.rank is not None:
        return False
    return is_stale(incident, entry, STATUS, to)


def move(incident: Incident, entry: Entry, to: Status) -> Incident:
    """Apply a move: put it in force, merge it, or open a conflict."""
    conflicts = move_conflicts(incident, entry, to)
    merges = policy_of_move(incident, entry, to) is Policy.FURTHEST_STANDS
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
    return write(incident, STATUS, writing_of(entry, to))


def _first_time(incident: Incident, entry: Entry, to: Status) -> dict[str, datetime]:
    earlier = incident.status_times.get(to)
    at = entry.happened_at if earlier is None else min(earlier, entry.happened_at)
    return {**incident.status_times, to: at}
