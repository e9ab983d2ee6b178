"""Rows and cards of time limits and holidays, from values."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.roster.duty import OnDuty
from tabuah.operations.tasks.limit_stages import LimitStage, LimitState
from tabuah.resources.localisation import _, format_day, format_moment
from tabuah.resources.regency_profile import Holiday
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.tasks.limit_text import (
    escalation_brief,
    escalation_fact,
    limit_name,
    limit_owner_text,
    limit_time_text,
    stage_label,
)
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.controls.record_dialog import RecordCard
from tabuah.widgets.values import FactItem, Level

LEVEL_OF_STAGE: Final = {
    LimitStage.RUNNING: Level.INFORMATION,
    LimitStage.NEAR: Level.ATTENTION,
    LimitStage.OVERDUE: Level.HIGH,
    LimitStage.ESCALATED: Level.CRITICAL,
}


def find_limits(states: Iterable[LimitState], words: str, snapshot: ConsoleSnapshot) -> list[LimitState]:
    """Return the limits that have all words in their name, owner, incident or stage."""
    wanted = words.casefold().split()
    return [each for each in states if all(word in _words_of(each, snapshot) for word in wanted)]


def limit_line(state: LimitState, snapshot: ConsoleSnapshot, on_duty: OnDuty, now: datetime) -> LevelLine:
    """Return the row of a limit."""
    marks = (escalation_brief(state, on_duty), exercise_mark(state.due, snapshot.exercises))
    return LevelLine(
        id=state.due.key,
        level=LEVEL_OF_STAGE[state.stage],
        text=limit_name(state.due),
        about=" · ".join(filter(None, (_incident_text(state, snapshot), limit_owner_text(state.due)))),
        at=limit_time_text(state.due, now),
        author=" · ".join(filter(None, marks)),
    )


def limit_card(
    state: LimitState, snapshot: ConsoleSnapshot, on_duty: OnDuty, now: datetime, reasons: Mapping[str, str]
) -> RecordCard:
    """Return the card of a limit; `reasons` says why acts are not available."""
    due, level = state.due, LEVEL_OF_STAGE[state.stage]
    facts = (
        (_("Incident"), _incident_text(state, snapshot), None),
        (_("Hazard"), code_label(due.hazard) if due.hazard else "", None),
        (_("Done by"), limit_owner_text(due), None),
        (_("Started"), format_moment(due.started_at), None),
        (_("Due"), format_moment(due.due_at), None),
        (_("State"), f"{stage_label(state.stage)} · {limit_time_text(due, now)}", level),
        (_("Escalated to"), escalation_fact(state, on_duty, now), level),
    )
    return RecordCard(
        id=due.key,
        title=limit_name(due),
        notice=exercise_mark(due, snapshot.exercises),
        facts=tuple(FactItem(label=label, value=value, level=at) for label, value, at in facts if value),
        reasons=reasons,
    )


def holiday_line(holiday: Holiday, today: date) -> LevelLine:
    """Return the row of a holiday; one in the past is grey."""
    level = Level.NO_DATA if holiday.date < today else Level.INFORMATION
    return LevelLine(id=holiday.date.isoformat(), level=level, text=holiday.name, about=format_day(holiday.date))


def holiday_card(holiday: Holiday, reasons: Mapping[str, str]) -> RecordCard:
    """Return the card of a holiday, which is changed at the server."""
    changes = "tabuah server holiday add · remove · import"
    facts = ((_("Day"), format_day(holiday.date)), (_("Changed at the server"), changes))
    return RecordCard(
        id=holiday.date.isoformat(),
        title=holiday.name,
        facts=tuple(FactItem(label=label, value=value) for label, value in facts),
        reasons=reasons,
    )


def _incident_text(state: LimitState, snapshot: ConsoleSnapshot) -> str:
    incident = snapshot.incidents.get(state.due.incident)
    return f"{incident.number} · {incident.title}" if incident is not None else "–"


def _words_of(state: LimitState, snapshot: ConsoleSnapshot) -> str:
    texts = (
        limit_name(state.due),
        limit_owner_text(state.due),
        _incident_text(state, snapshot),
        stage_label(state.stage),
    )
    return " ".join(texts).casefold()
