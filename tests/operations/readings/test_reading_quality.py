"""Quality control of readings, and freshness of stations."""

from datetime import UTC, datetime, timedelta
from math import inf, nan

import msgspec
import pytest
from support.sensor_samples import START, alarm, gauge, minutes

from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.readings.reading import Doubt, Quality, Reading, check_reading, quality_of
from tabuah.operations.stations.freshness import (
    Freshness,
    freshness_of,
    river_level_of,
    severity_of_station,
)
from tabuah.text.readings.measurements import describe_doubt, format_value


def reading(value: float = 1.0, at: datetime = START, parameter: str = "stage_m", quality: int = 0) -> Reading:
    return Reading("SLK-AWLR-03", parameter, at, value, quality)


@pytest.mark.parametrize(
    ("bad", "doubt"),
    [
        (reading(nan), Doubt.NOT_A_NUMBER),
        (reading(inf), Doubt.NOT_A_NUMBER),
        (reading(1e308), Doubt.OUT_OF_RANGE),
        (reading(-1.5), Doubt.OUT_OF_RANGE),
        (reading(at=datetime(1970, 1, 1, tzinfo=UTC)), Doubt.TOO_OLD),
        (reading(at=datetime(2099, 1, 1, tzinfo=UTC)), Doubt.IN_THE_FUTURE),
        (reading(at=START + timedelta(minutes=10, seconds=1)), Doubt.IN_THE_FUTURE),
        (reading(parameter="pm25_ugm3"), Doubt.UNKNOWN_PARAMETER),
        (reading(quality=Quality.SIMULATED), Doubt.SIMULATED_AT_REAL_STATION),
    ],
)
def test_invalid_reading_gives_a_doubt(bad: Reading, doubt: Doubt):
    assert check_reading(bad, gauge(), START) is doubt
    assert describe_doubt(doubt)


def test_reading_of_unknown_station_is_recoverable():
    assert check_reading(reading(), None, START) is Doubt.UNKNOWN_STATION


def test_reading_at_both_range_limits_is_valid():
    assert all(check_reading(reading(v), gauge(), START) is None for v in (-1.0, 0.0, 15.0))


def test_quality_ignores_marks_set_by_the_sender():
    exercise = msgspec.structs.replace(gauge(), exercise=True)
    ahead = reading(at=START + timedelta(minutes=2))
    assert quality_of(reading(quality=2**70 | Quality.TYPED_IN), gauge(), START) == Quality.TYPED_IN
    assert quality_of(ahead, gauge(), START) == Quality.TIME_DOUBTFUL
    assert quality_of(reading(), exercise, START) == Quality.SIMULATED


def test_freshness_goes_from_fresh_to_silent():
    ages = [freshness_of(START, expected_interval_s=60, now=minutes(m)) for m in (0, 3, 3.1, 6, 6.1)]
    assert ages == [Freshness.FRESH, Freshness.FRESH, Freshness.LATE, Freshness.LATE, Freshness.SILENT]
    assert freshness_of(None, expected_interval_s=60, now=START) is Freshness.SILENT


def test_severity_is_not_normal_without_fresh_data():
    fresh = {"stage_m": reading(1.0)}
    kwargs = {"alarms": (), "now": START}
    assert severity_of_station(gauge(), latest=fresh, **kwargs) is AlarmSeverity.NORMAL
    assert severity_of_station(gauge(), latest={}, **kwargs) is AlarmSeverity.NO_DATA
    old = {"stage_m": reading(1.0, START - timedelta(hours=1))}
    assert severity_of_station(gauge(), latest=old, **kwargs) is AlarmSeverity.NO_DATA


def test_severity_keeps_active_alarm_but_ignores_silence():
    silence = alarm(cause="silence/SLK-AWLR-03", severity=AlarmSeverity.ATTENTION)
    drowned = severity_of_station(gauge(), alarms=[alarm(), silence], latest={}, now=START)
    quiet = severity_of_station(gauge(), alarms=[silence], latest={}, now=START)
    assert (drowned, quiet) == (AlarmSeverity.CRITICAL, AlarmSeverity.NO_DATA)


def test_severity_ignores_cleared_and_foreign_alarms():
    others = [alarm(cleared_at=START), alarm(station="SLK-AWLR-04")]
    assert severity_of_station(gauge(), alarms=others, latest={"stage_m": reading()}, now=START) == "normal"


def test_severity_shows_river_level_before_its_alarm():
    assert river_level_of(gauge().river, 3.2) is RiverLevel.SIAGA_1
    assert river_level_of(gauge().river, 1.0) is RiverLevel.SIAGA_4
    assert severity_of_station(gauge(), alarms=(), latest={"stage_m": reading(2.7)}, now=START) == "high"


def test_values_are_formatted_with_their_unit():
    assert format_value("stage_m", 3.42) == "3,42 m"
    assert format_value("soil_moisture_pct", 85.2) == "85%"
    assert format_value("depth", 1.5, unit="cm") == "1,50 cm"
