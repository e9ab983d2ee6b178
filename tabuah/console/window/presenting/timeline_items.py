"""The timeline in words: newest first, who wrote it where, and what the server thinks of it."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.history import IncidentHistory
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.titles import alarm_title
from tabuah.operations.incidents.timeline import Outcome, TimelineEvent
from tabuah.operations.rules.either import AnyRule
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _
from tabuah.resources.formats import WIB, format_moment, format_time
from tabuah.widgets.values import Level, TimelineItem

_LATER: Final = timedelta(minutes=5)  # written so long after it happened that both times are told
_LEVELS: Final[dict[Outcome, Level]] = {
    Outcome.CONFLICT: Level.ATTENTION,
    Outcome.HELD: Level.ATTENTION,
    Outcome.WAITS: Level.ATTENTION,
    Outcome.REFUSED: Level.HIGH,
    Outcome.IN_VAIN: Level.HIGH,
    Outcome.REJECTED: Level.HIGH,
}


def timeline_items(
    history: IncidentHistory | None, snapshot: RoomSnapshot, now: datetime
) -> tuple[TimelineItem, ...]:
    """All events, newest first; empty while the history is being read."""
    events = history.events if history else ()
    return tuple(_item(event, snapshot, now) for event in reversed(events))


def alarm_item(alarm: Alarm, station: Station | None, rule: AnyRule | None, now: datetime) -> TimelineItem:
    """The alarm that an incident came from: where its story begins."""
    told = _("{time} · rule {rule}").format(time=when(alarm.onset_at, now), rule=rule.name if rule else alarm.rule)
    title = alarm_title(alarm, station, rule if isinstance(rule, Rule) else None)
    return TimelineItem(title=title, meta=told, level=LEVEL_OF_ALARM[alarm.severity])


def when(moment: datetime, now: datetime) -> str:
    """The time of today, date and time of another day (both in WIB)."""
    same_day = moment.astimezone(WIB).date() == now.astimezone(WIB).date()
    return format_time(moment) if same_day else format_moment(moment)


def _item(event: TimelineEvent, snapshot: RoomSnapshot, now: datetime) -> TimelineItem:
    parts = [when(event.at, now), event.actor, snapshot.devices.get(event.device, "")]
    if event.written_at - event.at > _LATER:
        parts.append(_("written {time}").format(time=when(event.written_at, now)))
    parts.append(_outcome_words(event.outcome))
    return TimelineItem(
        title=event.text,
        meta=" · ".join(part for part in parts if part),
        level=_LEVELS.get(event.outcome),
        pending=event.outcome is Outcome.PENDING,
    )


def _outcome_words(outcome: Outcome) -> str:
    words = {
        Outcome.CONFLICT: _("conflict"),
        Outcome.HELD: _("held: waits for a supervisor"),
        Outcome.RELEASED: _("released by a supervisor"),
        Outcome.REFUSED: _("refused by a supervisor"),
        Outcome.WAITS: _("waits for what it rests on"),
        Outcome.CAME: _("waited for what it rests on"),
        Outcome.IN_VAIN: _("waited in vain: rejected by the rules"),
        Outcome.REJECTED: _("rejected by the rules"),
    }
    return words.get(outcome, "")
