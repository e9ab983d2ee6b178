"""Rows and cards of tasks, from values."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.tasks.task import Task, TaskKind, TaskStatus
from tabuah.operations.tasks.task_list import sort_tasks, tasks_of
from tabuah.resources.localisation import _, format_moment
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.tasks.task_text import (
    due_text,
    owner_text,
    receipt_text,
    status_text,
    task_field_label,
    task_status_label,
)
from tabuah.widgets.tasks.values import TaskAct, TaskCard, TaskItem
from tabuah.widgets.values import FactItem, Level

SOON: Final = timedelta(minutes=15)


def task_level(task: Task, now: datetime) -> Level:
    """Return the level of a task: overdue ones are high, those due within 15 minutes need attention."""
    if task.status is TaskStatus.DONE:
        return Level.NORMAL
    if task.status is TaskStatus.CANCELLED:
        return Level.NO_DATA
    due_at = task.next_due_at
    if due_at is None:
        return Level.INFORMATION
    if due_at < now:
        return Level.HIGH
    return Level.ATTENTION if due_at - now <= SOON else Level.INFORMATION


def task_items(tasks: Iterable[Task], snapshot: ConsoleSnapshot, now: datetime) -> tuple[TaskItem, ...]:
    """Return the rows of tasks, in order."""
    return tuple(_item(task, snapshot, now) for task in tasks)


def incident_task_items(incident_id: str, snapshot: ConsoleSnapshot, now: datetime) -> tuple[TaskItem, ...]:
    """Return the open tasks of an incident and of those merged into it, the first due first."""
    if not snapshot.tasks:
        return ()
    found = tasks_of(snapshot.tasks.values(), incident_id, snapshot.incidents.values())
    shown = sort_tasks((task for task in found if task.is_open), now)
    return tuple(_item(task, snapshot, now, with_incident=task.incident != incident_id) for task in shown)


def incident_number_of(task: Task, snapshot: ConsoleSnapshot) -> str:
    """Return the number of a task's incident; a dash while the incident is not here."""
    incident = snapshot.incidents.get(task.incident)
    return incident.number if incident is not None else "–"


def _item(task: Task, snapshot: ConsoleSnapshot, now: datetime, *, with_incident: bool = True) -> TaskItem:
    kind = "" if task.kind is TaskKind.ACTION else code_label(task.kind)
    marks = (kind, exercise_mark(task, snapshot.exercises))
    return TaskItem(
        id=task.id,
        text=task.what,
        about=" · ".join((owner_text(task.owner), *([incident_number_of(task, snapshot)] if with_incident else []))),
        level=task_level(task, now),
        at=status_text(task, now),
        author=" · ".join(filter(None, marks)),
    )


def task_card(task: Task, snapshot: ConsoleSnapshot, now: datetime, reasons: Mapping[TaskAct, str]) -> TaskCard:
    """Return the card of a task; `reasons` says why acts are not available."""
    incident = snapshot.incidents.get(task.incident)
    number = f"{incident.number} · {incident.title}" if incident else incident_number_of(task, snapshot)
    facts = (
        (_("Incident"), number),
        (task_field_label("owner"), owner_text(task.owner)),
        (_("Kind"), code_label(task.kind)),
        (task_field_label("due_at"), format_moment(task.due_at) if task.due_at else ""),
        (_("Receipt until"), format_moment(task.receipt_due_at) if task.receipt_due_at else ""),
        (_("Received"), receipt_text(task, now)),
        (task_field_label("detail"), task.detail),
        (_("Added"), f"{format_moment(task.added_at)} · {task.added_by}"),
        (_("Ended"), f"{format_moment(task.ended_at)} · {task.ended_by}" if task.ended_at else ""),
        (_("Note"), task.end_note),
    )
    late = due_text(task, now) if task.is_open else ""
    return TaskCard(
        id=task.id,
        title=task.what,
        state=" · ".join(filter(None, (task_status_label(task.status), late))),
        level=task_level(task, now),
        facts=tuple(FactItem(label=label, value=value) for label, value in facts if value),
        is_open=task.is_open,
        is_received=task.receipt is not None,
        has_receipt=task.kind is TaskKind.DISPOSITION,
        reasons=dict(reasons),
    )
