"""Limits of tasks from the clocks of the profile: those of their kind, and one that a person chooses."""

from datetime import datetime

import msgspec

from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.clocks import limit_end
from tabuah.operations.tasks.task import TaskKind
from tabuah.resources.regency import current_regency
from tabuah.resources.regency_profile import ClockSettings


class TaskLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of a task; `clock` is the code of the clock that gave `due_at`."""

    due_at: datetime | None = None
    receipt_due_at: datetime | None = None
    clock: str = ""


def chosen_clocks() -> tuple[ClockSettings, ...]:
    """Return the clocks that a person may choose for the end of a task."""
    return tuple(clock for clock in current_regency().clocks if clock.starts == "task" and clock.stops == "done")


def task_limits(kind: TaskKind, started_at: datetime, clock: str = "") -> TaskLimits:
    """Return the limits that a new task has by its kind, and by a clock that was chosen.

    Raises:
        NotPossible: the profile has no such clock.
    """
    named = next((each for each in chosen_clocks() if each.code == clock), None)
    if clock and named is None:
        known = ", ".join(each.code for each in chosen_clocks())
        raise NotPossible("unknown_clock", code=clock, known=known)
    of_kind = [each for each in current_regency().clocks if each.starts == "task" and kind.value in each.task_kinds]
    ends = named or next((each for each in of_kind if each.stops == "done"), None)
    receipt = next((each for each in of_kind if each.stops == "receipt"), None)
    return TaskLimits(
        due_at=_end_of(ends, started_at) if ends else None,
        receipt_due_at=_end_of(receipt, started_at) if receipt and kind is TaskKind.DISPOSITION else None,
        clock=ends.code if ends else "",
    )


def _end_of(clock: ClockSettings, started_at: datetime) -> datetime:
    return limit_end(started_at, minutes=clock.minutes, days=clock.days, working=clock.working)
