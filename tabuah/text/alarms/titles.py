"""Titles of alarms: one line from the alarm's fields, in the current language."""

from collections.abc import Mapping

from tabuah.operations.alarms.alarm import (
    LINK,
    Alarm,
    cause_family,
    is_backup_alarm,
    is_bulletin_alarm,
    is_silence_alarm,
)
from tabuah.operations.alarms.measured_values import measured_at, quantity_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.forecast.stage_forecast import Expectation
from tabuah.operations.levels import RiverLevel
from tabuah.operations.rules.rule import RiverStage, Rule, Stuck
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_moment, format_time
from tabuah.text.alarms.evidence import evidence_title, link_title
from tabuah.text.alarms.then_and_now import quantity_name
from tabuah.text.bulletins.bulletin_text import bulletin_title
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.readings.measurements import format_value, parameter_name
from tabuah.text.rules.rule_text import river_level_label


def expected_title(alarm: Alarm, expected: Expectation, *, place: str, reached: str) -> str:
    """Return the title of a forecast alarm.

    Example: "Batang Lembang: Siaga 2 diperkirakan pukul 15.10 WIB, antara 14.50 WIB dan 15.40 WIB".

    Args:
        alarm: of a forecast rule.
        expected: when the limit will be reached.
        place: name of the station or river.
        reached: text for the level or limit.
    """
    text = _("{place}: {level} is expected at {time}, between {earliest} and {latest}")
    if expected.latest_at is None:
        text = _("{place}: {level} is expected at {time}, at {earliest} at the earliest")
    return text.format(
        place=place or alarm.title,
        level=reached,
        time=format_time(expected.at),
        earliest=format_time(expected.earliest_at),
        latest=format_time(expected.latest_at or expected.at),
    )


_SEVERITIES = {
    "critical": "Critical",
    "high": "High",
    "attention": "Attention",
    "normal": "Normal",
    "no_data": "No data",
}


def severity_label(severity: str) -> str:
    """Return the name of an alarm severity in the current language."""
    return _(_SEVERITIES[severity])


def alarm_title(alarm: Alarm, station: Station | None, rule: Rule | None = None, *, value_time: str = "") -> str:
    """Return a one-line title: "Tinggi muka air Batang Lembang 3,42 m · Siaga 1".

    Args:
        alarm: the alarm.
        station: its station, if known here.
        rule: its rule, if known here; without it the window of a sum is not named.
        value_time: the time of a past value, which the title then states: "3,42 m pukul 14.21".
    """
    if is_silence_alarm(alarm):
        return _silence_title(alarm, station)
    if is_bulletin_alarm(alarm):
        return bulletin_title(alarm)
    if is_backup_alarm(alarm):
        return _("The server has made no backup since {time}").format(time=format_moment(alarm.onset_at))
    if alarm.expected:
        return expected_title(
            alarm, alarm.expected, place=_place(alarm, station), reached=_reached(alarm, station, rule)
        )
    if alarm.evidence:
        return evidence_title(alarm, station, rule, value_time=value_time)
    if alarm.value is None:
        return " · ".join(part for part in (alarm.title or alarm.rule, _place(alarm, station)) if part)
    if rule and isinstance(rule.condition, Stuck):
        stays = _("{name}: {what} unchanged since {time}")
        what, name = (
            parameter_name(alarm.parameter),
            station.name if station else alarm.title or plain_code(alarm.station),
        )
        return stays.format(name=name, what=what, time=format_time(alarm.onset_at))
    measured = format_value(alarm.parameter, alarm.value, unit=alarm.unit)
    if value_time:
        measured = _("{value} at {time}").format(value=measured, time=value_time)
    return " · ".join((f"{_measured_name(alarm, station, rule)} {measured}", _reached(alarm, station, rule)))


def title_at_raising(alarm: Alarm, station: Station | None, rule: Rule | None = None) -> str:
    """Return the title for texts that outlive the value, such as an incident: with the time of the value."""
    when = format_time(measured_at(alarm, rule), zone=False) if alarm.value is not None else ""
    return alarm_title(alarm, station, rule, value_time=when)


def elidable_name(alarm: Alarm, station: Station | None, rule: Rule | None = None) -> str:
    """Return the name in the title: the part that may be cut where there is no room. Values are never cut."""
    if is_bulletin_alarm(alarm):
        return bulletin_title(alarm)
    if is_backup_alarm(alarm):
        return alarm_title(alarm, station, rule)
    if is_silence_alarm(alarm):
        return alarm.title if cause_family(alarm) == LINK else station.name if station else alarm.title
    if alarm.expected:
        return _place(alarm, station)
    is_stuck = rule is not None and isinstance(rule.condition, Stuck)
    if alarm.value is None or alarm.evidence or is_stuck:
        return station.name if station else alarm.title
    return _measured_name(alarm, station, rule)


def _measured_name(alarm: Alarm, station: Station | None, rule: Rule | None) -> str:
    return f"{_what(alarm, rule)} {_place(alarm, station)}"


def _silence_title(alarm: Alarm, station: Station | None) -> str:
    if cause_family(alarm) == LINK:
        return link_title(alarm)
    name = station.name if station else alarm.title or plain_code(alarm.station)
    return _("{name}: no data since {time}").format(name=name, time=format_time(alarm.onset_at))


def _what(alarm: Alarm, rule: Rule | None) -> str:
    quantity = quantity_of(rule.condition if rule else None, alarm.station, alarm.parameter)
    return quantity_name(quantity)


def _place(alarm: Alarm, station: Station | None) -> str:
    """Return the river name for a gauge, else the station name."""
    if station is None:
        return alarm.title or plain_code(alarm.station)
    return station.river.name if station.river else station.name


def _reached(alarm: Alarm, station: Station | None, rule: Rule | None) -> str:
    level = river_level_of_alarm(alarm, station, rule)
    if level:
        return river_level_label(level)
    if alarm.limit is None:
        return severity_label(alarm.severity)
    return _("threshold {limit}").format(limit=format_value(alarm.parameter, alarm.limit, unit=alarm.unit))


def river_level_of_alarm(alarm: Alarm, station: Station | None, rule: Rule | None) -> RiverLevel | None:
    """Return the river level of the alarm: from its rule, else from the threshold it passed."""
    if rule and isinstance(rule.condition, RiverStage):
        return rule.condition.level
    thresholds: Mapping[RiverLevel, float] = station.river.thresholds_m if station and station.river else {}
    return next((level for level, limit_m in thresholds.items() if limit_m == alarm.limit), None)


def alarm_marks(alarm: Alarm, exercises: Mapping[str, Exercise]) -> tuple[str, ...]:
    """Return marks that colour alone must not carry: exercise and level."""
    return (exercise_mark(alarm, exercises), severity_label(alarm.severity))
