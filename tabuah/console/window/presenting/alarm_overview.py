"""The window of the alarms as values: groups with their members, what is kept quiet, and work on stations."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from tabuah.console.alarm_words import storm_words, why_word
from tabuah.console.maintenance_words import standing_word
from tabuah.console.window.presenting.alarm_items import asked_in, asked_words, is_answered, present_value
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.console.window.presenting.station_marks import Latest, age_words
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.grouping import AlarmGroup, tell_group_size
from tabuah.operations.alarms.link_telling import link_reason
from tabuah.operations.alarms.suppressing import Suppressed, Why, suppressed
from tabuah.operations.alarms.titles import alarm_title, severity_word
from tabuah.operations.maintenance.window import MaintenanceWindow, Standing
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_near
from tabuah.widgets.alarms.values import AlarmLine, GroupLine, QuietLine
from tabuah.widgets.values import Level

_LEVEL_OF_STANDING: Final = {
    Standing.OVERDUE: Level.ATTENTION,
    Standing.RUNNING: Level.INFORMATION,
    Standing.PLANNED: Level.NO_DATA,
    Standing.OVER: Level.NORMAL,
}
_MOST_OVER: Final = 20  # windows that are over are kept in sight for a while


def group_lines(
    groups: Iterable[AlarmGroup], snapshot: RoomSnapshot, latest: Latest, now: datetime
) -> tuple[GroupLine, ...]:
    """The groups as the strip has them, each with its alarms, the worst first; values are the newest ones."""
    return tuple(_group_line(group, snapshot, latest, now) for group in groups)


def quiet_lines(snapshot: RoomSnapshot, latest: Latest, now: datetime) -> tuple[QuietLine, ...]:
    """Everything that is kept quiet, and why."""
    found = suppressed(snapshot.alarms.values(), snapshot.maintenance.values(), now)
    return tuple(_quiet_line(each, snapshot, latest, now) for each in found)


def work_lines(snapshot: RoomSnapshot, heard_at: Mapping[str, datetime], now: datetime) -> tuple[AlarmLine, ...]:
    """Work on stations: overdue, running, planned, and the newest of what is over."""
    order = list(_LEVEL_OF_STANDING)
    found = [(window.standing(now, heard_at), window) for window in snapshot.maintenance.values()]
    found.sort(key=lambda pair: (order.index(pair[0]), -pair[1].since.timestamp()))
    over = [pair for pair in found if pair[0] is Standing.OVER][:_MOST_OVER]
    shown = [pair for pair in found if pair[0] is not Standing.OVER] + over
    return tuple(_work_line(standing, window, snapshot, heard_at, now) for standing, window in shown)


def _group_line(group: AlarmGroup, snapshot: RoomSnapshot, latest: Latest, now: datetime) -> GroupLine:
    lead, asked = group.lead, asked_in(group)
    size = "" if group.stations <= 1 else tell_group_size(group)
    about = (
        *_marks(lead),
        asked_words(asked, now, snapshot.role) if asked else "",
        _place(lead, snapshot) if group.stations <= 1 else "",
        link_reason(lead),
        _count(group),
        storm_words(group) or size,
    )
    line = AlarmLine(
        id=lead.id,
        level=LEVEL_OF_ALARM[lead.severity],
        text=_title(lead, snapshot, latest, now),
        about=" · ".join(part for part in about if part),
        at=_("since {time}").format(time=format_near(lead.onset_at, now)),
        author=_("acknowledged") if is_answered(group) else "",
    )
    return GroupLine(
        line=line,
        members=tuple(_member_line(alarm, snapshot, latest, now) for alarm in group.alarms),
        acknowledged=is_answered(group),
        incident=_incident(group, snapshot),
    )


def _member_line(alarm: Alarm, snapshot: RoomSnapshot, latest: Latest, now: datetime) -> AlarmLine:
    over = _("over since {time}").format(time=format_near(alarm.cleared_at, now)) if alarm.cleared_at else ""
    about = (*_marks(alarm), _place(alarm, snapshot), link_reason(alarm), over, _age(alarm, snapshot, latest, now))
    return AlarmLine(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        text=_title(alarm, snapshot, latest, now),
        about=" · ".join(part for part in about if part),
        at=_("since {time}").format(time=format_near(alarm.onset_at, now)),
        author=alarm.acknowledged_by,
    )


def _quiet_line(each: Suppressed, snapshot: RoomSnapshot, latest: Latest, now: datetime) -> QuietLine:
    alarm, by = snapshot.alarms.get(each.alarm), snapshot.alarms.get(each.by)
    speaks = _title(by, snapshot, latest, now) if by else each.reason
    marks = (*_marks(alarm), _place(alarm, snapshot)) if alarm else ()
    line = AlarmLine(
        id=" ".join((each.why.value, each.station, each.alarm, each.by)),
        level=LEVEL_OF_ALARM[alarm.severity] if alarm else Level.NO_DATA,
        text=_title(alarm, snapshot, latest, now) if alarm else _station(each.station, snapshot),
        about=" · ".join(part for part in (*marks, why_word(each.why), speaks) if part),
        at=_("until {time}").format(time=format_near(each.until, now)) if each.until else "",
        author=each.by if each.why is Why.SHELVED else "",
    )
    return QuietLine(line=line, alarm=each.alarm, is_shelved=each.why is Why.SHELVED)


def _work_line(
    standing: Standing,
    window: MaintenanceWindow,
    snapshot: RoomSnapshot,
    heard_at: Mapping[str, datetime],
    now: datetime,
) -> AlarmLine:
    stations = window.missing(heard_at) if standing is Standing.OVERDUE else window.stations
    span = f"{format_near(window.since, now, zone=False)} – {format_near(window.over_at, now)}"
    return AlarmLine(
        id=window.id,
        level=_LEVEL_OF_STANDING[standing],
        text=", ".join(_station(code, snapshot) for code in stations),
        about=" · ".join((standing_word(standing), window.reason)),
        at=span,
        author=window.planned_by,
    )


def _title(alarm: Alarm, snapshot: RoomSnapshot, latest: Latest, now: datetime) -> str:
    rule = snapshot.rules.get(alarm.rule)
    return alarm_title(present_value(alarm, rule, latest, now), snapshot.stations.get(alarm.station), rule)


def _marks(alarm: Alarm) -> tuple[str, ...]:
    """What must never be told by the colour alone: a drill, and the level."""
    return (_("Simulation") if alarm.exercise else "", severity_word(alarm.severity))


def _place(alarm: Alarm, snapshot: RoomSnapshot) -> str:
    """Which of its gauges, where the title names the river; else the title has said it."""
    station = snapshot.stations.get(alarm.station)
    return station.name if station and station.river else ""


def _age(alarm: Alarm, snapshot: RoomSnapshot, latest: Latest, now: datetime) -> str:
    """How old the value in the title is, where that is a newer one than it was raised with."""
    if present_value(alarm, snapshot.rules.get(alarm.rule), latest, now) is alarm:
        return ""
    return age_words(latest[alarm.station, alarm.parameter].at, now)


def _count(group: AlarmGroup) -> str:
    many = len(group.alarms)
    return ngettext("{n} alarm", "{n} alarms", many).format(n=many) if many > 1 else ""


def _incident(group: AlarmGroup, snapshot: RoomSnapshot) -> str:
    """The number of the incident that was made of it."""
    linked = (snapshot.incidents.get(key) for alarm in group.alarms for key in alarm.incidents)
    return next((incident.number for incident in linked if incident is not None), "")


def _station(code: str, snapshot: RoomSnapshot) -> str:
    station = snapshot.stations.get(code)
    return f"{station.name} ({code})" if station else code
