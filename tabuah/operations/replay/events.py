"""Replay events, found by comparing states: marks on the time line and targets for jumps."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Severity
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.replay.state_history import StateHistory, StateStep
from tabuah.operations.subject_state import SubjectState


class ReplayEventKind(StrEnum):
    """Kind of a replay event."""

    RAISED = "raised"
    CLEARED = "cleared"
    ESCALATED = "escalated"
    REPORTED = "reported"
    MOVED = "moved"
    CHANGED = "changed"


class ReplayEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event and the severity of its subject."""

    at: datetime
    subject: str
    kind: ReplayEventKind
    severity: AlarmSeverity
    title: str


_AS_ALARM: Final = {
    Severity.CATASTROPHIC: AlarmSeverity.CRITICAL,
    Severity.SEVERE: AlarmSeverity.HIGH,
    Severity.MODERATE: AlarmSeverity.ATTENTION,
    Severity.MINOR: AlarmSeverity.NORMAL,
}


def replay_events(story: StateHistory) -> tuple[ReplayEvent, ...]:
    """Return all events in order; changes that no map shows, such as an acknowledgement, are left out."""
    return tuple(found for step, before in story.changes() if (found := _happening(step, before)) is not None)


def stop_times(happenings: Iterable[ReplayEvent]) -> tuple[datetime, ...]:
    """Return the times that a jump along the time line stops at: starts and ends, not every edit."""
    moments = {each.at for each in happenings if each.kind is not ReplayEventKind.CHANGED}
    return tuple(sorted(moments))


def _happening(step: StateStep, before: SubjectState) -> ReplayEvent | None:
    value, was = step.state.value, before.value
    if isinstance(value, Alarm):
        return _of_alarm(step, value, was if isinstance(was, Alarm) else None)
    if isinstance(value, Incident):
        return _of_incident(step, value, was if isinstance(was, Incident) else None)
    return None


def _of_alarm(step: StateStep, alarm: Alarm, was: Alarm | None) -> ReplayEvent | None:
    kind = ReplayEventKind.RAISED if alarm.is_active else ReplayEventKind.CLEARED
    if was is not None and was.is_active == alarm.is_active:
        if alarm.escalated <= was.escalated:
            return None
        kind = ReplayEventKind.ESCALATED
    return ReplayEvent(at=step.at, subject=step.subject, kind=kind, severity=alarm.severity, title=alarm.title)


def _of_incident(step: StateStep, incident: Incident, was: Incident | None) -> ReplayEvent:
    kind = (
        ReplayEventKind.REPORTED
        if was is None
        else ReplayEventKind.MOVED
        if was.status != incident.status
        else ReplayEventKind.CHANGED
    )
    severity = _AS_ALARM[incident.severity]
    return ReplayEvent(at=step.at, subject=step.subject, kind=kind, severity=severity, title=incident.title)
