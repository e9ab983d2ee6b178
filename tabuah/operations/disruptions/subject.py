"""The declaration of disruptions."""

from typing import Final

import msgspec

from tabuah.operations.disruptions import entry_bodies as bodies
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.disruptions.fold import fold_disruption
from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.incidents.entry_bodies import ConflictSettled
from tabuah.operations.people.roles import WORKERS
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.record_decisions import decide_change
from tabuah.operations.subject_type import UUID_KEY, DecisionContext, EntryKind, SubjectType


def decide_disruption(
    disruption: Disruption | None, _entry: Entry, body: msgspec.Struct, context: DecisionContext
) -> Decision:
    """Accept a new disruption once, and changes of one that exists."""
    is_settlement = isinstance(body, ConflictSettled)
    if context.decide_version < PROVENANCE_VERSION:  # older versions do not know disruptions
        return rejected("unknown_subject" if is_settlement else "unknown_kind")
    if is_settlement and disruption is not None:
        return rejected("unknown_conflict")  # a disruption has none
    if isinstance(body, bodies.DisruptionReported):
        return ACCEPT if disruption is None else rejected("already_exists")
    return decide_change(disruption)


DISRUPTION: Final = SubjectType(
    name="disruption",
    state=Disruption,
    kinds=(
        EntryKind(name="disruption.reported", body=bodies.DisruptionReported, writers=WORKERS, creates=True),
        EntryKind(name="disruption.edited", body=bodies.DisruptionEdited, writers=WORKERS),
        EntryKind(name="disruption.ended", body=bodies.DisruptionEnded, writers=WORKERS),
        EntryKind(name="disruption.resumed", body=bodies.DisruptionResumed, writers=WORKERS),
    ),
    decide=decide_disruption,
    fold=fold_disruption,
    key=UUID_KEY,
)
