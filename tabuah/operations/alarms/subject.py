"""The declarations of alarms and of the escalation policy."""

from typing import Final

import msgspec

from tabuah.operations.alarms import entry_bodies as bodies
from tabuah.operations.alarms.alarm import Alarm, fold_alarm
from tabuah.operations.alarms.clear_rights import decide_clearing
from tabuah.operations.alarms.entry_bodies import AlarmCleared, AlarmEscalated, AlarmLinked, AlarmRaised, AlarmShelved
from tabuah.operations.alarms.escalation_policy import POLICY_KEY, EscalationPolicy
from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, rejected
from tabuah.operations.people.roles import CONTROL_ROOM, SERVER_ONLY, SETUP, SUPERVISORS, WORKERS
from tabuah.operations.policy.policy import PROVENANCE_VERSION, STRICT_VERSION
from tabuah.operations.record_decisions import decide_change, decide_version
from tabuah.operations.subject_type import UUID_KEY, DecisionContext, EntryKind, SubjectType

MAX_LINKS: Final = 100  # incidents of one alarm


def decide_alarm(alarm: Alarm | None, entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    if isinstance(body, AlarmRaised):
        return rejected("already_raised") if alarm else ACCEPT
    if alarm is None:
        return rejected("unknown_subject")
    if isinstance(body, AlarmEscalated):
        return _decide_escalation(alarm, body)
    if context.decide_version < STRICT_VERSION:
        return ACCEPT
    if isinstance(body, AlarmCleared):
        return decide_clearing(entry, body, context)
    if isinstance(body, AlarmShelved) and body.until - entry.at > bodies.LONGEST_SHELVING:
        return rejected("shelving_too_long")
    if isinstance(body, AlarmLinked) and _has_all_links(alarm, context):
        return rejected("too_many_links")
    return ACCEPT


def _has_all_links(alarm: Alarm, context: DecisionContext) -> bool:
    return context.decide_version >= PROVENANCE_VERSION and len(alarm.incidents) >= MAX_LINKS


def _decide_escalation(alarm: Alarm, body: AlarmEscalated) -> Decision:
    """Accept each step once, whichever server is first, and only while the alarm is unanswered."""
    if alarm.acknowledged_at is not None or not alarm.is_active:
        return rejected("no_longer_waiting")
    return rejected("already_escalated") if body.step <= alarm.escalated else ACCEPT


def decide_escalation_policy(
    policy: EscalationPolicy | None, entry: Entry, body: msgspec.Struct, _context: DecisionContext
) -> Decision:
    if isinstance(body, bodies.EscalationWritten):
        return decide_version(entry, POLICY_KEY)
    return decide_change(policy)


def fold_escalation_policy(
    policy: EscalationPolicy | None, _entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> EscalationPolicy | None:
    return body.policy if isinstance(body, bodies.EscalationWritten) else policy


ALARM: Final = SubjectType(
    name="alarm",
    state=Alarm,
    key=UUID_KEY,
    kinds=(
        EntryKind(name="alarm.raised", body=bodies.AlarmRaised, writers=WORKERS | SERVER_ONLY, creates=True),
        EntryKind(name="alarm.cleared", body=bodies.AlarmCleared, writers=WORKERS | SERVER_ONLY),
        EntryKind(name="alarm.acknowledged", body=bodies.AlarmAcknowledged, writers=CONTROL_ROOM),
        EntryKind(name="alarm.shelved", body=bodies.AlarmShelved, writers=CONTROL_ROOM),
        EntryKind(name="alarm.unshelved", body=bodies.AlarmUnshelved, writers=CONTROL_ROOM),
        EntryKind(name="alarm.linked", body=bodies.AlarmLinked, writers=CONTROL_ROOM),
        EntryKind(name="alarm.escalated", body=bodies.AlarmEscalated, writers=SERVER_ONLY),
    ),
    decide=decide_alarm,
    fold=fold_alarm,
)

# There is always a policy: the default one until the first is written.
ESCALATION: Final = SubjectType(
    name="escalation",
    state=EscalationPolicy,
    kinds=(EntryKind(name="escalation.written", body=bodies.EscalationWritten, writers=SETUP | SUPERVISORS),),
    decide=decide_escalation_policy,
    fold=fold_escalation_policy,
)
