"""Freshness: how old a value may be, and the severity a station has on the map."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from tabuah.operations.alarms.alarm import Alarm, is_silence_alarm
from tabuah.operations.levels import SEVERITY_OF_RIVER_LEVEL, AlarmSeverity, RiverLevel
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.station import River, Station

GRACE_S: Final = 60.0  # for transmission from the sensor to the screen
LATE_AFTER_INTERVALS: Final = 2
SILENT_AFTER_INTERVALS: Final = 5


class Freshness(StrEnum):
    """Freshness of a series."""

    FRESH = "fresh"
    LATE = "late"
    SILENT = "silent"


def freshness_of(at: datetime | None, *, expected_interval_s: float, now: datetime) -> Freshness:
    """Return the freshness of a series with its newest value at `at`; None if there is none."""
    if at is None:
        return Freshness.SILENT
    age_s = (now - at).total_seconds() - GRACE_S
    if age_s <= LATE_AFTER_INTERVALS * expected_interval_s:
        return Freshness.FRESH
    return Freshness.LATE if age_s <= SILENT_AFTER_INTERVALS * expected_interval_s else Freshness.SILENT


def river_level_of(river: River, stage_m: float) -> RiverLevel | None:
    """Return the river level of a stage; None if the gauge has no thresholds."""
    if not river.thresholds_m:
        return None
    for level in (RiverLevel.SIAGA_1, RiverLevel.SIAGA_2, RiverLevel.SIAGA_3):
        limit_m = river.thresholds_m.get(level)
        if limit_m is not None and stage_m >= limit_m:
            return level
    return RiverLevel.SIAGA_4


def severity_of_station(
    station: Station, *, alarms: Iterable[Alarm], latest: Mapping[str, Reading], now: datetime
) -> AlarmSeverity:
    """Return the severity of a station's symbol; never "normal" without fresh data.

    Args:
        station: the station.
        alarms: alarms of this station; cleared ones and silence are ignored, silence is grey anyway.
        latest: its newest reading by parameter.
        now: UTC.
    """
    heard = [a.severity for a in alarms if a.is_active and a.station == station.code and not is_silence_alarm(a)]
    seen = AlarmSeverity.NO_DATA
    main = station.main_parameter
    reading = latest.get(main.code) if main else None
    if main and reading:
        fresh = freshness_of(reading.at, expected_interval_s=main.expected_interval_s, now=now)
        if fresh is Freshness.FRESH:
            seen = _severity_of_value(station, reading)
    return min([*heard, seen], key=lambda severity: severity.rank) if heard else seen


def _severity_of_value(station: Station, reading: Reading) -> AlarmSeverity:
    if station.river is None or reading.parameter != "stage_m":
        return AlarmSeverity.NORMAL
    level = river_level_of(station.river, reading.value)
    return AlarmSeverity.NORMAL if level is None else SEVERITY_OF_RIVER_LEVEL[level]
