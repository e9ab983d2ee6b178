"""Escalation: the alarms that were unanswered for too long. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.alarm_groups import group_alarms, quieted_alarms
from tabuah.operations.alarms.entry_bodies import AlarmEscalated
from tabuah.operations.alarms.escalation_policy import EscalationPolicy
from tabuah.operations.stations.station import Station


class DueEscalation(NamedTuple):
    """An escalation step that is due, with its alarm."""

    alarm: Alarm
    body: AlarmEscalated


def unanswered_since(alarm: Alarm, now: datetime) -> datetime | None:
    """Return the time since which the alarm is unanswered; None if answered, cleared or shelved.

    The time counts from when the alarm was raised, not from its onset, because readings may
    arrive late. After shelving it starts again.
    """
    if alarm.acknowledged_at is not None or not alarm.is_active or alarm.is_shelved(now):
        return None
    return max(alarm.raised_at, alarm.shelved_until or alarm.raised_at)


def due_escalations(
    alarms: Iterable[Alarm], stations: Mapping[str, Station], policy: EscalationPolicy, now: datetime
) -> list[DueEscalation]:
    """Return the steps that are due now; steps already in the journal are not repeated.

    Only one alarm of each group is escalated: the most severe, then the longest unanswered.
    In a storm a supervisor gets one request instead of hundreds.
    """
    waiting = [alarm for alarm in alarms if unanswered_since(alarm, now) is not None]
    quieted = quieted_alarms(waiting)
    groups = group_alarms((alarm for alarm in waiting if alarm.id not in quieted), stations)
    return [due for group in groups for due in _due(_speaker(group.alarms, now), policy, now)]


def _speaker(alarms: Iterable[Alarm], now: datetime) -> Alarm:
    return min(alarms, key=lambda alarm: (alarm.severity.rank, unanswered_since(alarm, now), alarm.id))


def _due(alarm: Alarm, policy: EscalationPolicy, now: datetime) -> Iterator[DueEscalation]:
    since = unanswered_since(alarm, now)
    assert since is not None
    for number, step in enumerate(policy.steps_of(alarm.severity), start=1):
        if number > alarm.escalated and now - since >= timedelta(seconds=step.after_s):
            waited_s = (now - since).total_seconds()
            yield DueEscalation(alarm, AlarmEscalated(step=number, to=step.to, role=step.role, waited_s=waited_s))
