"""Alarms for the strip: grouped by cause, the unanswered first and worst first, each with its trend and age."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.console.alarm_words import storm_words
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.console.window.presenting.station_marks import Latest, age_words
from tabuah.operations.alarms.alarm import Alarm, Escalation
from tabuah.operations.alarms.asked_telling import asked_name
from tabuah.operations.alarms.causes import tells_of_silence
from tabuah.operations.alarms.evidence_telling import evidence_summary
from tabuah.operations.alarms.grouping import AlarmGroup, group_alarms, urgency_of
from tabuah.operations.alarms.titles import alarm_title, severity_word
from tabuah.operations.authority.roles import Role
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.rules.rule import Accumulation, Rule
from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.units import measurement_of
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_age, format_near, format_number
from tabuah.widgets.values import AlarmItem

TREND_OVER: Final = timedelta(minutes=30)
_LEAST_SPAN: Final = timedelta(minutes=9)
_FRESH: Final = timedelta(minutes=30)


def groups_in_strip(
    alarms: Iterable[Alarm], stations: Mapping[str, Station], now: datetime, *, worked_on: Container[str] = ()
) -> tuple[AlarmGroup, ...]:
    """The groups that somebody must look at: unanswered first, then real ones, then worst first; none `worked_on`."""
    shown = [alarm for alarm in alarms if alarm.demands_attention(now) and alarm.station not in worked_on]
    groups = group_alarms(shown, stations)
    return tuple(sorted(groups, key=lambda group: (is_answered(group), group.lead.exercise, urgency_of(group.lead))))


def is_answered(group: AlarmGroup) -> bool:
    """Whether a person has acknowledged all of it."""
    return all(alarm.acknowledged_at is not None for alarm in group.alarms)


def alarm_item(
    group: AlarmGroup,
    *,
    station: Station | None,
    rule: Rule | None,
    incident: Incident | None,
    latest: Latest,
    recent: Sequence[Reading],
    now: datetime,
    role: Role = Role.VIEWER,
) -> AlarmItem:
    """One group as the strip shows it, by its worst alarm; the value is the newest one."""
    alarm, asked = present_value(group.lead, rule, latest, now), asked_in(group)
    return AlarmItem(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        word=severity_word(alarm.severity),
        title=alarm_title(alarm, station, rule),
        details=_details(group, station, latest, recent, now),
        acknowledged=is_answered(group),
        incident=incident.number if incident else "",
        escalated=asked_words(asked, now, role) if asked else "",
        asked=f"→ {asked_name(asked.to)}" if asked else "",
        step=asked.step if asked else 0,
        exercise=alarm.exercise,
    )


def asked_in(group: AlarmGroup) -> Escalation | None:
    """Who was asked last about a group that still waits for an answer; None where nobody was."""
    waiting = [a for a in group.alarms if a.escalations and a.is_active and a.acknowledged_at is None]
    return max((a.escalations[-1] for a in waiting), key=lambda asked: (asked.step, asked.at), default=None)


def asked_words(asked: Escalation, now: datetime, role: Role) -> str:
    """Who was asked and how long ago; whoever works under that role reads that it is him."""
    told = _("{name} asked {age} ago")
    if role is asked.role:
        told = _("You are asked · {name}, {age} ago")
    return told.format(name=asked_name(asked.to), age=format_age(now - asked.at))


def present_value(alarm: Alarm, rule: Rule | None, latest: Latest, now: datetime) -> Alarm:
    """The alarm with the newest value in place of the one it was raised with, where that is still worth telling."""
    reading = latest.get((alarm.station, alarm.parameter))
    summed = alarm.evidence or (rule is not None and isinstance(rule.condition, Accumulation))
    if reading is None or summed or tells_of_silence(alarm) or not alarm.is_active or now - reading.at > _FRESH:
        return alarm
    return msgspec.structs.replace(alarm, value=reading.value)


def trend_words(parameter: str, unit: str, recent: Sequence[Reading], now: datetime) -> str:
    """How a level moves: "naik 0,38 m/jam"; empty where too little is known or amounts add up."""
    facts = measurement_of(parameter)
    within = [r for r in recent if now - r.at <= TREND_OVER]
    if facts.adds_up or len(within) < 2 or within[-1].at - within[0].at < _LEAST_SPAN:
        return ""
    hours = (within[-1].at - within[0].at).total_seconds() / 3600
    rate = (within[-1].value - within[0].value) / hours
    told = format_number(abs(rate), digits=facts.digits)
    if not any(digit in told for digit in "123456789"):
        return _("steady")
    words = _("rising {rate} {unit}/h") if rate > 0 else _("falling {rate} {unit}/h")
    return words.format(rate=told, unit=unit or facts.unit)


def _details(
    group: AlarmGroup, station: Station | None, latest: Latest, recent: Sequence[Reading], now: datetime
) -> tuple[str, ...]:
    alarm = group.lead
    reading = latest.get((alarm.station, alarm.parameter))
    parts = [
        evidence_summary(alarm),
        trend_words(alarm.parameter, alarm.unit, recent, now) if alarm.is_active else "",
        age_words(reading.at, now) if reading and not tells_of_silence(alarm) else "",
        _state_words(alarm, now),
        station.name if station else alarm.station,
        _more_words(group),
    ]
    return tuple(part for part in parts if part)


def _more_words(group: AlarmGroup) -> str:
    """What else is in a group: nothing of it is swallowed in silence."""
    more = len(group.alarms) - 1
    told = ngettext("{n} more, same cause", "{n} more, same cause", more).format(n=more) if more else ""
    return " · ".join(part for part in (told, storm_words(group)) if part)


def _state_words(alarm: Alarm, now: datetime) -> str:
    told = _("since {time}").format(time=format_near(alarm.onset_at, now, zone=False))
    if alarm.cleared_at is not None:
        told = _("over since {time}").format(time=format_near(alarm.cleared_at, now, zone=False))
    if alarm.acknowledged_at is not None:
        told += " · " + _("acknowledged by {name}").format(name=alarm.acknowledged_by)
    return told
