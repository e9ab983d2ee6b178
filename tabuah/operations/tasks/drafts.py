"""Drafts of task entries."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.tasks import entry_bodies as bodies
from tabuah.operations.tasks.conflict_policy import FIELDS
from tabuah.operations.tasks.task import OwnerKind, Task, TaskKind, TaskOwner


def add_task(
    task_id: str,
    incident: Incident,
    *,
    what: str,
    owner: TaskOwner,
    kind: TaskKind = TaskKind.ACTION,
    detail: str = "",
    clock: str = "",
    due_at: datetime | None = None,
    receipt_due_at: datetime | None = None,
) -> Draft:
    """Add a task to an incident, in the world of the incident.

    Raises:
        NotPossible: a text is missing or too long, or a disposition is not addressed to an OPD.
    """
    if kind is TaskKind.DISPOSITION and owner.kind is not OwnerKind.OPD:
        raise NotPossible("disposition_without_opd")
    body = bodies.TaskAdded(
        incident=incident.id,
        what=_text(what, bodies.MAX_WHAT),
        owner=owner,
        kind=kind,
        detail=_text(detail, bodies.MAX_DETAIL, required=False),
        clock=clock,
        due_at=due_at,
        receipt_due_at=receipt_due_at,
    )
    return Draft(
        subject=subject_of("task", task_id),
        kind="task.added",
        body=encode_body(body),
        exercise=incident.exercise,
        exercise_id=incident.exercise_id,
    )


def change_task(
    task: Task,
    *,
    what: str | None = None,
    detail: str | None = None,
    owner: TaskOwner | None = None,
    due_at: datetime | None | msgspec.UnsetType = UNSET,
    clock: str = "",
) -> Draft:
    """Change the fields that are given and differ; a `due_at` of None removes the limit.

    Raises:
        NotPossible: nothing differs, a text is missing or too long, or a disposition would leave its OPD.
    """
    given: dict[str, Any] = {"owner": owner}
    given["what"] = None if what is None else _text(what, bodies.MAX_WHAT)
    given["detail"] = None if detail is None else _text(detail, bodies.MAX_DETAIL, required=False)
    changes = {name: value for name, value in given.items() if value is not None and value != getattr(task, name)}
    if due_at is not UNSET and due_at != task.due_at:
        changes["due_at"] = due_at
        changes["clock"] = clock
    if not changes:
        raise NotPossible("nothing_changed")
    if owner is not None and task.kind is TaskKind.DISPOSITION and owner.kind is not OwnerKind.OPD:
        raise NotPossible("disposition_without_opd")
    return _draft(task, "task.changed", bodies.TaskChanged(**changes))


def restore_task(before: Task, after: Task) -> Draft:
    """Return the change that gives a task the fields back that it had before: the undo of a change.

    Raises:
        NotPossible: nothing differs.
    """
    changes = {name: getattr(before, name) for name in FIELDS if getattr(before, name) != getattr(after, name)}
    if not changes:
        raise NotPossible("nothing_changed")
    return _draft(after, "task.changed", bodies.TaskChanged(**changes))


def receive_task(task: Task, *, name: str = "") -> Draft:
    """Confirm the receipt of a disposition; `name` is the person at the OPD, where another office notes it.

    Raises:
        NotPossible: it is no disposition, or was received already.
    """
    if task.kind is not TaskKind.DISPOSITION:
        raise NotPossible("no_disposition")
    if task.receipt is not None:
        raise NotPossible("already_received")
    body = bodies.TaskReceived(name=_text(name, 120, required=False))
    return _draft(task, "task.received", body)


def withdraw_receipt(task: Task) -> Draft:
    """Take back a receipt that was recorded by mistake.

    Raises:
        NotPossible: there is none.
    """
    if task.receipt is None:
        raise NotPossible("no_receipt")
    return _draft(task, "task.receipt_withdrawn", bodies.TaskReceiptWithdrawn())


def finish_task(task: Task, *, note: str = "", done_at: datetime | None = None) -> Draft:
    """State that a task is done.

    Raises:
        NotPossible: it has ended already.
    """
    _check_open(task)
    body = bodies.TaskDone(note=_text(note, bodies.MAX_TASK_NOTE, required=False))
    return _draft(task, "task.done", body, occurred_at=done_at)


def cancel_task(task: Task, *, reason: str) -> Draft:
    """Cancel a task.

    Raises:
        NotPossible: it has ended already, or the reason is missing.
    """
    _check_open(task)
    return _draft(task, "task.cancelled", bodies.TaskCancelled(reason=_text(reason, bodies.MAX_TASK_NOTE)))


def reopen_task(task: Task, *, reason: str) -> Draft:
    """Open a task again.

    Raises:
        NotPossible: it is open, or the reason is missing.
    """
    if task.is_open:
        raise NotPossible("task_is_open")
    return _draft(task, "task.reopened", bodies.TaskReopened(reason=_text(reason, bodies.MAX_TASK_NOTE)))


def _check_open(task: Task) -> None:
    if not task.is_open:
        raise NotPossible("task_has_ended")


def _text(text: str, longest: int, *, required: bool = True) -> str:
    clean = text.strip()
    if required and not clean:
        raise NotPossible("task_text_missing")
    if len(clean) > longest:
        raise NotPossible("task_text_length", n=longest)
    return clean


def _draft(task: Task, kind: str, body: msgspec.Struct, *, occurred_at: datetime | None = None) -> Draft:
    return Draft(
        subject=subject_of("task", task.id),
        kind=kind,
        body=encode_body(body),
        occurred_at=occurred_at,
        exercise=task.exercise,
        exercise_id=task.exercise_id,
    )
