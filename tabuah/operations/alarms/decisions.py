"""Decision on alarm entries."""

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.entry_bodies import AlarmEscalated, AlarmRaised
from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.subject_type import Author


def decide_alarm(alarm: Alarm | None, _entry: Entry, body: msgspec.Struct, _author: Author) -> Decision:
    if isinstance(body, AlarmRaised):
        return rejected("already_raised") if alarm else ACCEPT
    if alarm is None:
        return rejected("unknown_subject")
    return _decide_escalation(alarm, body) if isinstance(body, AlarmEscalated) else ACCEPT


def _decide_escalation(alarm: Alarm, body: AlarmEscalated) -> Decision:
    """Accept each step once, whichever server is first, and only while the alarm is unanswered."""
    if alarm.acknowledged_at is not None or not alarm.is_active:
        return rejected("no_longer_waiting")
    return rejected("already_escalated") if body.step <= alarm.escalated else ACCEPT
