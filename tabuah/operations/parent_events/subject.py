"""The declaration of parent events."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.parent_events import entry_bodies as bodies
from tabuah.operations.parent_events.parent_event import ParentEvent, fold_parent_event
from tabuah.operations.people.roles import CONTROL_ROOM
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.record_decisions import decide_change
from tabuah.operations.subject_type import UUID_KEY, DecisionContext, EntryKind, SubjectType


def decide_parent_event(
    event: ParentEvent | None, _entry: Entry, body: msgspec.Struct, context: DecisionContext
) -> Decision:
    """Accept a new event once, and changes of one that exists."""
    if context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")  # older versions do not know parent events
    if isinstance(body, bodies.EventOpened):
        return ACCEPT if event is None else rejected("already_exists")
    return decide_change(event)


PARENT_EVENT: Final = SubjectType(
    name="parent_event",
    state=ParentEvent,
    kinds=(
        EntryKind(name="parent_event.opened", body=bodies.EventOpened, writers=CONTROL_ROOM, creates=True),
        EntryKind(name="parent_event.changed", body=bodies.EventChanged, writers=CONTROL_ROOM),
        EntryKind(name="parent_event.closed", body=bodies.EventClosed, writers=CONTROL_ROOM),
        EntryKind(name="parent_event.reopened", body=bodies.EventReopened, writers=CONTROL_ROOM),
        EntryKind(name="parent_event.deleted", body=bodies.EventDeleted, writers=CONTROL_ROOM),
        EntryKind(name="parent_event.restored", body=bodies.EventRestored, writers=CONTROL_ROOM),
    ),
    decide=decide_parent_event,
    fold=fold_parent_event,
    key=UUID_KEY,
)
