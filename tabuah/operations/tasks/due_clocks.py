"""Due clocks: the time limits of incidents, dispositions and tasks that have run out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.clocks import running_clocks
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.tasks.task import Task, TaskKind, TaskOwner

_MOST_MERGES: Final = 100  # a longer chain of merges is damaged data


class DueKind(StrEnum):
    """Which limit a due clock is: of an incident, of the receipt of a disposition, or of the end of a task."""

    RESPONSE = "response"
    RECEIPT = "receipt"
    DISPOSITION = "disposition"
    CALL_BACK = "call_back"
    TASK = "task"


_KINDS: Final[Mapping[TaskKind, DueKind]] = {
    TaskKind.ACTION: DueKind.TASK,
    TaskKind.DISPOSITION: DueKind.DISPOSITION,
    TaskKind.CALL_BACK: DueKind.CALL_BACK,
}


class DueClock(msgspec.Struct, frozen=True, kw_only=True):
    """A time limit that has run out, or will run out soon.

    Attributes:
        kind: which limit it is.
        code: code of the clock in the profile; empty for a time that a person chose, and for receipts.
        name: name of the clock of an incident in the profile, empty for the arrival on scene; else the task.
        started_at, due_at: the period of the limit.
        incident: id of the incident; of merged ones the one that goes on.
        task: id of the task; empty for a clock of an incident.
        owner: who does the task; None for a clock of an incident.
        assigned: units and offices that the incident is assigned to.
        hazard, severity: of the incident; None where it is not known here.
        exercise, exercise_id: the world that it belongs to.
    """

    kind: DueKind
    code: str
    name: str
    started_at: datetime
    due_at: datetime
    incident: str
    task: str = ""
    owner: TaskOwner | None = None
    assigned: tuple[str, ...] = ()
    hazard: Hazard | None = None
    severity: Severity | None = None
    exercise: bool = False
    exercise_id: str = ""

    @property
    def subject(self) -> str:
        """The subject that has the limit: `task/ID` or `incident/ID`."""
        return f"task/{self.task}" if self.task else f"incident/{self.incident}"

    @property
    def key(self) -> str:
        """Identify the limit, also after its due time was changed."""
        return f"{self.subject}/{self.code if self.kind is DueKind.RESPONSE else self.kind.value}"

    @property
    def world(self) -> SubjectWorld:
        return SubjectWorld(self.exercise, self.exercise_id)

    def is_overdue(self, now: datetime) -> bool:
        return self.due_at < now

    def late_by(self, now: datetime) -> timedelta:
        """Return the time since it ran out; zero before."""
        return max(now - self.due_at, timedelta())


def due_clocks(
    incidents: Iterable[Incident], tasks: Iterable[Task], now: datetime, *, ahead: timedelta = timedelta()
) -> tuple[DueClock, ...]:
    """Return the limits that have run out, the longest overdue first; all worlds, each marked.

    Args:
        incidents: all known incidents, also those that ended: an open task may belong to one.
        tasks: all known tasks.
        now: the present time.
        ahead: with it, also the limits that run out within this time.
    """
    until = now + ahead
    return tuple(due for due in running_limits(incidents, tasks, now) if due.due_at < until)


def running_limits(incidents: Iterable[Incident], tasks: Iterable[Task], now: datetime) -> tuple[DueClock, ...]:
    """Return all limits that run or have run out, the first due first; the arguments are those of `due_clocks`."""
    known = {incident.id: incident for incident in incidents}
    found = [
        *(due for incident in known.values() for due in _of_incident(incident, now)),
        *(due for task in tasks if task.is_open for due in _of_task(task, known)),
    ]
    return tuple(sorted(found, key=lambda due: (due.due_at, due.key)))


def _of_incident(incident: Incident, now: datetime) -> Iterator[DueClock]:
    for clock in running_clocks(incident, now):
        yield DueClock(
            kind=DueKind.RESPONSE,
            code=clock.code,
            name=clock.name,
            started_at=clock.started_at,
            due_at=clock.due_at,
            incident=incident.id,
            assigned=incident.assignment,
            hazard=incident.hazard,
            severity=incident.severity,
            exercise=incident.exercise,
            exercise_id=incident.exercise_id,
        )


def _of_task(task: Task, known: Mapping[str, Incident]) -> Iterator[DueClock]:
    if task.awaits_receipt and task.receipt_due_at is not None:
        yield _task_clock(task, known, DueKind.RECEIPT, task.receipt_due_at)
    if task.due_at is not None:
        yield _task_clock(task, known, _KINDS[task.kind], task.due_at)


def _task_clock(task: Task, known: Mapping[str, Incident], kind: DueKind, due_at: datetime) -> DueClock:
    incident = _surviving(task.incident, known)
    return DueClock(
        kind=kind,
        code="" if kind is DueKind.RECEIPT else task.clock,
        name=task.what,
        started_at=task.added_at,
        due_at=due_at,
        incident=task.incident if incident is None else incident.id,
        task=task.id,
        owner=task.owner,
        assigned=() if incident is None else incident.assignment,
        hazard=None if incident is None else incident.hazard,
        severity=None if incident is None else incident.severity,
        exercise=task.exercise,
        exercise_id=task.exercise_id,
    )


def _surviving(incident_id: str, known: Mapping[str, Incident]) -> Incident | None:
    """Return the incident that an incident was merged into, or itself; None where it is not known here."""
    incident = known.get(incident_id)
    for _step in range(_MOST_MERGES):
        if incident is None or not incident.merged_into or incident.merged_into not in known:
            break
        incident = known[incident.merged_into]
    return incident
