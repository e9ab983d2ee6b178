"""Merges of incidents: where a chain of merges ends, and merges that would hide every incident of a chain.

Journals of version 1 of the rules may contain merges in a circle. Lists then show the oldest incident of the circle
as open, and so an incident whose target is deleted, unknown or of another world: nothing disappears from all lists.
A target may turn out to be of another world: its report may arrive after the merge.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.conflict_policy import STATUS, decode_value, encode_value
from tabuah.operations.incidents.incident import Incident

IncidentLookup = Callable[[str], Incident | None]
TargetLookup = Callable[[str], str | None]

_MERGED: Final = encode_value(Status.MERGED)
_CLOSED: Final = encode_value(Status.CLOSED)
MAX_MERGES: Final = 100  # in a chain; a longer one is cut there, and no merge may make one


def final_target(incident_id: str, incident_of: IncidentLookup) -> str:
    """Return the id of the incident that a chain of merges ends in; the same id if it is not merged.

    A chain ends before a target that is deleted or unknown. A circle ends in its oldest incident.
    """

    def target_of(key: str) -> str | None:
        found = incident_of(key)
        return None if found is None or found.deleted else found.merged_into

    return end_of_merges(incident_id, target_of)


def end_of_merges(incident_id: str, target_of: TargetLookup) -> str:
    """Like `final_target`; `target_of` returns the target, empty if not merged, None if deleted or unknown."""
    chain = [incident_id]
    while len(chain) <= MAX_MERGES:
        target = target_of(chain[-1])
        if not target or target_of(target) is None:
            break
        if target in chain:
            return min(chain[chain.index(target) :])
        chain.append(target)
    return chain[-1]


def leads_to(start: str, incident_id: str, incident_of: IncidentLookup) -> bool:
    """Return whether the merges from `start` lead to an incident, so that merging it into `start` makes a circle.

    A chain longer than `MAX_MERGES` counts as a circle.
    """
    key = start
    for _step in range(MAX_MERGES):
        if key == incident_id:
            return True
        found = incident_of(key)
        if found is None or not found.merged_into:
            return False
        key = found.merged_into
    return True


def listed_incident(incident: Incident, incident_of: IncidentLookup) -> Incident:
    """Return an incident as lists show it: with its last status before the merge if its merge leads nowhere."""
    if incident.status is not Status.MERGED or incident.deleted:
        return incident

    def target_of(key: str) -> str | None:
        found = incident_of(key)
        if found is None or found.deleted or _world(found) != _world(incident):
            return None
        return found.merged_into

    if end_of_merges(incident.id, target_of) != incident.id:
        return incident
    return msgspec.structs.replace(incident, status=status_before_merge(incident))


def _world(incident: Incident) -> SubjectWorld:
    return SubjectWorld(incident.exercise, incident.exercise_id)


def has_broken_merge(incident: Incident) -> bool:
    """Return whether a listed incident is shown as open although it was merged."""
    if incident.status is Status.MERGED or not (writings := incident.writings.get(STATUS)):
        return False
    return writings[-1].value == _MERGED


def is_closed(incident: Incident) -> bool:
    """Return whether an incident is closed, or was closed when it was merged."""
    if incident.status is not Status.MERGED:
        return incident.status is Status.CLOSED
    others = (w.value for w in reversed(incident.writings.get(STATUS, ())) if w.value != _MERGED)
    return next(others, "") == _CLOSED


def status_before_merge(incident: Incident) -> Status:
    """Return the last status of an incident that was not an end: its status after a merge is undone."""
    for writing in reversed(incident.writings.get(STATUS, ())):
        status = decode_value(STATUS, writing.value)
        if isinstance(status, Status) and status.is_open:
            return status
    return Status.REPORTED
