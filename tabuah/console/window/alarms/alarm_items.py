"""Items of the alarm strip, worst first, and rows of the alarm list: groups, suppressed alarms, maintenance."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec

from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.alarms.alarm import Alarm, Escalation, is_silence_alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup, alarm_urgency, group_alarms
from tabuah.operations.alarms.incident_links import open_incidents_of, unlinked_alarms
from tabuah.operations.alarms.measured_values import main_quantity, measured_at, part_quantity
from tabuah.operations.alarms.suppression import SuppressedItem, SuppressionCause, find_suppressed
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.maintenance.window import MaintenanceState, MaintenanceWindow
from tabuah.operations.notices.acknowledgement import NoticeAcknowledgement, acknowledgements_by_alarm
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.crossings import EvidenceItem
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import format_recent_moment
from tabuah.text.alarms import alarm_status
from tabuah.text.alarms.evidence import evidence_summary, link_reason
from tabuah.text.alarms.then_and_now import FRESH, Present, elidable_names, then_and_now
from tabuah.text.alarms.titles import alarm_marks, alarm_title, elidable_name, severity_label
from tabuah.text.exercises.exercise_text import exercise_mark, mark_text
from tabuah.text.faulty_items import cannot_be_displayed
from tabuah.text.maintenance.maintenance_status import describe_maintenance_state
from tabuah.text.notices.confirmations import describe_confirmations
from tabuah.text.readings.measurements import describe_trend
from tabuah.widgets.alarms.values import AlarmItem, AlarmLine, GroupLine, SuppressedLine
from tabuah.widgets.values import Level

Notices = Mapping[str, Sequence[NoticeAcknowledgement]]  # by alarm
NO_STATIONS: Final[Mapping[str, Station]] = MappingProxyType({})
NO_EXERCISES: Final[Mapping[str, Exercise]] = MappingProxyType({})


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


def worst_first(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Return alarms in the order of a message: the most severe first, then the newest first."""
    return sorted(alarms, key=alarm_urgency)


def is_acknowledged(group: AlarmGroup) -> bool:
    """Return whether all alarms of a group are acknowledged."""
    return all(alarm.acknowledged_at is not None for alarm in group.alarms)


def alarm_item(
    group: AlarmGroup,
    *,
    station: Station | None,
    rule: Rule | None,
    incident: Incident | None,
    incident_reason: str = "",
    present: Present,
    recent: Sequence[Reading],
    now: datetime,
    stations: Mapping[str, Station] = NO_STATIONS,
    role: Role = Role.VIEWER,
    pending_s: int = 0,
    exercises: Mapping[str, Exercise] = NO_EXERCISES,
) -> AlarmItem:
    """Return a group as the strip shows it, by its worst alarm; the value in the title is present or dated."""
    alarm, escalation = group.lead, newest_escalation(group)
    return AlarmItem(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        word=severity_label(alarm.severity),
        title=present_title(alarm, station, rule, present, now),
        details=_details(group, station, rule, stations, present, recent, now),
        names=_names(alarm, station, rule, stations),
        acknowledged=is_acknowledged(group),
        incident=incident.number if incident else "",
        incident_reason=incident_reason,
        escalated=alarm_status.describe_escalation(escalation, now, role) if escalation else "",
        escalated_short=f"→ {escalation.person_on_duty or alarm_status.escalation_contact_name(escalation.to)}"
        if escalation
        else "",
        escalation_step=escalation.step if escalation else 0,
        exercise=exercise_mark(alarm, exercises),
        unacknowledged=sum(each.acknowledged_at is None for each in group.alarms),
        pending_s=pending_s,
    )


def faulty_alarm_item(group: AlarmGroup, exercises: Mapping[str, Exercise] = NO_EXERCISES) -> AlarmItem:
    """Return the item of an alarm that cannot be displayed; it can still be acknowledged."""
    alarm = group.lead
    return AlarmItem(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        word=severity_label(alarm.severity),
        title=cannot_be_displayed(alarm.station or alarm.rule),
        acknowledged=is_acknowledged(group),
        exercise=exercise_mark(alarm, exercises),
    )


def incident_reason(group: AlarmGroup, snapshot: ConsoleSnapshot) -> str:
    """Return why no incident can be made of a group: all its alarms belong to one that is open."""
    if unlinked_alarms(group.alarms, snapshot.incidents):
        return ""
    linked = open_incidents_of(group.alarms, snapshot.incidents)
    return alarm_status.linked_alarm_reason(linked[0].number if linked else "")


def newest_escalation(group: AlarmGroup) -> Escalation | None:
    """Return the newest escalation of a group that is still unacknowledged; None if there is none."""
    waiting = [a for a in group.alarms if a.escalations and a.is_active and a.acknowledged_at is None]
    return max(
        (a.escalations[-1] for a in waiting), key=lambda escalation: (escalation.step, escalation.at), default=None
    )


def with_newest_value(alarm: Alarm, rule: Rule | None, present: Present, now: datetime) -> Alarm:
    """Return the alarm with the present value instead of the one at raising, if it is fresh; else the alarm itself.

    Where a station was compared with its neighbours, their values are the present ones, too.
    """
    quantity = main_quantity(alarm, rule)
    shows_value = alarm.is_active and alarm.value is not None and not is_silence_alarm(alarm) and not alarm.expected
    found = present(quantity) if quantity is not None and shows_value else None
    if found is None or now - found.at > FRESH or not found.is_whole:
        return alarm
    evidence = tuple(_present_finding(each, rule, present, now) for each in alarm.evidence)
    return msgspec.structs.replace(alarm, value=found.value, evidence=evidence)


def _present_finding(finding: EvidenceItem, rule: Rule | None, present: Present, now: datetime) -> EvidenceItem:
    """Return a neighbour with its present value; without one if that is unknown."""
    found = present(part_quantity(finding, rule))
    value = found.value if found is not None and now - found.at <= FRESH else None
    return msgspec.structs.replace(finding, value=None if finding.value is None else value)


def present_title(alarm: Alarm, station: Station | None, rule: Rule | None, present: Present, now: datetime) -> str:
    """Return the title with the present value; where it is unknown, with the value at raising and its time."""
    shown = with_newest_value(alarm, rule, present, now)
    if shown is not alarm or alarm.value is None:
        return alarm_title(shown, station, rule)
    when = format_recent_moment(measured_at(alarm, rule), now, zone=False)
    return alarm_title(alarm, station, rule, value_time=when)


def _details(
    group: AlarmGroup,
    station: Station | None,
    rule: Rule | None,
    stations: Mapping[str, Station],
    present: Present,
    recent: Sequence[Reading],
    now: datetime,
) -> tuple[str, ...]:
    alarm = group.lead
    parts = [
        *then_and_now(alarm, rule, stations, present, now),
        evidence_summary(alarm, rule) if alarm.value is not None or not alarm.evidence else "",
        describe_trend(alarm.parameter, alarm.unit, recent, now) if _has_trend(alarm, rule) else "",
        alarm_status.describe_alarm_state(alarm, now),
        station.name if station else alarm.station,
        alarm_status.describe_other_alarms(group),
    ]
    return tuple(part for part in parts if part)


def _has_trend(alarm: Alarm, rule: Rule | None) -> bool:
    """Return whether the trend of the station's own readings is about the value in the title."""
    quantity = main_quantity(alarm, rule)
    return alarm.is_active and alarm.value is not None and quantity is not None and not quantity.is_derived


def _names(
    alarm: Alarm, station: Station | None, rule: Rule | None, stations: Mapping[str, Station]
) -> tuple[str, ...]:
    names = (
        elidable_name(alarm, station, rule),
        *elidable_names(alarm, rule, stations),
        station.name if station else "",
    )
    return tuple(name for name in names if name)


_LEVEL_OF_STANDING: Final = {
    MaintenanceState.OVERDUE: Level.ATTENTION,
    MaintenanceState.RUNNING: Level.INFORMATION,
    MaintenanceState.PLANNED: Level.NO_DATA,
    MaintenanceState.OVER: Level.NORMAL,
}
_MAX_FINISHED: Final = 20  # finished windows stay in the list for a while


def group_lines(
    groups: Iterable[AlarmGroup], snapshot: ConsoleSnapshot, present: Present, now: datetime
) -> tuple[GroupLine, ...]:
    """Return the groups of the strip, each with its alarms, worst first and with the newest values."""
    notices = acknowledgements_by_alarm(snapshot.notices.values())
    return tuple(_group_line(group, snapshot, notices, present, now) for group in groups)


def suppressed_lines(snapshot: ConsoleSnapshot, present: Present, now: datetime) -> tuple[SuppressedLine, ...]:
    """Return all suppressed or shelved alarms with the reason."""
    found = find_suppressed(snapshot.alarms.values(), snapshot.maintenance.values(), now)
    return tuple(_suppressed_line(each, snapshot, present, now) for each in found)


def work_lines(snapshot: ConsoleSnapshot, heard_at: Mapping[str, datetime], now: datetime) -> tuple[AlarmLine, ...]:
    """Return the maintenance windows: overdue, running, planned, and the newest finished ones."""
    order = list(_LEVEL_OF_STANDING)
    found = [(window.state_at(now, heard_at), window) for window in snapshot.maintenance.values()]
    found.sort(key=lambda pair: (order.index(pair[0]), -pair[1].since.timestamp()))
    over = [pair for pair in found if pair[0] is MaintenanceState.OVER][:_MAX_FINISHED]
    shown = [pair for pair in found if pair[0] is not MaintenanceState.OVER] + over
    return tuple(_work_line(standing, window, snapshot, heard_at, now) for standing, window in shown)


def _group_line(
    group: AlarmGroup, snapshot: ConsoleSnapshot, notices: Notices, present: Present, now: datetime
) -> GroupLine:
    lead, escalation = group.lead, newest_escalation(group)
    size = "" if group.stations <= 1 else alarm_status.describe_group_size(group)
    about = (
        *_values(lead, snapshot, present, now),
        *alarm_marks(lead, snapshot.exercises),
        alarm_status.describe_escalation(escalation, now, snapshot.role) if escalation else "",
        _place(lead, snapshot) if group.stations <= 1 else "",
        link_reason(lead),
        alarm_status.describe_alarm_count(len(group.alarms)) if len(group.alarms) > 1 else "",
        alarm_status.describe_storm(group) or size,
        describe_confirmations(notices.get(lead.id, ()), snapshot.contacts, now),
    )
    line = AlarmLine(
        id=lead.id,
        level=LEVEL_OF_ALARM[lead.severity],
        text=_title(lead, snapshot, present, now),
        about=" · ".join(part for part in about if part),
        at=alarm_status.describe_onset(lead, now),
        author=alarm_status.acknowledged_label() if is_acknowledged(group) else "",
        names=_names_in(lead, snapshot),
    )
    return GroupLine(
        line=line,
        members=tuple(_member_line(alarm, snapshot, notices, present, now) for alarm in group.alarms),
        acknowledged=is_acknowledged(group),
        incident=_incident(group, snapshot) if incident_reason(group, snapshot) else "",
    )


def _member_line(
    alarm: Alarm, snapshot: ConsoleSnapshot, notices: Notices, present: Present, now: datetime
) -> AlarmLine:
    about = (
        *_values(alarm, snapshot, present, now),
        *alarm_marks(alarm, snapshot.exercises),
        _place(alarm, snapshot),
        link_reason(alarm),
        alarm_status.describe_clearing(alarm, now),
        describe_confirmations(notices.get(alarm.id, ()), snapshot.contacts, now),
    )
    return AlarmLine(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        text=_title(alarm, snapshot, present, now),
        about=" · ".join(part for part in about if part),
        at=alarm_status.describe_onset(alarm, now),
        author=alarm.acknowledged_by,
        names=_names_in(alarm, snapshot),
    )


def _suppressed_line(
    each: SuppressedItem, snapshot: ConsoleSnapshot, present: Present, now: datetime
) -> SuppressedLine:
    alarm, by = snapshot.alarms.get(each.alarm), snapshot.alarms.get(each.by)
    speaks = _title(by, snapshot, present, now) if by else each.reason
    marks = (*alarm_marks(alarm, snapshot.exercises), _place(alarm, snapshot)) if alarm else ()
    line = AlarmLine(
        id=" ".join((each.why.value, each.station, each.alarm, each.by)),
        level=LEVEL_OF_ALARM[alarm.severity] if alarm else Level.NO_DATA,
        text=_title(alarm, snapshot, present, now) if alarm else _station(each.station, snapshot),
        about=" · ".join(
            part for part in (*marks, alarm_status.describe_suppression_reason(each.why), speaks) if part
        ),
        at=alarm_status.describe_suppression_end(each.until, now),
        author=each.by if each.why is SuppressionCause.SHELVED else "",
        names=_names_in(alarm, snapshot) if alarm else (),
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
        about=mark_text(
            " · ".join((describe_maintenance_state(standing), window.reason)), window, snapshot.exercises
        ),
        at=span,
        author=window.planned_by,
    )


def _title(alarm: Alarm, snapshot: ConsoleSnapshot, present: Present, now: datetime) -> str:
    station, rule = snapshot.stations.get(alarm.station), snapshot.rules.get(alarm.rule)
    return present_title(alarm, station, rule, present, now)


def _values(alarm: Alarm, snapshot: ConsoleSnapshot, present: Present, now: datetime) -> tuple[str, ...]:
    return then_and_now(alarm, snapshot.rules.get(alarm.rule), snapshot.stations, present, now)


def _names_in(alarm: Alarm, snapshot: ConsoleSnapshot) -> tuple[str, ...]:
    rule, stations = snapshot.rules.get(alarm.rule), snapshot.stations
    return _names(alarm, stations.get(alarm.station), rule, stations)


def _place(alarm: Alarm, snapshot: ConsoleSnapshot) -> str:
    """Name the gauge if the title names only the river."""
    station = snapshot.stations.get(alarm.station)
    return station.name if station and station.river else ""


def _incident(group: AlarmGroup, snapshot: ConsoleSnapshot) -> str:
    """Return the number of the incident that was made of the group."""
    linked = (snapshot.incidents.get(key) for alarm in group.alarms for key in alarm.incidents)
    return next((incident.number for incident in linked if incident is not None), "")


def _station(code: str, snapshot: ConsoleSnapshot) -> str:
    station = snapshot.stations.get(code)
    return f"{station.name} ({plain_code(code)})" if station else plain_code(code)
