"""The declaration of incidents, and of the settlement of their conflicts."""

from typing import Final

from tabuah.operations.incidents import entry_bodies as bodies
from tabuah.operations.incidents.decisions import decide_incident
from tabuah.operations.incidents.dependencies import has_arrived, needed_entry, settled_entry
from tabuah.operations.incidents.fold import fold_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import CONTROL_ROOM, SUPERVISORS, WORKERS
from tabuah.operations.subject_type import UUID_KEY, EntryKind, SubjectType


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
        EntryKind(name="incident.merged", body=bodies.IncidentMerged, writers=CONTROL_ROOM, may_be_needed=True),
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
    ),
)
