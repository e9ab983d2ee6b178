"""The declaration of shelters."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.incidents.entry_bodies import ConflictSettled
from tabuah.operations.people.roles import CONTROL_ROOM, WORKERS
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.record_decisions import decide_change
from tabuah.operations.shelters import entry_bodies as bodies
from tabuah.operations.shelters.entry_bodies import ShelterAdded, ShelterCounted
from tabuah.operations.shelters.evacuees import find_excess_groups
from tabuah.operations.shelters.fold import fold_shelter
from tabuah.operations.shelters.shelter import Shelter
from tabuah.operations.subject_type import UUID_KEY, DecisionContext, EntryKind, SubjectType


def decide_shelter(
    shelter: Shelter | None, _entry: Entry, body: msgspec.Struct, context: DecisionContext
) -> Decision:
    """Accept a new shelter once, and changes and possible counts of one that exists."""
    is_settlement = isinstance(body, ConflictSettled)
    if context.decide_version < PROVENANCE_VERSION:  # older versions do not know shelters
        return rejected("unknown_subject" if is_settlement else "unknown_kind")
    if is_settlement and shelter is not None:
        return rejected("unknown_conflict")  # a shelter has none
    if isinstance(body, ShelterAdded):
        return ACCEPT if shelter is None else rejected("already_exists")
    if isinstance(body, ShelterCounted) and find_excess_groups(body.evacuees):
        return rejected("groups_exceed_people")
    return decide_change(shelter)


SHELTER: Final = SubjectType(
    name="shelter",
    state=Shelter,
    kinds=(
        EntryKind(name="shelter.added", body=bodies.ShelterAdded, writers=WORKERS, creates=True),
        EntryKind(name="shelter.edited", body=bodies.ShelterEdited, writers=WORKERS),
        EntryKind(name="shelter.counted", body=bodies.ShelterCounted, writers=WORKERS),
        EntryKind(
            name="shelter.count_withdrawn", body=bodies.ShelterCountWithdrawn, writers=WORKERS, reference="count"
        ),
        EntryKind(name="shelter.closed", body=bodies.ShelterClosed, writers=CONTROL_ROOM),
        EntryKind(name="shelter.reopened", body=bodies.ShelterReopened, writers=CONTROL_ROOM),
    ),
    decide=decide_shelter,
    fold=fold_shelter,
    key=UUID_KEY,
)
