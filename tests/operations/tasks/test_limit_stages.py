"""Stages of limits: near, overdue and escalated by the profile, and who is asked."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.judged_journal import key_of
from support.regencies import regency_in_use

from tabuah.operations.people.roles import Role
from tabuah.operations.regency.profile_checks import check_profile
from tabuah.operations.roster.duty import DutyBasis, OnDuty
from tabuah.operations.tasks.due_clocks import DueClock, DueKind
from tabuah.operations.tasks.limit_stages import (
    LimitStage,
    LimitState,
    escalated_at,
    escalation_step,
    is_asked,
    limit_states,
    near_from,
    state_of,
)
from tabuah.operations.tasks.task import OwnerKind, Task, TaskKind, TaskOwner
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import RegencyProfile
from tabuah.resources.reminder_settings import LimitReminderSettings, LimitStep

NOW = datetime(2026, 12, 3, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOBODY = OnDuty(basis=DutyBasis.NOBODY)
RINA = OnDuty(basis=DutyBasis.PLANNED, person="rina")


def limit_of(minutes: int, *, left: float = 0) -> DueClock:
    """Return a limit of some minutes with some left."""
    due_at = NOW + left * MINUTE
    started_at = due_at - minutes * MINUTE
    return DueClock(
        kind=DueKind.RESPONSE, code="arrival", name="", started_at=started_at, due_at=due_at, incident="i"
    )


def profile_with(**changes: object) -> RegencyProfile:
    return msgspec.structs.replace(shipped_regency(), limit_reminders=LimitReminderSettings(**changes))


@pytest.mark.parametrize(
    ("left", "stage", "step"),
    [
        (3.1, LimitStage.RUNNING, 0),
        (3, LimitStage.NEAR, 0),
        (0, LimitStage.NEAR, 0),
        (-0.1, LimitStage.OVERDUE, 0),
        (-14.9, LimitStage.OVERDUE, 0),
        (-15, LimitStage.ESCALATED, 1),
        (-59, LimitStage.ESCALATED, 1),
        (-60, LimitStage.ESCALATED, 2),
        (-9_000, LimitStage.ESCALATED, 2),
    ],
)
def test_limit_of_fifteen_minutes_has_its_stage(left: float, stage: LimitStage, step: int):
    state = state_of(limit_of(15, left=left), NOW)
    assert (state.stage, state.step, state.is_short) == (stage, step, True)


def test_long_limit_is_near_one_day_before_its_end():
    limit = limit_of(60 * 24 * 60)
    assert limit.due_at - near_from(limit) == timedelta(days=1)
    assert not state_of(limit, NOW).is_short


def test_profile_without_steps_and_share_reminds_only_at_the_end():
    with regency_in_use(profile_with(near_percent=0, escalation=())):
        stages = {left: state_of(limit_of(15, left=left), NOW).stage for left in (1, -1, -9_000)}
    assert stages == {1: LimitStage.RUNNING, -1: LimitStage.OVERDUE, -9_000: LimitStage.OVERDUE}


def test_key_differs_by_stage_step_and_end():
    limit = limit_of(15, left=-15)
    moved = msgspec.structs.replace(limit, due_at=limit.due_at - MINUTE)
    states = [
        LimitState(due=limit, stage=LimitStage.OVERDUE),
        LimitState(due=moved, stage=LimitStage.OVERDUE),
        LimitState(due=limit, stage=LimitStage.ESCALATED, step=1),
        LimitState(due=limit, stage=LimitStage.ESCALATED, step=2),
    ]
    assert len({state.key for state in states}) == 4


def test_limits_of_tasks_have_stages_in_the_order_of_their_ends():
    tasks = [
        Task(
            id=key_of(number),
            incident=key_of(1),
            kind=TaskKind.CALL_BACK,
            what="kabari",
            owner=TaskOwner(kind=OwnerKind.OPD, name="BPBD"),
            added_by="ani",
            added_at=NOW - 60 * MINUTE,
            changed_at=NOW,
            due_at=NOW + left * MINUTE,
        )
        for number, left in enumerate((30, 1, -1, -20), start=2)
    ]
    assert [state.stage.value for state in limit_states([], tasks, NOW)] == [
        "escalated",
        "overdue",
        "near",
        "running",
    ]


@pytest.mark.parametrize(
    ("step", "on_duty", "actor", "role", "asked"),
    [
        (1, RINA, "rina", Role.SUPERVISOR, True),
        (1, RINA, "yusuf", Role.SUPERVISOR, False),
        (1, RINA, "ani", Role.OPERATOR, False),
        (1, NOBODY, "yusuf", Role.SUPERVISOR, True),
        (1, NOBODY, "ani", Role.OPERATOR, False),
        (2, RINA, "yusuf", Role.SUPERVISOR, True),
        (2, RINA, "ani", Role.OPERATOR, False),
        (0, RINA, "rina", Role.SUPERVISOR, False),
        (9, RINA, "rina", Role.SUPERVISOR, False),  # the profile has lost this step
    ],
)
def test_escalation_asks_the_person_of_its_step(step: int, on_duty: OnDuty, actor: str, role: Role, asked: bool):
    stage = LimitStage.ESCALATED if step else LimitStage.OVERDUE
    state = LimitState(due=limit_of(15), stage=stage, step=step)
    assert is_asked(state, actor=actor, role=role, on_duty=on_duty) is asked


@given(st.lists(st.integers(1, 43_200), max_size=5, unique=True).map(sorted), st.integers(-50_000, 50_000))
def test_step_is_the_last_one_whose_time_has_come(waits: list[int], late_min: int):
    due_at = NOW - late_min * MINUTE
    with regency_in_use(profile_with(escalation=tuple(LimitStep(after_min=wait) for wait in waits))):
        step = escalation_step(due_at, NOW)
        moments = [escalated_at(due_at, number) for number in range(1, len(waits) + 1)]
    assert [moment is not None and moment <= NOW for moment in moments] == [n < step for n in range(len(waits))]


def test_steps_out_of_order_are_found():
    steps = (LimitStep(after_min=30), LimitStep(after_min=30, to="supervisors"))
    (finding,) = check_profile(profile_with(escalation=steps))
    assert (finding.key, finding.value) == ("limit_reminders.escalation", "30, 30")
