"""The declaration of incidents, and of the settlement of their conflicts."""

from typing import Final

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.incidents import entry_bodies as bodies
from tabuah.operations.incidents.conflict_policy import DELETED, STATUS
from tabuah.operations.incidents.decisions import decide_incident
from tabuah.operations.incidents.entry_bodies import ConflictSettled
from tabuah.operations.incidents.fold import fold_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import CONTROL_ROOM, SUPERVISORS, WORKERS
from tabuah.operations.subject_type import UUID_KEY, EntryKind, SubjectType


def settled_entry(body: ConflictSettled) -> str:
    """Return the id of the entry that opened the conflict which a settlement ends."""
    return body.conflict.rpartition(".")[0]


def needed_entry(entry: Entry, body: msgspec.Struct, reason: str) -> str:
    """Return the id of the entry that is missing if an entry is rejected for a reason; empty if none is."""
    if reason == "unknown_conflict" and isinstance(body, ConflictSettled):
        return settled_entry(body)
    return entry.base.get(STATUS, "") if reason == "close_needs_contained" else ""


def has_arrived(incident: Incident | None, needed: str, body: msgspec.Struct) -> bool:
    """Return whether a needed entry has already been decided and took effect, or had none."""
    if isinstance(body, ConflictSettled) and body.conflict.endswith(f".{DELETED}"):
        return True  # any entry may have opened it, even one that left no trace in the state
    return incident is None or _left_a_trace(incident, needed)


def _left_a_trace(incident: Incident, entry_id: str) -> bool:
    written = any(writing.entry == entry_id for writings in incident.writings.values() for writing in writings)
    disputed = any(entry_id in conflict.members for conflict in incident.conflicts)
    return written or disputed or entry_id in incident.moves


def _number(body: bodies.IncidentReported) -> str:
    return body.number


INCIDENT: Final = SubjectType(
    name="incident",
    state=Incident,
    key=UUID_KEY,
    kinds=(
        EntryKind(
            name="incident.reported", body=bodies.IncidentReported, writers=WORKERS, creates=True, number=_number
        ),
        EntryKind(name="incident.edited", body=bodies.IncidentEdited, writers=WORKERS, may_be_needed=True),
        EntryKind(name="incident.moved", body=bodies.IncidentMoved, writers=WORKERS, may_be_needed=True),
        EntryKind(name="incident.noted", body=bodies.IncidentNoted, writers=WORKERS),
        EntryKind(name="incident.attached", body=bodies.IncidentAttached, writers=WORKERS),
        EntryKind(name="incident.counted", body=bodies.IncidentCounted, writers=WORKERS),
        EntryKind(name="incident.answered", body=bodies.IncidentAnswered, writers=WORKERS),
        EntryKind(name="incident.caller_changed", body=bodies.IncidentCallerChanged, writers=WORKERS),
        EntryKind(name="incident.merged", body=bodies.IncidentMerged, writers=CONTROL_ROOM, may_be_needed=True),
        EntryKind(name="incident.grouped", body=bodies.IncidentGrouped, writers=CONTROL_ROOM),
        EntryKind(name="incident.deleted", body=bodies.IncidentDeleted, writers=SUPERVISORS, may_be_needed=True),
    ),
    decide=decide_incident,
    fold=fold_incident,
    needed_entry=needed_entry,
    has_arrived=has_arrived,
)

# A settlement is about the entry that opened the conflict.
CONFLICT_KINDS: Final = (
    EntryKind(
        name="conflict.settled",
        body=bodies.ConflictSettled,
        writers=WORKERS,
        may_be_needed=True,
        refers_to=settled_entry,
        any_subject=True,
    ),
)
