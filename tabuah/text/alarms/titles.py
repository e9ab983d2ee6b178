"""Titles of alarms: one line from the alarm's fields, in the current language."""

from collections.abc import Mapping

from tabuah.operations.alarms.alarm import LINK, Alarm, cause_family, is_bulletin_alarm, is_silence_alarm
from tabuah.operations.forecast.stage_forecast import Expectation
from tabuah.operations.levels import RiverLevel
from tabuah.operations.rules.rule import Accumulation, RateOfChange, RiverStage, Rule, Stuck
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_time
from tabuah.text.alarms.evidence import evidence_title, link_title
from tabuah.text.bulletins.bulletin_text import bulletin_title
from tabuah.text.readings.measurements import format_value, parameter_name
from tabuah.text.rules.rule_text import format_duration, river_level_label


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


def alarm_title(alarm: Alarm, station: Station | None, rule: Rule | None = None) -> str:
    """Return a one-line title: "Tinggi muka air Batang Lembang 3,42 m · Siaga 1".

    Args:
        alarm: the alarm.
        station: its station, if known here.
        rule: its rule, if known here; without it the window of a sum is not named.
    """
    if is_silence_alarm(alarm):
        return _silence_title(alarm, station)
    if is_bulletin_alarm(alarm):
        return bulletin_title(alarm)
    if alarm.expected:
        return expected_title(
            alarm, alarm.expected, place=_place(alarm, station), reached=_reached(alarm, station, rule)
        )
    if alarm.evidence:
        return evidence_title(alarm, station, rule)
    if alarm.value is None:
        return " · ".join(part for part in (alarm.title or alarm.rule, _place(alarm, station)) if part)
    if rule and isinstance(rule.condition, Stuck):
        stays = _("{name}: {what} unchanged since {time}")
        what, name = parameter_name(alarm.parameter), station.name if station else alarm.title or alarm.station
        return stays.format(name=name, what=what, time=format_time(alarm.onset_at))
    measured = format_value(alarm.parameter, alarm.value, unit=alarm.unit)
    return " · ".join((f"{_what(alarm, rule)} {_place(alarm, station)} {measured}", _reached(alarm, station, rule)))


def _silence_title(alarm: Alarm, station: Station | None) -> str:
    if cause_family(alarm) == LINK:
        return link_title(alarm)
    name = station.name if station else alarm.title or alarm.station
    return _("{name}: no data since {time}").format(name=name, time=format_time(alarm.onset_at))


def _what(alarm: Alarm, rule: Rule | None) -> str:
    if rule and isinstance(rule.condition, Accumulation):
        duration = format_duration(rule.condition.window_s)
        return _("{what} over {duration}").format(what=parameter_name(alarm.parameter), duration=duration)
    if rule and isinstance(rule.condition, RateOfChange):
        moved = _("{what} falls within {duration}") if rule.condition.falling else _("{what} rises within {duration}")
        return moved.format(what=parameter_name(alarm.parameter), duration=format_duration(rule.condition.window_s))
    return parameter_name(alarm.parameter)


def _place(alarm: Alarm, station: Station | None) -> str:
    """Return the river name for a gauge, else the station name."""
    if station is None:
        return alarm.title or alarm.station
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


def alarm_marks(alarm: Alarm) -> tuple[str, ...]:
    """Return marks that colour alone must not carry: exercise and level."""
    return (_("Simulation") if alarm.exercise else "", severity_label(alarm.severity))
