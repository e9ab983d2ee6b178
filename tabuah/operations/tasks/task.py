"""The task: its code lists and its state."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta

from tabuah.operations.bounds import IdText, LabelText, ProseText, StoredMoment, bounded
from tabuah.operations.entries import ExerciseRef
from tabuah.operations.hidden_characters import LINE_PATTERN

MAX_OWNER: Final = 120
KEPT_OWNERS: Final = 10

OwnerName = Annotated[str, Meta(min_length=1, max_length=MAX_OWNER, pattern=LINE_PATTERN)]


class TaskKind(StrEnum):
    """Kind of a task."""

    ACTION = "action"
    DISPOSITION = "disposition"  # to an OPD, which confirms the receipt
    CALL_BACK = "call_back"  # of a reporter


class OwnerKind(StrEnum):
    """Whether a person, a unit or an office owns a task."""

    USER = "user"
    UNIT = "unit"
    OPD = "opd"


class TaskStatus(StrEnum):
    """Status of a task: computed, except its two ends."""

    OPEN = "open"
    RECEIVED = "received"  # a disposition that its OPD has received
    DONE = "done"
    CANCELLED = "cancelled"


class TaskOwner(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who does a task: a log-in name, call sign or OPD; `opd` is the office of a unit or a person, if known."""

    kind: OwnerKind
    name: OwnerName
    opd: Annotated[str, Meta(max_length=MAX_OWNER, pattern=LINE_PATTERN)] = ""

    @property
    def office(self) -> str:
        """The office that does the task; empty if unknown."""
        return self.name if self.kind is OwnerKind.OPD else self.opd


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The receipt of a disposition; `name` is the person at the OPD where the control room noted it."""

    by: IdText
    at: StoredMoment
    name: LabelText = ""


class Task(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="task"):
    """One task of an incident.

    Attributes:
        id: the key of its subject.
        incident: id of the incident.
        what: the task in one line; `detail` says more.
        clock: code of the clock in the profile that gave `due_at`; empty for a time chosen by a person.
        due_at: until when; None without a limit.
        receipt_due_at: until when the OPD confirms the receipt of a disposition; None without a limit.
        outcome: done or cancelled; None while it is open.
        former_owners: the last ones, oldest first: their consoles may not know the present one yet.
        reopened_at: when it was last reopened. An end from before does not end it again.
    """

    id: IdText
    incident: IdText
    kind: TaskKind
    what: LabelText
    owner: TaskOwner
    added_by: IdText
    added_at: StoredMoment
    changed_at: StoredMoment
    former_owners: Annotated[tuple[TaskOwner, ...], bounded(max_length=KEPT_OWNERS)] = ()
    detail: ProseText = ""
    clock: IdText = ""
    due_at: StoredMoment | None = None
    receipt_due_at: StoredMoment | None = None
    receipt: Receipt | None = None
    outcome: TaskStatus | None = None
    ended_by: IdText = ""
    ended_at: StoredMoment | None = None
    end_note: Annotated[str, bounded(max_length=2_000)] = ""
    reopened_at: StoredMoment | None = None
    exercise: bool = False
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""

    @property
    def is_open(self) -> bool:
        return self.outcome is None

    @property
    def status(self) -> TaskStatus:
        if self.outcome is not None:
            return self.outcome
        return TaskStatus.RECEIVED if self.receipt is not None else TaskStatus.OPEN

    @property
    def awaits_receipt(self) -> bool:
        """Whether it is an open disposition that its OPD has not received."""
        return self.kind is TaskKind.DISPOSITION and self.is_open and self.receipt is None

    @property
    def next_due_at(self) -> datetime | None:
        """The next limit of an open task: the earlier of the receipt and the end; None without one."""
        if not self.is_open:
            return None
        limits = (self.receipt_due_at if self.awaits_receipt else None, self.due_at)
        return min((limit for limit in limits if limit is not None), default=None)

    def is_overdue(self, now: datetime) -> bool:
        due_at = self.next_due_at
        return due_at is not None and due_at < now
