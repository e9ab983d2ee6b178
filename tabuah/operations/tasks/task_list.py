"""Lists of tasks: which ones, in which order."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from tabuah.operations.incidents.incident import Incident
from tabuah.operations.tasks.decisions import is_of_author
from tabuah.operations.tasks.task import Task

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class TaskView(StrEnum):
    """Which tasks a list has."""

    OPEN = "open"
    MINE = "mine"  # open ones of the person, the own units and the own office
    OVERDUE = "overdue"
    ALL = "all"


def select_tasks(tasks: Iterable[Task], view: TaskView, *, now: datetime, actor: str, opd: str) -> list[Task]:
    """Return the tasks of a view in the order of lists."""
    if view is TaskView.ALL:
        return sort_tasks(tasks, now)
    chosen = (task for task in tasks if task.is_open)
    if view is TaskView.MINE:
        chosen = (task for task in chosen if is_of_author(task.owner, actor, opd))
    elif view is TaskView.OVERDUE:
        chosen = (task for task in chosen if task.is_overdue(now))
    return sort_tasks(chosen, now)


def sort_tasks(tasks: Iterable[Task], now: datetime) -> list[Task]:
    """Sort tasks: open ones first, then by their next limit, those without one last; ended ones newest first."""

    def order(task: Task) -> tuple[bool, datetime, float, str]:
        ended = task.ended_at or now
        return not task.is_open, task.next_due_at or _NEVER, -ended.timestamp() if task.outcome else 0.0, task.id

    return sorted(tasks, key=order)


def find_words(tasks: Iterable[Task], words: str, numbers: Mapping[str, str]) -> list[Task]:
    """Return the tasks that contain all words.

    Args:
        tasks: the tasks, in any order, which is kept.
        words: separated by blanks; case does not matter.
        numbers: the numbers of the incidents by id.
    """
    wanted = words.casefold().split()
    return [task for task in tasks if _contains(task, wanted, numbers.get(task.incident, ""))]


def _contains(task: Task, wanted: list[str], number: str) -> bool:
    text = " ".join((task.what, task.detail, task.owner.name, task.owner.opd, task.end_note, number)).casefold()
    return all(word in text for word in wanted)


def tasks_of(tasks: Iterable[Task], incident_id: str, merged: Iterable[Incident] = ()) -> list[Task]:
    """Return the tasks of an incident and of those that were merged into it, in any order."""
    keys = {incident_id, *(each.id for each in merged if each.merged_into == incident_id)}
    return [task for task in tasks if task.incident in keys]
