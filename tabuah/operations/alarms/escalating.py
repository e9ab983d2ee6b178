"""Which alarms have waited so long for an answer that somebody higher must be asked. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.bodies import AlarmEscalated
from tabuah.operations.alarms.escalation_policy import EscalationPolicy
from tabuah.operations.alarms.grouping import group_alarms, quieted_alarms
from tabuah.operations.stations.station import Station


class DueEscalation(NamedTuple):
    """A step that is due, and the alarm that has waited."""

    alarm: Alarm
    body: AlarmEscalated


def waiting_since(alarm: Alarm, now: datetime) -> datetime | None:
    """Since when it waits for an answer; None while it does not: answered, over, or shelved.

    It waits from when it was raised, not from its onset: late readings are nobody's delay. After a shelving it waits
    anew.
    """
    if alarm.acknowledged_at is not None or not alarm.is_active or alarm.is_shelved(now):
        return None
    return max(alarm.raised_at, alarm.shelved_until or alarm.raised_at)


def due_escalations(
    alarms: Iterable[Alarm], stations: Mapping[str, Station], policy: EscalationPolicy, now: datetime
) -> list[DueEscalation]:
    """The steps that are due now, each once: what the journal has already is not due again.

    Of a group only the worst alarm that waits, and of those the one that waits longest, speaks for all: in a storm a
    supervisor is asked once and not three hundred times.
    """
    waiting = [alarm for alarm in alarms if waiting_since(alarm, now) is not None]
    quieted = quieted_alarms(waiting)
    groups = group_alarms((alarm for alarm in waiting if alarm.id not in quieted), stations)
    return [due for group in groups for due in _due(_speaker(group.alarms, now), policy, now)]


def _speaker(alarms: Iterable[Alarm], now: datetime) -> Alarm:
    return min(alarms, key=lambda alarm: (alarm.severity.rank, waiting_since(alarm, now), alarm.id))


def _due(alarm: Alarm, policy: EscalationPolicy, now: datetime) -> Iterator[DueEscalation]:
    since = waiting_since(alarm, now)
    assert since is not None
    for number, step in enumerate(policy.steps_of(alarm.severity), start=1):
        if number > alarm.escalated and now - since >= timedelta(seconds=step.after_s):
            waited_s = (now - since).total_seconds()
            yield DueEscalation(alarm, AlarmEscalated(step=number, to=step.to, role=step.role, waited_s=waited_s))
