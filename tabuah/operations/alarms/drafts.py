"""Drafts of alarm entries: raise, clear, acknowledge, shelve, escalate and link."""

from datetime import datetime

import msgspec

from tabuah.operations.alarms import entry_bodies
from tabuah.operations.alarms.alarm import Alarm, alarm_cause
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.alarms.escalation_policy import POLICY_KEY, EscalationPolicy
from tabuah.operations.bounds import clamp
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station


def raise_alarm(alarm_id: str, body: entry_bodies.AlarmRaised, *, exercise: bool, exercise_id: str = "") -> Draft:
    body = clamp(body)  # its title and values are those of a station, which may be older than the bounds
    return _draft(
        alarm_id, "alarm.raised", body, occurred_at=body.onset_at, exercise=exercise, exercise_id=exercise_id
    )


def clear_alarm(
    alarm_id: str, *, cleared_at: datetime, value: float | None, exercise: bool, exercise_id: str = ""
) -> Draft:
    body = clamp(entry_bodies.AlarmCleared(cleared_at=cleared_at, value=value))
    return _draft(
        alarm_id, "alarm.cleared", body, occurred_at=body.cleared_at, exercise=exercise, exercise_id=exercise_id
    )


def end_alarm(alarm: Alarm, *, reason: str, now: datetime) -> Draft:
    """End an alarm whose raiser is gone, as a supervisor.

    Raises:
        NotPossible: it has ended already, or the reason is missing or too long.
    """
    if not alarm.is_active:
        raise NotPossible("alarm_is_over")
    if not 0 < len(reason.strip()) <= entry_bodies.LONGEST_END_REASON:
        raise NotPossible("end_reason_length", n=entry_bodies.LONGEST_END_REASON)
    body = entry_bodies.AlarmCleared(cleared_at=now, reason=reason.strip())
    return _draft_of(alarm, "alarm.cleared", body)


def acknowledge_alarm(alarm: Alarm, *, note: str = "") -> Draft:
    """Acknowledge an alarm.

    Raises:
        NotPossible: it is acknowledged already.
    """
    if alarm.acknowledged_at is not None:
        raise NotPossible("already_acknowledged", name=alarm.acknowledged_by)
    return _draft_of(alarm, "alarm.acknowledged", entry_bodies.AlarmAcknowledged(note=note))


def shelve_alarm(alarm: Alarm, *, until: datetime, reason: str, now: datetime) -> Draft:
    """Shelve an alarm until a time, with a reason.

    Raises:
        NotPossible: the reason is missing, or `until` is past or too far ahead.
    """
    if not reason.strip():
        raise NotPossible("no_shelving_reason")
    if not now < until <= now + entry_bodies.LONGEST_SHELVING:
        hours = int(entry_bodies.LONGEST_SHELVING.total_seconds() // 3600)
        raise NotPossible("shelved_too_long", n=hours)
    body = entry_bodies.AlarmShelved(until=until, reason=reason.strip())
    return _draft_of(alarm, "alarm.shelved", body)


def unshelve_alarm(alarm: Alarm, *, now: datetime) -> Draft:
    """End the shelving of an alarm.

    Raises:
        NotPossible: it is not shelved.
    """
    if not alarm.is_shelved(now):
        raise NotPossible("not_shelved")
    return _draft_of(alarm, "alarm.unshelved", entry_bodies.AlarmUnshelved())


def escalate_alarm(alarm: Alarm, body: entry_bodies.AlarmEscalated) -> Draft:
    return _draft_of(alarm, "alarm.escalated", body)


def write_escalation_policy(policy: EscalationPolicy) -> Draft:
    """Write a new escalation policy."""
    body = encode_body(entry_bodies.EscalationWritten(policy=policy))
    return Draft(subject=subject_of("escalation", POLICY_KEY), kind="escalation.written", body=body)


def link_alarm(alarm: Alarm, incident_id: str) -> Draft:
    """Link an alarm to the incident that was made from it or that it belongs to."""
    return _draft_of(alarm, "alarm.linked", entry_bodies.AlarmLinked(incident=incident_id))


def _draft_of(alarm: Alarm, kind: str, body: msgspec.Struct) -> Draft:
    return _draft(alarm.id, kind, body, exercise=alarm.exercise, exercise_id=alarm.exercise_id)


def _draft(
    alarm_id: str,
    kind: str,
    body: msgspec.Struct,
    *,
    exercise: bool,
    exercise_id: str,
    occurred_at: datetime | None = None,
) -> Draft:
    return Draft(
        subject=subject_of("alarm", alarm_id),
        kind=kind,
        body=encode_body(body),
        occurred_at=occurred_at,
        exercise=exercise,
        exercise_id=exercise_id,
    )


def raised_alarm_body(crossing: Crossing, rule: Rule, station: Station) -> AlarmRaised:
    """Return the body of the entry for a crossing that raises an alarm."""
    parameter = station.parameter(crossing.parameter)
    return AlarmRaised(
        rule=rule.id,
        station=station.code,
        parameter=crossing.parameter,
        severity=rule.severity,
        onset_at=crossing.onset_at,
        value=crossing.value,
        limit=crossing.limit,
        unit=parameter.unit if parameter else "",
        title=station.name,
        hazard=rule.hazard,
        lon_deg=station.lon_deg,
        lat_deg=station.lat_deg,
        cause=alarm_cause(rule, station),
        evidence=crossing.evidence,
        expected=crossing.expected,
    )
