"""Items of the alarm strip: groups by cause, unacknowledged and worst first, with trend and age."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.latest_readings import LatestReadings
from tabuah.operations.alarms.alarm import Alarm, Escalation
from tabuah.operations.alarms.alarm_groups import AlarmGroup, alarm_urgency, group_alarms
from tabuah.operations.alarms.causes import is_silence_alarm
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.rule import Accumulation, Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_age, format_number, format_recent_moment, ngettext
from tabuah.text.alarms.alarm_groups import describe_storm
from tabuah.text.alarms.escalation import escalation_contact_name
from tabuah.text.alarms.evidence import evidence_summary
from tabuah.text.alarms.titles import alarm_title, severity_label
from tabuah.text.readings.ages import data_age_text
from tabuah.widgets.values import AlarmItem

TREND_OVER: Final = timedelta(minutes=30)
_LEAST_SPAN: Final = timedelta(minutes=9)
_FRESH: Final = timedelta(minutes=30)


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
    alarm, asked = with_newest_value(group.lead, rule, latest, now), newest_escalation(group)
    return AlarmItem(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        word=severity_label(alarm.severity),
        title=alarm_title(alarm, station, rule),
        details=_details(group, station, latest, recent, now),
        acknowledged=is_acknowledged(group),
        incident=incident.number if incident else "",
        escalated=describe_escalation(asked, now, role) if asked else "",
        asked=f"→ {escalation_contact_name(asked.to)}" if asked else "",
        step=asked.step if asked else 0,
        exercise=alarm.exercise,
    )


def newest_escalation(group: AlarmGroup) -> Escalation | None:
    """Return the newest escalation of a group that is still unacknowledged; None if there is none."""
    waiting = [a for a in group.alarms if a.escalations and a.is_active and a.acknowledged_at is None]
    return max((a.escalations[-1] for a in waiting), key=lambda asked: (asked.step, asked.at), default=None)


def describe_escalation(asked: Escalation, now: datetime, role: Role) -> str:
    """Describe who was notified and how long ago; a person with that role is addressed directly."""
    message = _("{name} notified {age} ago")
    if role is asked.role:
        message = _("Your response is requested · {name}, {age} ago")
    return message.format(name=escalation_contact_name(asked.to), age=format_age(now - asked.at))


def with_newest_value(alarm: Alarm, rule: Rule | None, latest: LatestReadings, now: datetime) -> Alarm:
    """Return the alarm with the newest value instead of the first one, if that value is fresh."""
    reading = latest.get((alarm.station, alarm.parameter))
    summed = alarm.evidence or (rule is not None and isinstance(rule.condition, Accumulation))
    if reading is None or summed or is_silence_alarm(alarm) or not alarm.is_active or now - reading.at > _FRESH:
        return alarm
    return msgspec.structs.replace(alarm, value=reading.value)


def describe_trend(parameter: str, unit: str, recent: Sequence[Reading], now: datetime) -> str:
    """Describe the trend of a level: "naik 0,38 m/jam"; empty with too few readings or for sums."""
    facts = measurement_of(parameter)
    within = [r for r in recent if now - r.at <= TREND_OVER]
    if facts.adds_up or len(within) < 2 or within[-1].at - within[0].at < _LEAST_SPAN:
        return ""
    hours = (within[-1].at - within[0].at).total_seconds() / 3600
    rate = (within[-1].value - within[0].value) / hours
    message = format_number(abs(rate), digits=facts.digits)
    if not any(digit in message for digit in "123456789"):
        return _("steady")
    words = _("rising {rate} {unit}/h") if rate > 0 else _("falling {rate} {unit}/h")
    return words.format(rate=message, unit=unit or facts.unit)


def _details(
    group: AlarmGroup, station: Station | None, latest: LatestReadings, recent: Sequence[Reading], now: datetime
) -> tuple[str, ...]:
    alarm = group.lead
    reading = latest.get((alarm.station, alarm.parameter))
    parts = [
        evidence_summary(alarm),
        describe_trend(alarm.parameter, alarm.unit, recent, now) if alarm.is_active else "",
        data_age_text(reading.at, now) if reading and not is_silence_alarm(alarm) else "",
        _state_words(alarm, now),
        station.name if station else alarm.station,
        _describe_others(group),
    ]
    return tuple(part for part in parts if part)


def _describe_others(group: AlarmGroup) -> str:
    """Describe the other alarms of a group, so that none is hidden."""
    more = len(group.alarms) - 1
    message = ngettext("{n} more, same cause", "{n} more, same cause", more).format(n=more) if more else ""
    return " · ".join(part for part in (message, describe_storm(group)) if part)


def _state_words(alarm: Alarm, now: datetime) -> str:
    message = _("since {time}").format(time=format_recent_moment(alarm.onset_at, now, zone=False))
    if alarm.cleared_at is not None:
        message = _("cleared since {time}").format(time=format_recent_moment(alarm.cleared_at, now, zone=False))
    if alarm.acknowledged_at is not None:
        message += " · " + _("acknowledged by {name}").format(name=alarm.acknowledged_by)
    return message
