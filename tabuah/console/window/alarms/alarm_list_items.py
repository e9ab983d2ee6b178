"""Rows of the alarm list: groups with their alarms, suppressed alarms, and maintenance of stations."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from tabuah.console.window.alarms.alarm_items import (
    describe_escalation,
    is_acknowledged,
    newest_escalation,
    with_newest_value,
)
from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.latest_readings import LatestReadings
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup
from tabuah.operations.alarms.suppression import SuppressedItem, SuppressionCause, find_suppressed
from tabuah.operations.maintenance.window import MaintenanceState, MaintenanceWindow
from tabuah.resources.localisation import _, format_recent_moment, ngettext
from tabuah.text.alarms.alarm_groups import describe_group_size, describe_storm, describe_suppression_reason
from tabuah.text.alarms.evidence import link_reason
from tabuah.text.alarms.titles import alarm_title, severity_label
from tabuah.text.maintenance.maintenance_status import describe_maintenance_state
from tabuah.text.readings.ages import data_age_text
from tabuah.widgets.alarms.values import AlarmLine, GroupLine, SuppressedLine
from tabuah.widgets.values import Level

_LEVEL_OF_STANDING: Final = {
    MaintenanceState.OVERDUE: Level.ATTENTION,
    MaintenanceState.RUNNING: Level.INFORMATION,
    MaintenanceState.PLANNED: Level.NO_DATA,
    MaintenanceState.OVER: Level.NORMAL,
}
_MAX_FINISHED: Final = 20  # finished windows stay in the list for a while


def group_lines(
    groups: Iterable[AlarmGroup], snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime
) -> tuple[GroupLine, ...]:
    """Return the groups of the strip, each with its alarms, worst first and with the newest values."""
    return tuple(_group_line(group, snapshot, latest, now) for group in groups)


def suppressed_lines(snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime) -> tuple[SuppressedLine, ...]:
    """Return all suppressed or shelved alarms with the reason."""
    found = find_suppressed(snapshot.alarms.values(), snapshot.maintenance.values(), now)
    return tuple(_suppressed_line(each, snapshot, latest, now) for each in found)


def work_lines(snapshot: ConsoleSnapshot, heard_at: Mapping[str, datetime], now: datetime) -> tuple[AlarmLine, ...]:
    """Return the maintenance windows: overdue, running, planned, and the newest finished ones."""
    order = list(_LEVEL_OF_STANDING)
    found = [(window.state_at(now, heard_at), window) for window in snapshot.maintenance.values()]
    found.sort(key=lambda pair: (order.index(pair[0]), -pair[1].since.timestamp()))
    over = [pair for pair in found if pair[0] is MaintenanceState.OVER][:_MAX_FINISHED]
    shown = [pair for pair in found if pair[0] is not MaintenanceState.OVER] + over
    return tuple(_work_line(standing, window, snapshot, heard_at, now) for standing, window in shown)


def _group_line(group: AlarmGroup, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime) -> GroupLine:
    lead, asked = group.lead, newest_escalation(group)
    size = "" if group.stations <= 1 else describe_group_size(group)
    about = (
        *_marks(lead),
        describe_escalation(asked, now, snapshot.role) if asked else "",
        _place(lead, snapshot) if group.stations <= 1 else "",
        link_reason(lead),
        _count(group),
        describe_storm(group) or size,
    )
    line = AlarmLine(
        id=lead.id,
        level=LEVEL_OF_ALARM[lead.severity],
        text=_title(lead, snapshot, latest, now),
        about=" · ".join(part for part in about if part),
        at=_("since {time}").format(time=format_recent_moment(lead.onset_at, now)),
        author=_("acknowledged") if is_acknowledged(group) else "",
    )
    return GroupLine(
        line=line,
        members=tuple(_member_line(alarm, snapshot, latest, now) for alarm in group.alarms),
        acknowledged=is_acknowledged(group),
        incident=_incident(group, snapshot),
    )


def _member_line(alarm: Alarm, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime) -> AlarmLine:
    over = (
        _("cleared since {time}").format(time=format_recent_moment(alarm.cleared_at, now)) if alarm.cleared_at else ""
    )
    about = (*_marks(alarm), _place(alarm, snapshot), link_reason(alarm), over, _age(alarm, snapshot, latest, now))
    return AlarmLine(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        text=_title(alarm, snapshot, latest, now),
        about=" · ".join(part for part in about if part),
        at=_("since {time}").format(time=format_recent_moment(alarm.onset_at, now)),
        author=alarm.acknowledged_by,
    )


def _suppressed_line(
    each: SuppressedItem, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime
) -> SuppressedLine:
    alarm, by = snapshot.alarms.get(each.alarm), snapshot.alarms.get(each.by)
    speaks = _title(by, snapshot, latest, now) if by else each.reason
    marks = (*_marks(alarm), _place(alarm, snapshot)) if alarm else ()
    line = AlarmLine(
        id=" ".join((each.why.value, each.station, each.alarm, each.by)),
        level=LEVEL_OF_ALARM[alarm.severity] if alarm else Level.NO_DATA,
        text=_title(alarm, snapshot, latest, now) if alarm else _station(each.station, snapshot),
        about=" · ".join(part for part in (*marks, describe_suppression_reason(each.why), speaks) if part),
        at=_("until {time}").format(time=format_recent_moment(each.until, now)) if each.until else "",
        author=each.by if each.why is SuppressionCause.SHELVED else "",
    )
    return SuppressedLine(line=line, alarm=each.alarm, is_shelved=each.why is SuppressionCause.SHELVED)


def _work_line(
    standing: MaintenanceState,
    window: MaintenanceWindow,
    snapshot: ConsoleSnapshot,
    heard_at: Mapping[str, datetime],
    now: datetime,
) -> AlarmLine:
    stations = window.silent_stations(heard_at) if standing is MaintenanceState.OVERDUE else window.stations
    span = f"{format_recent_moment(window.since, now, zone=False)} – {format_recent_moment(window.over_at, now)}"
    return AlarmLine(
        id=window.id,
        level=_LEVEL_OF_STANDING[standing],
        text=", ".join(_station(code, snapshot) for code in stations),
        about=" · ".join((describe_maintenance_state(standing), window.reason)),
        at=span,
        author=window.planned_by,
    )


def _title(alarm: Alarm, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime) -> str:
    rule = snapshot.rules.get(alarm.rule)
    return alarm_title(with_newest_value(alarm, rule, latest, now), snapshot.stations.get(alarm.station), rule)


def _marks(alarm: Alarm) -> tuple[str, ...]:
    """Return marks that colour alone must not carry: exercise and level."""
    return (_("Simulation") if alarm.exercise else "", severity_label(alarm.severity))


def _place(alarm: Alarm, snapshot: ConsoleSnapshot) -> str:
    """Name the gauge if the title names only the river."""
    station = snapshot.stations.get(alarm.station)
    return station.name if station and station.river else ""


def _age(alarm: Alarm, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime) -> str:
    """Return the age of the value in the title, if it is newer than the first one."""
    if with_newest_value(alarm, snapshot.rules.get(alarm.rule), latest, now) is alarm:
        return ""
    return data_age_text(latest[alarm.station, alarm.parameter].at, now)


def _count(group: AlarmGroup) -> str:
    many = len(group.alarms)
    return ngettext("{n} alarm", "{n} alarms", many).format(n=many) if many > 1 else ""


def _incident(group: AlarmGroup, snapshot: ConsoleSnapshot) -> str:
    """Return the number of the incident that was made of the group."""
    linked = (snapshot.incidents.get(key) for alarm in group.alarms for key in alarm.incidents)
    return next((incident.number for incident in linked if incident is not None), "")


def _station(code: str, snapshot: ConsoleSnapshot) -> str:
    station = snapshot.stations.get(code)
    return f"{station.name} ({code})" if station else code
