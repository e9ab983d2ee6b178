"""Texts of tasks, from values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tabuah.operations.tasks.limit_stages import escalation_step
from tabuah.operations.tasks.task import OwnerKind, Task, TaskOwner, TaskStatus
from tabuah.operations.tasks.task_list import TaskView
from tabuah.resources.localisation import N_, _, format_age, format_number, format_recent_moment, ngettext

_STATUSES: Final[Mapping[str, str]] = {
    TaskStatus.OPEN: N_("Open task"),
    TaskStatus.RECEIVED: N_("Received"),
    TaskStatus.DONE: N_("Done"),
    TaskStatus.CANCELLED: N_("Cancelled"),
}
_FIELDS: Final[Mapping[str, str]] = {
    "what": N_("What to do"),
    "detail": N_("Details"),
    "owner": N_("Done by"),
    "clock": N_("Clock"),
    "due_at": N_("Due"),
}
_OWNERS: Final[Mapping[str, str]] = {
    OwnerKind.USER: N_("Person"),
    OwnerKind.UNIT: N_("Unit"),
    OwnerKind.OPD: N_("OPD"),
}
_VIEWS: Final[Mapping[str, str]] = {
    TaskView.OPEN: N_("Open ones"),
    TaskView.MINE: N_("My tasks"),
    TaskView.OVERDUE: N_("Overdue"),
    TaskView.ALL: N_("All tasks"),
}


def task_status_label(status: TaskStatus) -> str:
    return _(_STATUSES[status])


def task_field_label(field: str) -> str:
    """Return the name of a field of a task."""
    return _(_FIELDS[field])


def owner_kind_label(kind: OwnerKind) -> str:
    return _(_OWNERS[kind])


def view_label(view: TaskView) -> str:
    return _(_VIEWS[view])


def owner_text(owner: TaskOwner) -> str:
    """Return who does a task: "SAR-01 (BPBD)"."""
    return f"{owner.name} ({owner.opd})" if owner.opd and owner.kind is not OwnerKind.OPD else owner.name


def escalated_note(due_at: datetime, now: datetime) -> str:
    """Return the mark of a limit that was escalated; empty for others."""
    return _("escalated") if escalation_step(due_at, now) else ""


def due_text(task: Task, now: datetime) -> str:
    """Return the time left until the next limit of a task: "in 12 min", "8 min late"; empty without a limit.

    A limit that was escalated says so.
    """
    due_at = task.next_due_at
    if due_at is None:
        return ""
    if due_at < now:
        text = _("{age} late").format(age=format_age(now - due_at))
        text = " · ".join(filter(None, (text, escalated_note(due_at, now))))
    else:
        text = _("in {age}").format(age=format_age(due_at - now))
    is_receipt = task.awaits_receipt and due_at == task.receipt_due_at
    return _("receipt {time}").format(time=text) if is_receipt else text


def status_text(task: Task, now: datetime) -> str:
    """Return the status with its time: "Done 14.30", "Received 14.10 by Rina · in 2 h"."""
    match task.status:
        case TaskStatus.DONE | TaskStatus.CANCELLED if task.ended_at is not None:
            return f"{task_status_label(task.status)} {format_recent_moment(task.ended_at, now)}"
        case TaskStatus.RECEIVED if task.receipt is not None:
            received = _("Received {time}").format(time=format_recent_moment(task.receipt.at, now))
            return " · ".join(filter(None, (received, due_text(task, now))))
    return due_text(task, now) or task_status_label(task.status)


def receipt_text(task: Task, now: datetime) -> str:
    """Return who has received a disposition, and when; empty without a receipt."""
    receipt = task.receipt
    if receipt is None:
        return ""
    who = _("{name}, noted by {user}").format(name=receipt.name, user=receipt.by) if receipt.name else receipt.by
    return f"{format_recent_moment(receipt.at, now)} · {who}"


def count_text(tasks: Sequence[Task], now: datetime) -> str:
    """Return the number of open and overdue tasks: "12 open tasks, 3 overdue"."""
    open_ones = [task for task in tasks if task.is_open]
    late = sum(task.is_overdue(now) for task in open_ones)
    text = ngettext("{n} open task", "{n} open tasks", len(open_ones)).format(n=format_number(len(open_ones)))
    return ", ".join(filter(None, (text, late_text(late))))


def late_text(late: int) -> str:
    """Return the number of overdue tasks; empty for none."""
    return ngettext("{n} task overdue", "{n} tasks overdue", late).format(n=format_number(late)) if late else ""
