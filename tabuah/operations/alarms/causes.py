"""Why an alarm is up, in a word and a place: what a flood of alarms is grouped by."""

from typing import Final

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.rules.rule import Neighbours, NeighbourSums, Rule, Silence, Stuck
from tabuah.operations.stations.station import Station

STAGE: Final = "stage"
RAIN: Final = "rain"
SLOPE: Final = "slope"
SHAKING: Final = "shaking"
AIR: Final = "air"
SILENCE: Final = "silence"
LINK: Final = "link"
SENSOR: Final = "sensor"  # the instrument itself is in doubt, not what it measures
STORM: Final = "storm"  # of groups only: rain, and what it did
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
OF_THE_SENSOR: Final = (Stuck, Neighbours, NeighbourSums)  # conditions that accuse the instrument


def cause_of(rule: Rule, station: Station) -> str:
    """The cause that a rule's alarms at a station carry; all levels of one gauge share it."""
    family = _FAMILIES.get(rule.parameter, rule.parameter)
    if isinstance(rule.condition, Silence):
        family = SILENCE
    elif isinstance(rule.condition, OF_THE_SENSOR):
        family = SENSOR
    return f"{family}/{station.code}"


def cause_of_link(source: str) -> str:
    """The cause of a lost link: everything that came by one source has stopped."""
    return f"{LINK}/{source}"


def family_of(alarm: Alarm) -> str:
    """The word of an alarm's cause: one of those above, or a parameter."""
    return alarm.cause.partition("/")[0] or _FAMILIES.get(alarm.parameter, alarm.parameter)


def tells_of_silence(alarm: Alarm) -> bool:
    """Whether an alarm says that nothing comes, rather than what was measured."""
    return family_of(alarm) in (SILENCE, LINK)
