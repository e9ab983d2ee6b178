"""Cause of an alarm (family and place), by which alarms are grouped."""

from typing import Final

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import subject_kind
from tabuah.operations.rules.rule import Neighbours, NeighbourSums, Rule, Silence, Stuck
from tabuah.operations.stations.station import Station

STAGE: Final = "stage"
RAIN: Final = "rain"
SLOPE: Final = "slope"
SHAKING: Final = "shaking"
AIR: Final = "air"
SILENCE: Final = "silence"
LINK: Final = "link"
SENSOR: Final = "sensor"  # the instrument is suspect, not the measured quantity
STORM: Final = "storm"  # of groups only: rain and its consequences
WEATHER: Final = "weather"
VOLCANO: Final = "volcano"

_FAMILIES: Final = {
    "stage_m": STAGE,
    "rain_mm": RAIN,
    "soil_moisture_pct": SLOPE,
    "tilt_deg": SLOPE,
    "pga_g": SHAKING,
    "pm25_ugm3": AIR,
}
SENSOR_CONDITIONS: Final = (Stuck, Neighbours, NeighbourSums)  # conditions that point to a faulty sensor


def alarm_cause(rule: Rule, station: Station) -> str:
    """Return the cause of a rule's alarms at a station; all levels of one gauge share it."""
    family = _FAMILIES.get(rule.parameter, rule.parameter)
    if isinstance(rule.condition, Silence):
        family = SILENCE
    elif isinstance(rule.condition, SENSOR_CONDITIONS):
        family = SENSOR
    return f"{family}/{station.code}"


def link_cause(source: str) -> str:
    """Return the cause of a lost link: no data arrives from this source."""
    return f"{LINK}/{source}"


def cause_family(alarm: Alarm) -> str:
    """Return the family of an alarm's cause: a constant of this module, or a parameter code."""
    return alarm.cause.partition("/")[0] or _FAMILIES.get(alarm.parameter, alarm.parameter)


def is_silence_alarm(alarm: Alarm) -> bool:
    """Return whether the alarm reports missing data instead of a measured value."""
    return cause_family(alarm) in (SILENCE, LINK)


BULLETIN_KINDS: Final = ("earthquake", "warning", "volcano")


def is_bulletin_alarm(alarm: Alarm) -> bool:
    """Return whether an alarm is about an agency's bulletin, not about a measurement."""
    return subject_kind(alarm.parameter) in BULLETIN_KINDS and "/" in alarm.parameter


def is_frozen_feed(alarm: Alarm) -> bool:
    """Return whether a link answers without new data; its limit is then the allowed time in hours."""
    return cause_family(alarm) == LINK and alarm.limit is not None
