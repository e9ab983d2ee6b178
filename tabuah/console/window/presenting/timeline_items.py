"""The timeline in words: newest first, who wrote it where, and what the server thinks of it."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.history import IncidentHistory
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.titles import alarm_title
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.timeline import TimelineEvent
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _
from tabuah.resources.formats import WIB, format_moment, format_time
from tabuah.widgets.values import Level, TimelineItem

_LATER: Final = timedelta(minutes=5)  # written so long after it happened that both times are told
_LEVELS: Final[dict[Verdict, Level]] = {
    Verdict.CONFLICT: Level.ATTENTION,
    Verdict.HELD: Level.ATTENTION,
    Verdict.REJECTED: Level.HIGH,
}


def timeline_items(
    history: IncidentHistory | None, snapshot: RoomSnapshot, now: datetime
) -> tuple[TimelineItem, ...]:
    """All events, newest first; empty while the history is being read."""
    events = history.events if history else ()
    return tuple(_item(event, snapshot, now) for event in reversed(events))


def alarm_item(alarm: Alarm, station: Station | None, rule: Rule | None, now: datetime) -> TimelineItem:
    """The alarm that an incident came from: where its story begins."""
    told = _("{time} · rule {rule}").format(time=when(alarm.onset_at, now), rule=rule.name if rule else alarm.rule)
    return TimelineItem(title=alarm_title(alarm, station, rule), meta=told, level=LEVEL_OF_ALARM[alarm.severity])


def when(moment: datetime, now: datetime) -> str:
    """The time of today, date and time of another day (both in WIB)."""
    same_day = moment.astimezone(WIB).date() == now.astimezone(WIB).date()
    return format_time(moment) if same_day else format_moment(moment)


def _item(event: TimelineEvent, snapshot: RoomSnapshot, now: datetime) -> TimelineItem:
    parts = [when(event.at, now), event.actor, snapshot.devices.get(event.device, "")]
    if event.written_at - event.at > _LATER:
        parts.append(_("written {time}").format(time=when(event.written_at, now)))
    level = None
    if event.verdict is not None and event.verdict in _LEVELS:
        level = _LEVELS[event.verdict]
        parts.append(_verdict_words(event.verdict))
    return TimelineItem(
        title=event.text,
        meta=" · ".join(part for part in parts if part),
        level=level,
        pending=event.verdict is None,
    )


def _verdict_words(verdict: Verdict) -> str:
    words = {
        Verdict.CONFLICT: _("conflict"),
        Verdict.HELD: _("waits for a supervisor"),
        Verdict.REJECTED: _("refused by the server"),
    }
    return words.get(verdict, "")
