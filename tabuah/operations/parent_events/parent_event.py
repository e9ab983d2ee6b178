"""The parent event: its state and the fold of its entries."""

from datetime import datetime
from typing import Final

import msgspec
from msgspec import UNSET

from tabuah.operations.bounds import IdText, LabelText, ProseText, StoredMoment
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Entry, ExerciseRef, Verdict, subject_key
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.parent_events import entry_bodies as bodies

EVENT_FIELDS: Final = ("title", "hazard", "began_at", "ended_at", "description")


class ParentEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="parent_event"):
    """One flood, earthquake or other event with many incidents.

    Attributes:
        id: the key of its subject.
        began_at, ended_at: the time of the event itself; no end while it goes on.
        opened_by, opened_at: who opened it here, and when.
        changed_at: when it was changed last.
        closed_at, closed_by, close_reason: how it was closed; None and empty while it is open.
        deleted: whether it was opened by mistake.
    """

    id: IdText
    title: LabelText
    hazard: Hazard
    began_at: StoredMoment
    opened_by: IdText
    opened_at: StoredMoment
    changed_at: StoredMoment
    ended_at: StoredMoment | None = None
    description: ProseText = ""
    closed_at: StoredMoment | None = None
    closed_by: IdText = ""
    close_reason: LabelText = ""
    deleted: bool = False
    exercise: bool = False
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and not self.deleted

    @property
    def world(self) -> SubjectWorld:
        return SubjectWorld(self.exercise, self.exercise_id)

    def period_end(self, now: datetime) -> datetime:
        """Return the end of its period: that of the event, else its closing, else now."""
        return self.ended_at or self.closed_at or now


def fold_parent_event(
    event: ParentEvent | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> ParentEvent | None:
    """Return the event after an accepted entry."""
    if isinstance(body, bodies.EventOpened):
        return event or _opened(entry, body)
    if event is None:
        return None
    changed = _apply(event, entry, body)
    return msgspec.structs.replace(changed, changed_at=max(event.changed_at, entry.at))


def _apply(event: ParentEvent, entry: Entry, body: msgspec.Struct) -> ParentEvent:
    match body:
        case bodies.EventChanged():
            given = {name: getattr(body, name) for name in EVENT_FIELDS if getattr(body, name) is not UNSET}
            return msgspec.structs.replace(event, **given)
        case bodies.EventClosed() if event.closed_at is None:
            return _closed(event, entry, body)
        case bodies.EventReopened():
            return msgspec.structs.replace(event, closed_at=None, closed_by="", close_reason="", ended_at=None)
        case bodies.EventDeleted() | bodies.EventRestored():
            return msgspec.structs.replace(event, deleted=isinstance(body, bodies.EventDeleted))
    return event


def _opened(entry: Entry, body: bodies.EventOpened) -> ParentEvent:
    return ParentEvent(
        id=subject_key(entry.subject),
        title=body.title,
        hazard=body.hazard,
        began_at=body.began_at,
        description=body.description,
        opened_by=entry.actor,
        opened_at=entry.at,
        changed_at=entry.at,
        exercise=entry.exercise,
        exercise_ref=entry.exercise_ref,
    )


def _closed(event: ParentEvent, entry: Entry, body: bodies.EventClosed) -> ParentEvent:
    return msgspec.structs.replace(
        event,
        closed_at=entry.happened_at,
        closed_by=entry.actor,
        close_reason=body.reason,
        ended_at=body.ended_at or event.ended_at,
    )
