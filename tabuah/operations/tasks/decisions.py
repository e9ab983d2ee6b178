"""Decisions on task entries: who may add, change and end which tasks."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.people.roles import CONTROL_ROOM, Role
from tabuah.operations.people.scope import plain
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_type import DecisionContext
from tabuah.operations.tasks import entry_bodies as bodies
from tabuah.operations.tasks.task import OwnerKind, Task, TaskKind, TaskOwner, TaskStatus

OUT_OF_TASK: Final = "task_of_others"
NO_RECEIPT_NAME: Final = "receipt_without_name"


def decide_task(task: Task | None, entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    """Return the decision on a task entry of a person who may write it."""
    if context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")  # as servers decided that did not know it
    if isinstance(body, bodies.TaskAdded):
        if task is not None:
            return rejected("already_exists")
        is_own = is_of_author(body.owner, entry.actor, context.opd)
        return ACCEPT if _is_unlimited(context.role, context.opd) or is_own else rejected(OUT_OF_TASK)
    if task is None:
        return rejected("unknown_subject")
    if not may_work_on(task, entry.actor, context.role, context.opd):
        return rejected(OUT_OF_TASK)
    return _decide_change(task, body, context)


def may_work_on(task: Task, actor: str, role: Role, opd: str) -> bool:
    """Return whether a person may change and end a task.

    The control room works on all tasks; a field office on those of its people, its units and itself, also former
    ones, and on those that it added.
    """
    owners = (task.owner, *task.former_owners)
    is_own = task.added_by == actor or any(is_of_author(owner, actor, opd) for owner in owners)
    return is_own or _is_unlimited(role, opd)


def is_of_author(owner: TaskOwner, actor: str, opd: str) -> bool:
    """Return whether a person owns a task, or belongs to the office that does."""
    if owner.kind is OwnerKind.USER and owner.name == actor:
        return True
    return bool(plain(opd)) and plain(owner.office) == plain(opd)


def needs_receipt_name(task: Task, opd: str) -> bool:
    """Return whether a person of this office states who received a disposition: all but those of the OPD do."""
    return not plain(opd) or plain(task.owner.office) != plain(opd)


def _is_unlimited(role: Role, opd: str) -> bool:
    """Return whether a role works on all tasks; a user without an office has no limits, as on incidents."""
    return role in CONTROL_ROOM or not plain(opd)


def _decide_change(task: Task, body: msgspec.Struct, context: DecisionContext) -> Decision:
    match body:
        case bodies.TaskChanged(owner=TaskOwner() as owner):
            return _decide_owner(task, owner)
        case bodies.TaskReceived():
            return _decide_receipt(task, body, context)
        case bodies.TaskReceiptWithdrawn():
            return rejected("no_receipt") if task.receipt is None else ACCEPT
        case bodies.TaskCancelled() if task.outcome is TaskStatus.DONE:
            return rejected("task_is_done")
        case bodies.TaskReopened() if task.is_open:
            return rejected("task_is_open")
    return ACCEPT


def _decide_owner(task: Task, owner: TaskOwner) -> Decision:
    is_wrong = task.kind is TaskKind.DISPOSITION and owner.kind is not OwnerKind.OPD
    return rejected("disposition_without_opd") if is_wrong else ACCEPT


def _decide_receipt(task: Task, body: bodies.TaskReceived, context: DecisionContext) -> Decision:
    if task.kind is not TaskKind.DISPOSITION:
        return rejected("no_disposition")
    if needs_receipt_name(task, context.opd) and not body.name.strip():
        return rejected(NO_RECEIPT_NAME)
    return ACCEPT
