"""Stages of time limits: running, near, overdue, escalated. Computed from the profile and the time, never written."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.duty import OnDuty
from tabuah.operations.tasks.due_clocks import DueClock, running_limits
from tabuah.operations.tasks.task import Task
from tabuah.resources.regency import current_regency
from tabuah.resources.reminder_settings import LimitStep

SHORT_LIMIT: Final = timedelta(days=1)  # a longer one is work of an office, not of minutes
TO_SUPERVISORS: Final = "supervisors"


class LimitStage(StrEnum):
    """How urgent a limit is, the least first."""

    RUNNING = "running"
    NEAR = "near"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


class LimitState(msgspec.Struct, frozen=True, kw_only=True):
    """A limit with its stage; `step` is the number of the escalation step that is reached, 0 for none."""

    due: DueClock
    stage: LimitStage
    step: int = 0

    @property
    def key(self) -> str:
        """Identify the limit, its end and its stage; each is announced once."""
        return f"{self.due.key}@{int(self.due.due_at.timestamp())}/{self.stage.value}{self.step or ''}"

    @property
    def is_short(self) -> bool:
        return self.due.due_at - self.due.started_at < SHORT_LIMIT


def limit_states(incidents: Iterable[Incident], tasks: Iterable[Task], now: datetime) -> tuple[LimitState, ...]:
    """Return all running limits with their stages, the first due first; all worlds, each marked."""
    return tuple(state_of(due, now) for due in running_limits(incidents, tasks, now))


def state_of(due: DueClock, now: datetime) -> LimitState:
    """Return a limit with its stage at a moment."""
    if step := escalation_step(due.due_at, now):
        return LimitState(due=due, stage=LimitStage.ESCALATED, step=step)
    if due.is_overdue(now):
        return LimitState(due=due, stage=LimitStage.OVERDUE)
    return LimitState(due=due, stage=LimitStage.NEAR if near_from(due) <= now else LimitStage.RUNNING)


def near_from(due: DueClock) -> datetime:
    """Return when a limit is near: a share of it before its end, at most some minutes; at its end for none."""
    times = current_regency().limit_reminders
    share = (due.due_at - due.started_at) * times.near_percent / 100
    return due.due_at - max(min(share, timedelta(minutes=times.near_min)), timedelta())


def escalation_step(due_at: datetime, now: datetime) -> int:
    """Return the number of the last escalation step that a limit has reached; 0 for none."""
    return sum(
        due_at + timedelta(minutes=step.after_min) <= now for step in current_regency().limit_reminders.escalation
    )


def step_of(number: int) -> LimitStep | None:
    """Return an escalation step by its number, from 1; None for 0, or a step that the profile does not have."""
    steps = current_regency().limit_reminders.escalation
    return steps[number - 1] if 0 < number <= len(steps) else None


def escalated_at(due_at: datetime, number: int) -> datetime | None:
    """Return when a limit reaches an escalation step; None for one that the profile does not have."""
    step = step_of(number)
    return due_at + timedelta(minutes=step.after_min) if step is not None else None


def is_asked(state: LimitState, *, actor: str, role: Role, on_duty: OnDuty) -> bool:
    """Return whether the escalation of a limit asks a person: the supervisor on duty, or every supervisor.

    Without a supervisor on duty, every supervisor is asked.
    """
    step = step_of(state.step)
    if state.stage is not LimitStage.ESCALATED or step is None:
        return False
    if step.to == TO_SUPERVISORS or not on_duty.person:
        return role is Role.SUPERVISOR
    return actor == on_duty.person
