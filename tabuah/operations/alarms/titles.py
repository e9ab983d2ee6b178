"""What an alarm is called on screen: made when it is shown, from its fields, in the language that is spoken."""

from collections.abc import Mapping

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.causes import LINK, family_of, tells_of_silence
from tabuah.operations.alarms.evidence_telling import evidence_title
from tabuah.operations.alarms.expected_telling import expected_title
from tabuah.operations.alarms.link_telling import link_title
from tabuah.operations.bulletins.alarm_titles import bulletin_title, tells_of_bulletin
from tabuah.operations.levels import RiverLevel
from tabuah.operations.rules.rule import Accumulation, Change, RiverStage, Rule, Stuck
from tabuah.operations.rules.telling import tell_duration, tell_river_level
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.units import format_value, name_of
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_time

_SEVERITIES = {
    "critical": "Critical",
    "high": "High",
    "attention": "Attention",
    "normal": "Normal",
    "no_data": "No data",
}


def severity_word(severity: str) -> str:
    """An alarm severity in the current language."""
    return _(_SEVERITIES[severity])


def alarm_title(alarm: Alarm, station: Station | None, rule: Rule | None = None) -> str:
    """One line that says what, where and how much: "Tinggi muka air Batang Lembang 3,42 m · Siaga 1".

    Args:
        alarm: the alarm.
        station: its station, where it is known here.
        rule: its rule, where it is known here; without it the window of a sum is not named.
    """
    if tells_of_silence(alarm):
        return _silence_title(alarm, station)
    if tells_of_bulletin(alarm):
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
        stays = _("{name}: {what} stays the same since {time}")
        what, name = name_of(alarm.parameter), station.name if station else alarm.title or alarm.station
        return stays.format(name=name, what=what, time=format_time(alarm.onset_at))
    measured = format_value(alarm.parameter, alarm.value, unit=alarm.unit)
    return " · ".join((f"{_what(alarm, rule)} {_place(alarm, station)} {measured}", _reached(alarm, station, rule)))


def _silence_title(alarm: Alarm, station: Station | None) -> str:
    if family_of(alarm) == LINK:
        return link_title(alarm)
    name = station.name if station else alarm.title or alarm.station
    return _("{name}: no data since {time}").format(name=name, time=format_time(alarm.onset_at))


def _what(alarm: Alarm, rule: Rule | None) -> str:
    if rule and isinstance(rule.condition, Accumulation):
        duration = tell_duration(rule.condition.window_s)
        return _("{what} over {duration}").format(what=name_of(alarm.parameter), duration=duration)
    if rule and isinstance(rule.condition, Change):
        moved = _("{what} falls within {duration}") if rule.condition.falling else _("{what} rises within {duration}")
        return moved.format(what=name_of(alarm.parameter), duration=tell_duration(rule.condition.window_s))
    return name_of(alarm.parameter)


def _place(alarm: Alarm, station: Station | None) -> str:
    """A gauge goes by its river, another station by its name."""
    if station is None:
        return alarm.title or alarm.station
    return station.river.name if station.river else station.name


def _reached(alarm: Alarm, station: Station | None, rule: Rule | None) -> str:
    level = river_level_of_alarm(alarm, station, rule)
    if level:
        return tell_river_level(level)
    if alarm.limit is None:
        return severity_word(alarm.severity)
    return _("threshold {limit}").format(limit=format_value(alarm.parameter, alarm.limit, unit=alarm.unit))


def river_level_of_alarm(alarm: Alarm, station: Station | None, rule: Rule | None) -> RiverLevel | None:
    """The river level that an alarm stands for: as its rule says, else the one whose threshold it passed."""
    if rule and isinstance(rule.condition, RiverStage):
        return rule.condition.level
    thresholds: Mapping[RiverLevel, float] = station.river.thresholds_m if station and station.river else {}
    return next((level for level, limit_m in thresholds.items() if limit_m == alarm.limit), None)
