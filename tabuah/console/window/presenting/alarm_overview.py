"""The window of the alarms as values: groups with their members, what is kept quiet, and work on stations."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from tabuah.console.alarm_words import storm_words, why_word
from tabuah.console.maintenance_words import standing_word
from tabuah.console.window.presenting.alarm_items import asked_in, asked_words, is_answered
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.grouping import AlarmGroup, tell_group_size
from tabuah.operations.alarms.link_telling import link_reason
from tabuah.operations.alarms.suppressing import Suppressed, suppressed
from tabuah.operations.alarms.titles import alarm_title, severity_word
from tabuah.operations.maintenance.window import MaintenanceWindow, Standing
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment, format_time
from tabuah.widgets.alarms.values import AlarmLine, GroupLine
from tabuah.widgets.values import Level

_LEVEL_OF_STANDING: Final = {
    Standing.OVERDUE: Level.ATTENTION,
    Standing.RUNNING: Level.INFORMATION,
    Standing.PLANNED: Level.NO_DATA,
    Standing.OVER: Level.NORMAL,
}
_MOST_OVER: Final = 20  # windows that are over are kept in sight for a while


def group_lines(groups: Iterable[AlarmGroup], snapshot: RoomSnapshot, now: datetime) -> tuple[GroupLine, ...]:
    """The groups as the strip has them, each with its alarms, the worst first."""
    return tuple(_group_line(group, snapshot, now) for group in groups)


def quiet_lines(snapshot: RoomSnapshot, now: datetime) -> tuple[AlarmLine, ...]:
    """Everything that is kept quiet, and why."""
    found = suppressed(snapshot.alarms.values(), snapshot.maintenance.values(), now)
    return tuple(_quiet_line(f"{n}", each, snapshot) for n, each in enumerate(found))


def work_lines(snapshot: RoomSnapshot, heard_at: Mapping[str, datetime], now: datetime) -> tuple[AlarmLine, ...]:
    """Work on stations: overdue, running, planned, and the newest of what is over."""
    order = list(_LEVEL_OF_STANDING)
    found = [(window.standing(now, heard_at), window) for window in snapshot.maintenance.values()]
    found.sort(key=lambda pair: (order.index(pair[0]), -pair[1].since.timestamp()))
    over = [pair for pair in found if pair[0] is Standing.OVER][:_MOST_OVER]
    shown = [pair for pair in found if pair[0] is not Standing.OVER] + over
    return tuple(_work_line(standing, window, snapshot, heard_at) for standing, window in shown)


def _group_line(group: AlarmGroup, snapshot: RoomSnapshot, now: datetime) -> GroupLine:
    lead, asked = group.lead, asked_in(group)
    size = "" if group.stations <= 1 else tell_group_size(group)
    told = [asked_words(asked, now, snapshot.role)] if asked else []
    about = [severity_word(lead.severity), *told, link_reason(lead), storm_words(group) or size]
    line = AlarmLine(
        id=lead.id,
        level=LEVEL_OF_ALARM[lead.severity],
        text=_title(lead, snapshot),
        about=" · ".join(part for part in about if part),
        at=_("since {time}").format(time=format_time(lead.onset_at)),
        author=_("acknowledged") if is_answered(group) else "",
    )
    members = tuple(_member_line(alarm, snapshot) for alarm in group.alarms)
    return GroupLine(line=line, members=members, acknowledged=is_answered(group))


def _member_line(alarm: Alarm, snapshot: RoomSnapshot) -> AlarmLine:
    over = _("over since {time}").format(time=format_time(alarm.cleared_at)) if alarm.cleared_at else ""
    return AlarmLine(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        text=_title(alarm, snapshot),
        about=" · ".join(part for part in (severity_word(alarm.severity), link_reason(alarm), over) if part),
        at=_("since {time}").format(time=format_time(alarm.onset_at)),
        author=alarm.acknowledged_by,
    )


def _quiet_line(line_id: str, each: Suppressed, snapshot: RoomSnapshot) -> AlarmLine:
    alarm, by = snapshot.alarms.get(each.alarm), snapshot.alarms.get(each.by)
    until = _("until {time}").format(time=format_moment(each.until)) if each.until else ""
    speaks = _title(by, snapshot) if by else each.reason
    return AlarmLine(
        id=line_id,
        level=LEVEL_OF_ALARM[alarm.severity] if alarm else Level.NO_DATA,
        text=_title(alarm, snapshot) if alarm else _station(each.station, snapshot),
        about=" · ".join(part for part in (why_word(each.why), speaks) if part),
        at=until,
    )


def _work_line(
    standing: Standing, window: MaintenanceWindow, snapshot: RoomSnapshot, heard_at: Mapping[str, datetime]
) -> AlarmLine:
    stations = window.missing(heard_at) if standing is Standing.OVERDUE else window.stations
    span = f"{format_moment(window.since)} – {format_moment(window.over_at)}"
    return AlarmLine(
        id=window.id,
        level=_LEVEL_OF_STANDING[standing],
        text=", ".join(_station(code, snapshot) for code in stations),
        about=" · ".join((standing_word(standing), window.reason)),
        at=span,
        author=window.planned_by,
    )


def _title(alarm: Alarm, snapshot: RoomSnapshot) -> str:
    return alarm_title(alarm, snapshot.stations.get(alarm.station), snapshot.rules.get(alarm.rule))


def _station(code: str, snapshot: RoomSnapshot) -> str:
    station = snapshot.stations.get(code)
    return f"{station.name} ({code})" if station else code
