"""What happens to an alarm, as drafts: the machine raises and clears, people acknowledge, shelve and link."""

from datetime import datetime

import msgspec

from tabuah.operations.alarms import bodies
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.escalation_policy import POLICY_KEY, EscalationPolicy
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.errors import NotPossible
from tabuah.resources.catalogue import _


def raise_alarm(alarm_id: str, body: bodies.AlarmRaised, *, exercise: bool) -> Draft:
    """A new episode."""
    return _draft(alarm_id, "alarm.raised", body, occurred_at=body.onset_at, exercise=exercise)


def clear_alarm(alarm_id: str, *, cleared_at: datetime, value: float | None, exercise: bool) -> Draft:
    """The episode is over."""
    body = bodies.AlarmCleared(cleared_at=cleared_at, value=value)
    return _draft(alarm_id, "alarm.cleared", body, occurred_at=cleared_at, exercise=exercise)


def acknowledge_alarm(alarm: Alarm, *, note: str = "") -> Draft:
    """A person has seen it.

    Raises:
        NotPossible: somebody has done so already.
    """
    if alarm.acknowledged_at is not None:
        told = _("This alarm was acknowledged already by {name}.").format(name=alarm.acknowledged_by)
        raise NotPossible("already_acknowledged", told)
    return _draft(alarm.id, "alarm.acknowledged", bodies.AlarmAcknowledged(note=note), exercise=alarm.exercise)


def shelve_alarm(alarm: Alarm, *, until: datetime, reason: str, now: datetime) -> Draft:
    """Keep it quiet until a moment, for a reason; never for ever.

    Raises:
        NotPossible: there is no reason, or the end is past or too far off.
    """
    if not reason.strip():
        raise NotPossible("no_reason", _("Shelving an alarm needs a reason."))
    if not now < until <= now + bodies.LONGEST_SHELVING:
        hours = int(bodies.LONGEST_SHELVING.total_seconds() // 3600)
        raise NotPossible("shelved_too_long", _("An alarm can be shelved for at most {n} hours.").format(n=hours))
    body = bodies.AlarmShelved(until=until, reason=reason.strip())
    return _draft(alarm.id, "alarm.shelved", body, exercise=alarm.exercise)


def unshelve_alarm(alarm: Alarm, *, now: datetime) -> Draft:
    """Let it be heard again before its shelving ends.

    Raises:
        NotPossible: it is not shelved.
    """
    if not alarm.is_shelved(now):
        raise NotPossible("not_shelved", _("This alarm is not shelved."))
    return _draft(alarm.id, "alarm.unshelved", bodies.AlarmUnshelved(), exercise=alarm.exercise)


def escalate_alarm(alarm: Alarm, body: bodies.AlarmEscalated) -> Draft:
    """Nobody has answered: somebody higher is asked."""
    return _draft(alarm.id, "alarm.escalated", body, exercise=alarm.exercise)


def write_escalation(policy: EscalationPolicy) -> Draft:
    """Who is asked after how long, from now on."""
    body = encode_body(bodies.EscalationWritten(policy=policy))
    return Draft(subject=subject_of("escalation", POLICY_KEY), kind="escalation.written", body=body)


def link_alarm(alarm: Alarm, incident_id: str) -> Draft:
    """An incident was made of it, or it belongs to one."""
    return _draft(alarm.id, "alarm.linked", bodies.AlarmLinked(incident=incident_id), exercise=alarm.exercise)


def _draft(
    alarm_id: str, kind: str, body: msgspec.Struct, *, exercise: bool, occurred_at: datetime | None = None
) -> Draft:
    return Draft(
        subject=subject_of("alarm", alarm_id),
        kind=kind,
        body=encode_body(body),
        occurred_at=occurred_at,
        exercise=exercise,
    )
