"""What happened, told by the states before and after a step: for the marks over a time line and jumps along it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Severity
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.replay.story import Step, Story
from tabuah.operations.subjects import SubjectState


class Deed(StrEnum):
    """What kind of thing happened."""

    RAISED = "raised"
    CLEARED = "cleared"
    ESCALATED = "escalated"
    REPORTED = "reported"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened, and how grave what it happened to is."""

    at: datetime
    subject: str
    deed: Deed
    severity: AlarmSeverity
    title: str


_AS_ALARM: Final = {
    Severity.CATASTROPHIC: AlarmSeverity.CRITICAL,
    Severity.SEVERE: AlarmSeverity.HIGH,
    Severity.MODERATE: AlarmSeverity.ATTENTION,
    Severity.MINOR: AlarmSeverity.NORMAL,
}


def happenings_of(story: Story) -> tuple[Happening, ...]:
    """Everything that happened, in order; what no map shows, such as an acknowledgement, is left out."""
    return tuple(found for step, before in story.changes() if (found := _happening(step, before)) is not None)


def worth_a_stop(happenings: Iterable[Happening]) -> tuple[datetime, ...]:
    """The moments that a jump along the time line stops at: what began or ended, not every edit."""
    moments = {each.at for each in happenings if each.deed is not Deed.CHANGED}
    return tuple(sorted(moments))


def _happening(step: Step, before: SubjectState) -> Happening | None:
    value, was = step.state.value, before.value
    if isinstance(value, Alarm):
        return _of_alarm(step, value, was if isinstance(was, Alarm) else None)
    if isinstance(value, Incident):
        return _of_incident(step, value, was if isinstance(was, Incident) else None)
    return None


def _of_alarm(step: Step, alarm: Alarm, was: Alarm | None) -> Happening | None:
    deed = Deed.RAISED if alarm.is_active else Deed.CLEARED
    if was is not None and was.is_active == alarm.is_active:
        if alarm.escalated <= was.escalated:
            return None
        deed = Deed.ESCALATED
    return Happening(at=step.at, subject=step.subject, deed=deed, severity=alarm.severity, title=alarm.title)


def _of_incident(step: Step, incident: Incident, was: Incident | None) -> Happening:
    deed = Deed.REPORTED if was is None else Deed.MOVED if was.status != incident.status else Deed.CHANGED
    severity = _AS_ALARM[incident.severity]
    return Happening(at=step.at, subject=step.subject, deed=deed, severity=severity, title=incident.title)
