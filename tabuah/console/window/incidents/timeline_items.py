"""The timeline of an incident: newest first, with author, device and verdict."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.incidents.incident_history import IncidentHistory
from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import SERVER_ACTOR
from tabuah.operations.incidents.outcomes import EntryOutcome
from tabuah.operations.incidents.timeline_topics import TimelineTopic, topic_of_kind
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.text.alarms.evidence import evidence_summary
from tabuah.text.alarms.titles import alarm_title
from tabuah.text.incidents.timeline import (
    TimelineEvent,
    describe_alarm_origin,
    describe_writing_time,
    outcome_label,
)
from tabuah.text.incidents.timeline_topics import topic_label
from tabuah.text.readings.measurements import time_or_date
from tabuah.widgets.incidents.values import TimelineItem
from tabuah.widgets.values import Choice, Level

_LATER: Final = timedelta(minutes=5)  # if written this long after the event, both times are shown
_LEVELS: Final[dict[EntryOutcome, Level]] = {
    EntryOutcome.CONFLICT: Level.ATTENTION,
    EntryOutcome.HELD: Level.ATTENTION,
    EntryOutcome.DEFERRED: Level.ATTENTION,
    EntryOutcome.REFUSED: Level.HIGH,
    EntryOutcome.DEFERRED_REJECTED: Level.HIGH,
    EntryOutcome.REJECTED: Level.HIGH,
}


def timeline_items(
    history: IncidentHistory | None, snapshot: ConsoleSnapshot, now: datetime
) -> tuple[TimelineItem, ...]:
    """Return all events, newest first; empty until the history is read."""
    events = history.events if history else ()
    return tuple(_item(event, snapshot, now) for event in reversed(events))


def alarm_timeline_item(alarm: Alarm, station: Station | None, rule: AnyRule | None, now: datetime) -> TimelineItem:
    """Return the alarm that the incident was made of, as its first event."""
    message = describe_alarm_origin(alarm.onset_at, rule.name if rule else alarm.rule, now)
    title = alarm_title(alarm, station, rule if isinstance(rule, Rule) else None)
    if evidence := evidence_summary(alarm, rule if isinstance(rule, Rule) else None):
        message = f"{message} · {evidence}"
    return TimelineItem(
        title=title, meta=message, level=LEVEL_OF_ALARM[alarm.severity], topic=_topic_choice(TimelineTopic.ALARMS)
    )


def _item(event: TimelineEvent, snapshot: ConsoleSnapshot, now: datetime) -> TimelineItem:
    parts = [time_or_date(event.at, now), event.actor, snapshot.devices.get(event.device, "")]
    if event.written_at - event.at > _LATER:
        parts.append(describe_writing_time(event.written_at, now))
    parts.append(outcome_label(event.outcome))
    return TimelineItem(
        title=event.text,
        meta=" · ".join(part for part in parts if part),
        level=_LEVELS.get(event.outcome),
        pending=event.outcome is EntryOutcome.PENDING,
        topic=_topic_choice(topic_of_kind(event.kind)),
        person="" if event.actor == SERVER_ACTOR else event.actor,
    )


def _topic_choice(topic: TimelineTopic) -> Choice:
    return Choice(code=topic.value, label=topic_label(topic))
