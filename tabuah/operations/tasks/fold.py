"""The fold of task entries."""

import msgspec
from msgspec import UNSET
from msgspec.structs import asdict, replace

from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.tasks import entry_bodies as bodies
from tabuah.operations.tasks.conflict_policy import FIELDS
from tabuah.operations.tasks.task import KEPT_OWNERS, Receipt, Task, TaskStatus


def fold_task(task: Task | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Task | None:
    """Return the task after an accepted entry."""
    if isinstance(body, bodies.TaskAdded):
        return task or _added(entry, body)
    if task is None:
        return None
    after = _changed(task, entry, body)
    return after if after is task else replace(after, changed_at=entry.at)


def _changed(task: Task, entry: Entry, body: msgspec.Struct) -> Task:
    match body:
        case bodies.TaskChanged():
            return _edited(task, body)
        case bodies.TaskReceived() if task.receipt is None:
            return replace(task, receipt=Receipt(by=entry.actor, at=entry.happened_at, name=body.name))
        case bodies.TaskReceiptWithdrawn():
            return replace(task, receipt=None)
        case bodies.TaskDone():
            return _end(task, entry, TaskStatus.DONE, body.note)
        case bodies.TaskCancelled():
            return _end(task, entry, TaskStatus.CANCELLED, body.reason)
        case bodies.TaskReopened():
            return replace(task, outcome=None, ended_by="", ended_at=None, end_note="", reopened_at=entry.happened_at)
    return task


def _edited(task: Task, body: bodies.TaskChanged) -> Task:
    given = {name: getattr(body, name) for name in FIELDS if getattr(body, name) is not UNSET}
    changed = replace(task, **given)
    if changed.owner == task.owner:
        return changed
    former = [owner for owner in task.former_owners if owner != task.owner]
    return replace(changed, former_owners=(*former, task.owner)[-KEPT_OWNERS:])


def _added(entry: Entry, body: bodies.TaskAdded) -> Task:
    return Task(
        id=subject_key(entry.subject),
        added_by=entry.actor,
        added_at=entry.happened_at,
        changed_at=entry.at,
        exercise=entry.exercise,
        exercise_ref=entry.exercise_ref,
        **asdict(body),
    )


def _end(task: Task, entry: Entry, outcome: TaskStatus, note: str) -> Task:
    """End a task. The first end counts, but work that was done counts after a cancellation, too.

    Its author may not have known of a later reopening: an end from before does not end the task again.
    """
    is_late = task.reopened_at is not None and entry.happened_at <= task.reopened_at
    is_same = task.outcome is TaskStatus.DONE or task.outcome is outcome
    if is_late or is_same:
        return task
    return replace(task, outcome=outcome, ended_by=entry.actor, ended_at=entry.happened_at, end_note=note)
