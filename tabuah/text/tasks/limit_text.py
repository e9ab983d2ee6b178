"""Texts of time limits: their names, how late they are, and whom their escalation asks."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from tabuah.operations.roster.duty import OnDuty
from tabuah.operations.tasks.due_clocks import DueClock, DueKind
from tabuah.operations.tasks.limit_stages import TO_SUPERVISORS, LimitStage, LimitState, escalated_at, step_of
from tabuah.resources.localisation import N_, _, format_age, format_number, format_recent_moment, ngettext
from tabuah.text.roster.roster_text import describe_on_duty
from tabuah.text.tasks.task_text import owner_text

_STAGES: Final[Mapping[str, str]] = {
    LimitStage.RUNNING: N_("Running"),
    LimitStage.NEAR: N_("Near"),
    LimitStage.OVERDUE: N_("Overdue"),
    LimitStage.ESCALATED: N_("Escalated"),
}

_TASK_LIMITS: Final[Mapping[DueKind, str]] = {
    DueKind.RECEIPT: N_("Receipt"),
    DueKind.DISPOSITION: N_("Disposition"),
    DueKind.CALL_BACK: N_("Call-back"),
    DueKind.TASK: N_("Task"),
}


def stage_label(stage: LimitStage) -> str:
    return _(_STAGES[stage])


def limit_name(due: DueClock) -> str:
    """Return the name of a limit: that of its clock, or its task."""
    if due.kind is DueKind.RESPONSE:
        return due.name or _("Arrival on scene")
    return _("Receipt: {what}").format(what=due.name) if due.kind is DueKind.RECEIPT else due.name


def limit_kind_text(due: DueClock) -> str:
    """Return the name of the clock of an incident, or the kind of the task, without words that a person wrote."""
    return limit_name(due) if due.kind is DueKind.RESPONSE else _(_TASK_LIMITS[due.kind])


def limit_time_text(due: DueClock, now: datetime) -> str:
    """Return the time left, or since the end: "in 3 min", "5 min late"."""
    if due.is_overdue(now):
        return _("{age} late").format(age=format_age(due.late_by(now)))
    return _("in {age}").format(age=format_age(due.due_at - now))


def limit_owner_text(due: DueClock) -> str:
    """Return who does a task, or the units and offices of an incident; empty for none."""
    return owner_text(due.owner) if due.owner is not None else ", ".join(due.assigned)


def escalation_text(state: LimitState, on_duty: OnDuty) -> str:
    """Return whom the escalation of a limit asks: "Duty supervisor: Rina Wati (Regu B)"; empty for none."""
    step = step_of(state.step)
    if state.stage is not LimitStage.ESCALATED or step is None:
        return ""
    if step.to == TO_SUPERVISORS:
        return _("All supervisors")
    return _("{office}: {person}").format(office=_("Duty supervisor"), person=describe_on_duty(on_duty))


def escalation_brief(state: LimitState, on_duty: OnDuty) -> str:
    """Return whom the escalation of a limit asks, for a row: "→ Rina Wati"; empty for none."""
    step = step_of(state.step)
    if state.stage is not LimitStage.ESCALATED or step is None:
        return ""
    is_person = step.to != TO_SUPERVISORS and on_duty.person
    return f"→ {on_duty.shown_name if is_person else _('All supervisors')}"


def escalation_fact(state: LimitState, on_duty: OnDuty, now: datetime) -> str:
    """Return whom the escalation of a limit asks, and since when; empty for none."""
    text, since = escalation_text(state, on_duty), escalated_at(state.due.due_at, state.step)
    return f"{text} · {format_recent_moment(since, now)}" if text and since is not None else text


def reminder_title(states: Iterable[LimitState]) -> str:
    """Return how many limits of each stage there are: "2 time limits escalated, 3 overdue"."""
    stages = [state.stage for state in states]
    escalated, overdue, near = (stages.count(s) for s in (LimitStage.ESCALATED, LimitStage.OVERDUE, LimitStage.NEAR))
    texts = (
        ngettext("{n} time limit escalated", "{n} time limits escalated", escalated) if escalated else "",
        ngettext("{n} time limit overdue", "{n} time limits overdue", overdue) if overdue else "",
        ngettext("{n} time limit near", "{n} time limits near", near) if near else "",
    )
    counts = (escalated, overdue, near)
    return ", ".join(text.format(n=format_number(n)) for text, n in zip(texts, counts, strict=True) if text)


def limit_title(state: LimitState, number: str) -> str:
    """Return the sentence about one limit: "Overdue: Arrival on scene · SLK-7K3Q-0012"."""
    name = " · ".join(filter(None, (limit_name(state.due), number)))
    return _("{stage}: {name}").format(stage=stage_label(state.stage), name=name)


def limit_detail(state: LimitState, on_duty: OnDuty, now: datetime) -> str:
    """Return time, owner and escalation of a limit in one line."""
    parts = (limit_time_text(state.due, now), limit_owner_text(state.due), escalation_text(state, on_duty))
    return " · ".join(filter(None, parts))


def limit_counts_text(states: Iterable[LimitState]) -> str:
    """Return the number of limits, and how many are escalated or overdue: "36 time limits · 12 escalated"."""
    stages = [state.stage for state in states]
    escalated, overdue = stages.count(LimitStage.ESCALATED), stages.count(LimitStage.OVERDUE)
    texts = (
        ngettext("{n} time limit", "{n} time limits", len(stages)).format(n=format_number(len(stages))),
        _("{n} escalated").format(n=format_number(escalated)) if escalated else "",
        _("{n} overdue").format(n=format_number(overdue)) if overdue else "",
    )
    return " · ".join(filter(None, texts))
