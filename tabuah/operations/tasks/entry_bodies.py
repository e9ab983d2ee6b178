"""Bodies of task entries."""

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.entries import Moment
from tabuah.operations.hidden_characters import LINE_PATTERN, LINES_PATTERN
from tabuah.operations.subject_type import UUID_KEY
from tabuah.operations.tasks.task import OwnerKind, TaskKind, TaskOwner

MAX_WHAT: Final = 200
MAX_DETAIL: Final = 4_000
MAX_TASK_NOTE: Final = 1_000

WhatText = Annotated[str, Meta(min_length=1, max_length=MAX_WHAT, pattern=LINE_PATTERN)]
DetailText = Annotated[str, Meta(max_length=MAX_DETAIL, pattern=LINES_PATTERN)]
NoteText = Annotated[str, Meta(max_length=MAX_TASK_NOTE, pattern=LINES_PATTERN)]
ReasonText = Annotated[str, Meta(min_length=1, max_length=MAX_TASK_NOTE, pattern=LINES_PATTERN)]
ClockCode = Annotated[str, Meta(max_length=40, pattern=r"^([a-z][a-z0-9_]*)?\Z")]
IncidentId = Annotated[str, Meta(max_length=36, pattern=rf"\A{UUID_KEY.pattern}\Z")]


class TaskAdded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new task of an incident; a disposition is addressed to an OPD."""

    incident: IncidentId
    what: WhatText
    owner: TaskOwner
    kind: TaskKind = TaskKind.ACTION
    detail: DetailText = ""
    clock: ClockCode = ""
    due_at: Moment | None = None
    receipt_due_at: Moment | None = None

    def __post_init__(self) -> None:
        """Reject a disposition to anything but an OPD, and the limit of a receipt that nobody gives."""
        if self.kind is TaskKind.DISPOSITION and self.owner.kind is not OwnerKind.OPD:
            raise ValueError("a disposition is addressed to an OPD")
        if self.kind is not TaskKind.DISPOSITION and self.receipt_due_at is not None:
            raise ValueError("only a disposition has a receipt")


class TaskChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changed fields; each is taken from the last entry in server order. A `due_at` of null removes the limit."""

    what: WhatText | UnsetType = UNSET
    detail: DetailText | UnsetType = UNSET
    owner: TaskOwner | UnsetType = UNSET
    clock: ClockCode | UnsetType = UNSET
    due_at: Moment | None | UnsetType = UNSET


class TaskReceived(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The OPD has received a disposition; the control room names the person who said so."""

    name: Annotated[str, Meta(max_length=120, pattern=LINE_PATTERN)] = ""


class TaskReceiptWithdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt that was recorded by mistake is taken back."""


class TaskDone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The task is done."""

    note: NoteText = ""


class TaskCancelled(msgspec.Struct, frozen=True, kw_only=True):
    """The task is not needed any more, for a reason."""

    reason: ReasonText


class TaskReopened(msgspec.Struct, frozen=True, kw_only=True):
    """A task that was done or cancelled is open again, for a reason."""

    reason: ReasonText
