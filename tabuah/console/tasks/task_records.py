"""Records of tasks, and their table in CSV and XLSX files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.console.incidents.incident_numbers import incident_numbers
from tabuah.console.table_files import TableFormat, write_rows
from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.import_table import TableColumns, guard_cell
from tabuah.operations.tasks.task import Task
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercise_id_json, exercise_json, exercises_by_id

COLUMNS: Final = (
    *("id", "incident", "kind", "status", "what", "detail", "owner_kind", "owner", "owner_opd", "due_at"),
    *("receipt_due_at", "overdue", "received_at", "received_by", "added_by", "added_at"),
    *("ended_by", "ended_at", "end_note", "exercise"),
)


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A task in `task list --json`. `incident` is a number, or an id while the incident is not here."""

    id: str
    incident: str
    kind: str
    status: str
    what: str
    detail: str
    owner_kind: str
    owner: str
    owner_opd: str
    clock: str
    due_at: datetime | None
    receipt_due_at: datetime | None
    overdue: bool
    received_at: datetime | None
    received_by: str
    added_by: str
    added_at: datetime
    ended_by: str
    ended_at: datetime | None
    end_note: str
    pending: bool
    exercise: str | None
    exercise_id: str | None


def make_task_row(
    store: ConsoleStore, task: Task, known: Mapping[str, Exercise], numbers: Mapping[str, str]
) -> TaskRow:
    """Return the JSON record of a task."""
    receipt = task.receipt
    return TaskRow(
        id=task.id,
        incident=numbers.get(task.incident, task.incident),
        kind=task.kind,
        status=task.status,
        what=task.what,
        detail=task.detail,
        owner_kind=task.owner.kind,
        owner=task.owner.name,
        owner_opd=task.owner.opd,
        clock=task.clock,
        due_at=task.due_at,
        receipt_due_at=task.receipt_due_at,
        overdue=task.is_overdue(store.now()),
        received_at=receipt.at if receipt else None,
        received_by=(receipt.name or receipt.by) if receipt else "",
        added_by=task.added_by,
        added_at=task.added_at,
        ended_by=task.ended_by,
        ended_at=task.ended_at,
        end_note=task.end_note,
        pending=store.is_pending(subject_of("task", task.id)),
        exercise=exercise_json(task, known),
        exercise_id=exercise_id_json(task),
    )


def read_task_rows(store: ConsoleStore, scope: ExerciseScope) -> list[TaskRow]:
    """Return the records of all tasks in scope, the oldest first."""
    known, numbers = exercises_by_id(store.exercises()), incident_numbers(store)
    return [make_task_row(store, task, known, numbers) for task in scope.select(store.tasks())]


def write_task_table(path: Path, rows: Sequence[TaskRow]) -> None:
    """Write tasks to a CSV or XLSX file.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    table = TableFormat(columns=TableColumns(names=COLUMNS, required=()), sheet="tasks", template="")
    records = [[guard_cell(_cell_text(row, name)) for name in COLUMNS] for row in rows]
    write_rows(path, table, [list(COLUMNS), *records])


def _cell_text(row: TaskRow, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, datetime) else str(value or "")
