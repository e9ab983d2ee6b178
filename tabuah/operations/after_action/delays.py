"""Delays of incidents: the time between their steps, and the results of the clocks of the profile and of tasks."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from tabuah.operations.codes import FORWARD_STATUSES, Status
from tabuah.operations.incidents.clocks import ClockRule, clock_rules
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.response_times import SpanProblem, step_time
from tabuah.operations.tasks.limit_stages import escalated_at, escalation_step
from tabuah.operations.tasks.task import Task


class LimitResult(StrEnum):
    """Whether a time limit was kept."""

    MET = "met"
    MISSED = "missed"
    RUNNING = "running"
    OVERDUE = "overdue"  # still running, past the limit
    UNKNOWN = "unknown"  # ended without the step, or at an impossible time


class StepDelay(msgspec.Struct, frozen=True, kw_only=True):
    """A step of an incident, and the seconds since the step before that was reached.

    `problem` says why there are none; `at` is None where the step was not reached, or was skipped.
    """

    status: Status
    at: datetime | None = None
    actor: str = ""
    after_s: float | None = None
    problem: SpanProblem | None = None


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """A time limit and its result; `code` names a clock of the profile, `task` is the id of a task.

    `escalated_at` is when it went to the first person of the escalation; None for a limit that did not last so long.
    """

    started_at: datetime
    due_at: datetime
    result: LimitResult
    ended_at: datetime | None = None
    code: str = ""
    name: str = ""
    task: str = ""
    is_receipt: bool = False  # of a disposition
    escalated_at: datetime | None = None


class IncidentDelays(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of an incident with its limits."""

    incident: str
    steps: tuple[StepDelay, ...]
    limits: tuple[Limit, ...]


def incident_delays(incident: Incident, tasks: Iterable[Task], as_of: datetime) -> IncidentDelays:
    own = sorted((task for task in tasks if task.incident == incident.id), key=lambda task: (task.added_at, task.id))
    clocks = (_clock_limit(rule, incident, as_of) for rule in clock_rules() if rule.concerns(incident))
    return IncidentDelays(
        incident=incident.id,
        steps=tuple(_steps(incident, as_of)),
        limits=(*clocks, *(limit for task in own for limit in _task_limits(task, as_of))),
    )


def _steps(incident: Incident, as_of: datetime) -> Iterator[StepDelay]:
    before: datetime | None = None
    for status in FORWARD_STATUSES:
        at = step_time(incident, status)
        actor = incident.reporter if status is Status.REPORTED else incident.status_actors.get(status, "")
        if at is None:
            yield StepDelay(status=status, problem=SpanProblem.MISSING)
            continue
        if before is None:
            yield StepDelay(status=status, at=at, actor=actor)
        elif before <= at <= as_of:
            yield StepDelay(status=status, at=at, actor=actor, after_s=(at - before).total_seconds())
        else:
            yield StepDelay(status=status, at=at, actor=actor, problem=SpanProblem.IMPOSSIBLE)
        before = at


def _clock_limit(rule: ClockRule, incident: Incident, as_of: datetime) -> Limit:
    started_at = incident.reported_at
    reached = [
        at for status in FORWARD_STATUSES if status not in rule.waiting and (at := step_time(incident, status))
    ]
    due_at, ended_at = rule.due_at(started_at), min(reached, default=None)
    result = _result(started_at, due_at, ended_at, as_of, runs=incident.is_open)
    return Limit(
        started_at=started_at,
        due_at=due_at,
        ended_at=ended_at,
        code=rule.code,
        name=rule.name,
        result=result,
        escalated_at=_escalated_at(due_at, ended_at or as_of, result),
    )


def _task_limits(task: Task, as_of: datetime) -> Iterator[Limit]:
    if task.receipt_due_at is not None:
        at = task.receipt.at if task.receipt else None
        result = _result(task.added_at, task.receipt_due_at, at, as_of, runs=task.is_open)
        yield Limit(
            started_at=task.added_at,
            due_at=task.receipt_due_at,
            ended_at=at,
            result=result,
            task=task.id,
            is_receipt=True,
            escalated_at=_escalated_at(task.receipt_due_at, at or as_of, result),
        )
    if task.due_at is not None:
        result = _result(task.added_at, task.due_at, task.ended_at, as_of, runs=task.is_open)
        yield Limit(
            started_at=task.added_at,
            due_at=task.due_at,
            ended_at=task.ended_at,
            result=result,
            code=task.clock,
            task=task.id,
            escalated_at=_escalated_at(task.due_at, task.ended_at or as_of, result),
        )


def _escalated_at(due_at: datetime, until: datetime, result: LimitResult) -> datetime | None:
    """Return when a limit that was overdue until a moment reached the first step of its escalation."""
    if result not in (LimitResult.MISSED, LimitResult.OVERDUE) or not escalation_step(due_at, until):
        return None
    return escalated_at(due_at, 1)


def _result(
    started_at: datetime, due_at: datetime, ended_at: datetime | None, as_of: datetime, *, runs: bool
) -> LimitResult:
    if ended_at is None:
        if not runs:
            return LimitResult.UNKNOWN
        return LimitResult.OVERDUE if as_of > due_at else LimitResult.RUNNING
    if not started_at <= ended_at <= as_of:
        return LimitResult.UNKNOWN
    return LimitResult.MET if ended_at <= due_at else LimitResult.MISSED
