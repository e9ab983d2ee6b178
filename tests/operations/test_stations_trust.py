"""A reading is trusted only as far as its sensor, its clock and its age allow."""

from datetime import UTC, datetime, timedelta
from math import inf, nan

import msgspec
import pytest
from sensors import START, alarm, gauge, minutes

from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.stations.freshness import (
    Freshness,
    freshness_of,
    river_level_of,
    severity_of_station,
)
from tabuah.operations.stations.quality import Doubt, doubt_about, meaning_of, quality_of
from tabuah.operations.stations.readings import Quality, Reading
from tabuah.operations.stations.units import format_value


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
def test_a_reading_that_cannot_be_true_is_doubted_with_its_reason(bad: Reading, doubt: Doubt):
    assert doubt_about(bad, gauge(), START) is doubt
    assert meaning_of(doubt)


def test_a_reading_of_an_unknown_station_waits_for_the_station():
    assert doubt_about(reading(), None, START) is Doubt.UNKNOWN_STATION


def test_good_readings_are_taken_up_to_both_ends_of_the_range():
    assert all(doubt_about(reading(v), gauge(), START) is None for v in (-1.0, 0.0, 15.0))


def test_marks_say_what_is_known_and_nothing_that_a_sender_invents():
    exercise = msgspec.structs.replace(gauge(), exercise=True)
    ahead = reading(at=START + timedelta(minutes=2))
    assert quality_of(reading(quality=2**70 | Quality.TYPED_IN), gauge(), START) == Quality.TYPED_IN
    assert quality_of(ahead, gauge(), START) == Quality.TIME_DOUBTFUL
    assert quality_of(reading(), exercise, START) == Quality.SIMULATED


def test_age_turns_fresh_into_late_and_late_into_silent():
    ages = [freshness_of(START, expected_interval_s=60, now=minutes(m)) for m in (0, 3, 3.1, 6, 6.1)]
    assert ages == [Freshness.FRESH, Freshness.FRESH, Freshness.LATE, Freshness.LATE, Freshness.SILENT]
    assert freshness_of(None, expected_interval_s=60, now=START) is Freshness.SILENT


def test_there_is_no_green_without_fresh_data():
    fresh = {"stage_m": reading(1.0)}
    kwargs = {"alarms": (), "now": START}
    assert severity_of_station(gauge(), latest=fresh, **kwargs) is AlarmSeverity.NORMAL
    assert severity_of_station(gauge(), latest={}, **kwargs) is AlarmSeverity.NO_DATA
    old = {"stage_m": reading(1.0, START - timedelta(hours=1))}
    assert severity_of_station(gauge(), latest=old, **kwargs) is AlarmSeverity.NO_DATA


def test_an_alarm_outlives_the_sensor_that_raised_it_and_silence_alone_stays_grey():
    silence = alarm(cause="silence/SLK-AWLR-03", severity=AlarmSeverity.ATTENTION)
    drowned = severity_of_station(gauge(), alarms=[alarm(), silence], latest={}, now=START)
    quiet = severity_of_station(gauge(), alarms=[silence], latest={}, now=START)
    assert (drowned, quiet) == (AlarmSeverity.CRITICAL, AlarmSeverity.NO_DATA)


def test_alarms_that_are_over_and_alarms_of_other_stations_colour_nothing():
    others = [alarm(cleared_at=START), alarm(station="SLK-AWLR-04")]
    assert severity_of_station(gauge(), alarms=others, latest={"stage_m": reading()}, now=START) == "normal"


def test_a_river_level_is_seen_before_its_alarm_comes():
    assert river_level_of(gauge().river, 3.2) is RiverLevel.SIAGA_1
    assert river_level_of(gauge().river, 1.0) is RiverLevel.SIAGA_4
    assert severity_of_station(gauge(), alarms=(), latest={"stage_m": reading(2.7)}, now=START) == "high"


def test_values_are_written_with_their_unit():
    assert format_value("stage_m", 3.42) == "3,42 m"
    assert format_value("soil_moisture_pct", 85.2) == "85%"
    assert format_value("depth", 1.5, unit="cm") == "1,50 cm"
