"""Items of the alarm strip, worst first, and rows of the alarm list: groups, suppressed alarms, maintenance."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.latest_readings import LatestReadings
from tabuah.operations.alarms.alarm import Alarm, Escalation, is_silence_alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup, alarm_urgency, group_alarms
from tabuah.operations.alarms.suppression import SuppressedItem, SuppressionCause, find_suppressed
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.window import MaintenanceState, MaintenanceWindow
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.rule import Accumulation, RateOfChange, Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import format_recent_moment
from tabuah.text.alarms import alarm_status
from tabuah.text.alarms.evidence import evidence_summary, link_reason
from tabuah.text.alarms.titles import alarm_marks, alarm_title, severity_label
from tabuah.text.faulty_items import cannot_be_displayed
from tabuah.text.maintenance.maintenance_status import describe_maintenance_state
from tabuah.text.readings.measurements import data_age_text, describe_trend
from tabuah.widgets.alarms.values import AlarmLine, GroupLine, SuppressedLine
from tabuah.widgets.values import AlarmItem, Level

_FRESH: Final = timedelta(minutes=30)
_DERIVED: Final = (Accumulation, RateOfChange)  # conditions whose alarms hold a result of several readings


def groups_in_strip(
    alarms: Iterable[Alarm], stations: Mapping[str, Station], now: datetime, *, worked_on: Container[str] = ()
) -> tuple[AlarmGroup, ...]:
    """Return the groups for the strip.

    Unacknowledged first, then real ones, then worst first; none `worked_on`.
    """
    shown = [alarm for alarm in alarms if alarm.demands_attention(now) and alarm.station not in worked_on]
    groups = group_alarms(shown, stations)
    return tuple(
        sorted(groups, key=lambda group: (is_acknowledged(group), group.lead.exercise, alarm_urgency(group.lead)))
    )


def is_acknowledged(group: AlarmGroup) -> bool:
    """Return whether all alarms of a group are acknowledged."""
    return all(alarm.acknowledged_at is not None for alarm in group.alarms)


def alarm_item(
    group: AlarmGroup,
    *,
    station: Station | None,
    rule: Rule | None,
    incident: Incident | None,
    latest: LatestReadings,
    recent: Sequence[Reading],
    now: datetime,
    role: Role = Role.VIEWER,
) -> AlarmItem:
    """Return a group as the strip shows it, by its worst alarm and with the newest value."""
    alarm, escalation = with_newest_value(group.lead, rule, latest, now), newest_escalation(group)
    return AlarmItem(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        word=severity_label(alarm.severity),
        title=alarm_title(alarm, station, rule),
        details=_details(group, station, latest, recent, now),
        acknowledged=is_acknowledged(group),
        incident=incident.number if incident else "",
        escalated=alarm_status.describe_escalation(escalation, now, role) if escalation else "",
        escalated_short=f"→ {alarm_status.escalation_contact_name(escalation.to)}" if escalation else "",
        escalation_step=escalation.step if escalation else 0,
        exercise=alarm.exercise,
    )


def faulty_alarm_item(group: AlarmGroup) -> AlarmItem:
    """Return the item of an alarm that cannot be displayed; it can still be acknowledged."""
    alarm = group.lead
    return AlarmItem(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        word=severity_label(alarm.severity),
        title=cannot_be_displayed(alarm.station or alarm.rule),
        acknowledged=is_acknowledged(group),
        exercise=alarm.exercise,
    )


def newest_escalation(group: AlarmGroup) -> Escalation | None:
    """Return the newest escalation of a group that is still unacknowledged; None if there is none."""
    waiting = [a for a in group.alarms if a.escalations and a.is_active and a.acknowledged_at is None]
    return max(
        (a.escalations[-1] for a in waiting), key=lambda escalation: (escalation.step, escalation.at), default=None
    )


def with_newest_value(alarm: Alarm, rule: Rule | None, latest: LatestReadings, now: datetime) -> Alarm:
    """Return the alarm with the newest value instead of the first one, if that value is fresh.

    The value of some alarms is no reading: a sum, a change, or a comparison. It stays.
    """
    reading = latest.get((alarm.station, alarm.parameter))
    is_derived = alarm.evidence or (rule is not None and isinstance(rule.condition, _DERIVED))
    if reading is None or is_derived or is_silence_alarm(alarm) or not alarm.is_active or now - reading.at > _FRESH:
        return alarm
    return msgspec.structs.replace(alarm, value=reading.value)


def _details(
    group: AlarmGroup, station: Station | None, latest: LatestReadings, recent: Sequence[Reading], now: datetime
) -> tuple[str, ...]:
    alarm = group.lead
    reading = latest.get((alarm.station, alarm.parameter))
    parts = [
        evidence_summary(alarm),
        describe_trend(alarm.parameter, alarm.unit, recent, now) if alarm.is_active else "",
        data_age_text(reading.at, now) if reading and not is_silence_alarm(alarm) else "",
        alarm_status.describe_alarm_state(alarm, now),
        station.name if station else alarm.station,
        alarm_status.describe_other_alarms(group),
    ]
    return tuple(part for part in parts if part)


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
    lead, escalation = group.lead, newest_escalation(group)
    size = "" if group.stations <= 1 else alarm_status.describe_group_size(group)
    about = (
        *alarm_marks(lead),
        alarm_status.describe_escalation(escalation, now, snapshot.role) if escalation else "",
        _place(lead, snapshot) if group.stations <= 1 else "",
        link_reason(lead),
        alarm_status.describe_alarm_count(len(group.alarms)) if len(group.alarms) > 1 else "",
        alarm_status.describe_storm(group) or size,
    )
    line = AlarmLine(
        id=lead.id,
        level=LEVEL_OF_ALARM[lead.severity],
        text=_title(lead, snapshot, latest, now),
        about=" · ".join(part for part in about if part),
        at=alarm_status.describe_onset(lead, now),
        author=alarm_status.acknowledged_label() if is_acknowledged(group) else "",
    )
    return GroupLine(
        line=line,
        members=tuple(_member_line(alarm, snapshot, latest, now) for alarm in group.alarms),
        acknowledged=is_acknowledged(group),
        incident=_incident(group, snapshot),
    )


def _member_line(alarm: Alarm, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime) -> AlarmLine:
    about = (
        *alarm_marks(alarm),
        _place(alarm, snapshot),
        link_reason(alarm),
        alarm_status.describe_clearing(alarm, now),
        _age(alarm, snapshot, latest, now),
    )
    return AlarmLine(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        text=_title(alarm, snapshot, latest, now),
        about=" · ".join(part for part in about if part),
        at=alarm_status.describe_onset(alarm, now),
        author=alarm.acknowledged_by,
    )


def _suppressed_line(
    each: SuppressedItem, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime
) -> SuppressedLine:
    alarm, by = snapshot.alarms.get(each.alarm), snapshot.alarms.get(each.by)
    speaks = _title(by, snapshot, latest, now) if by else each.reason
    marks = (*alarm_marks(alarm), _place(alarm, snapshot)) if alarm else ()
    line = AlarmLine(
        id=" ".join((each.why.value, each.station, each.alarm, each.by)),
        level=LEVEL_OF_ALARM[alarm.severity] if alarm else Level.NO_DATA,
        text=_title(alarm, snapshot, latest, now) if alarm else _station(each.station, snapshot),
        about=" · ".join(
            part for part in (*marks, alarm_status.describe_suppression_reason(each.why), speaks) if part
        ),
        at=alarm_status.describe_suppression_end(each.until, now),
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


def _place(alarm: Alarm, snapshot: ConsoleSnapshot) -> str:
    """Name the gauge if the title names only the river."""
    station = snapshot.stations.get(alarm.station)
    return station.name if station and station.river else ""


def _age(alarm: Alarm, snapshot: ConsoleSnapshot, latest: LatestReadings, now: datetime) -> str:
    """Return the age of the value in the title, if it is newer than the first one."""
    if with_newest_value(alarm, snapshot.rules.get(alarm.rule), latest, now) is alarm:
        return ""
    return data_age_text(latest[alarm.station, alarm.parameter].at, now)


def _incident(group: AlarmGroup, snapshot: ConsoleSnapshot) -> str:
    """Return the number of the incident that was made of the group."""
    linked = (snapshot.incidents.get(key) for alarm in group.alarms for key in alarm.incidents)
    return next((incident.number for incident in linked if incident is not None), "")


def _station(code: str, snapshot: ConsoleSnapshot) -> str:
    station = snapshot.stations.get(code)
    return f"{station.name} ({code})" if station else code
