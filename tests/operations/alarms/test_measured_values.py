"""Values of alarms at raising, and present values computed from readings."""

import numpy as np
import pytest
from support.sensor_samples import START, alarm, minutes

from tabuah.operations.alarms.measured_values import (
    MeasuredQuantity,
    compute_present,
    measured_at,
    raised_values,
)
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.rules.crossings import EvidenceItem
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.rule import Rule, Threshold
from tabuah.operations.rules.watches import Measure

RULES = {rule.id: rule for rule in default_rules()}


def series(*pairs: tuple[float, float]) -> TimeSeries:
    """Return readings from pairs of minutes and values."""
    times_s = np.array([minutes(at).timestamp() for at, _value in pairs])
    return TimeSeries(times_s=times_s, values=np.array([value for _at, value in pairs]))


def quantity(measure: Measure, window_s: float = 3600.0) -> MeasuredQuantity:
    return MeasuredQuantity(station="A", parameter="rain_mm", measure=measure, window_s=window_s)


TEN_MINUTES = tuple((float(at), value) for at, value in zip(range(0, 70, 10), (9, 1, 2, 3, 4, 5, 6), strict=True))


@pytest.mark.parametrize(("measure", "value"), [(Measure.SUM, 21.0), (Measure.RISE, 5.0), (Measure.FALL, 3.0)])
def test_present_value_is_computed_over_window(measure: Measure, value: float):
    found = compute_present(quantity(measure), series(*TEN_MINUTES), interval_s=600, now=minutes(61))
    assert found is not None
    assert (found.at, found.value, found.is_whole) == (minutes(60), value, True)


def test_present_value_states_gaps():
    gappy = series((1, 1.0), (2, 1.0), (59, 1.0))
    found = compute_present(quantity(Measure.SUM), gappy, interval_s=60, now=minutes(60))
    assert found is not None
    assert (found.value, found.is_whole) == (3.0, False)


def test_present_value_ends_with_its_window():
    assert compute_present(quantity(Measure.SUM), series(*TEN_MINUTES), interval_s=600, now=minutes(121)) is None
    assert compute_present(quantity(Measure.SUM), TimeSeries(), interval_s=600, now=minutes(0)) is None


def test_raised_value_is_measured_after_hold_time():
    held = Rule(
        id="tahan",
        name="",
        parameter="stage_m",
        condition=Threshold(limit=3.0, for_s=300),
        severity=AlarmSeverity.HIGH,
    )
    raised = alarm(raised_at=minutes(9))
    assert measured_at(raised, None) == START
    assert measured_at(raised, held) == minutes(5)
    assert measured_at(alarm(raised_at=minutes(2)), held) == minutes(2)


def test_combination_values_name_measure_and_station():
    rule = RULES["banjir-dari-hulu"]
    evidence = (
        EvidenceItem(station="HULU", parameter="stage_m", part=1, holds=True, value=0.53, at=START, limit=0.5),
        EvidenceItem(station="ARR", parameter="rain_mm", part=2, holds=True, value=24.0, at=minutes(-2), limit=20.0),
        EvidenceItem(station="ARR-2", parameter="rain_mm", part=2, holds=True, value=22.0, at=START, limit=20.0),
    )
    raised = alarm(rule=rule.id, value=None, limit=None, evidence=evidence)
    first, second = raised_values(raised, rule)
    assert (first.quantity.station, first.quantity.measure, first.value) == ("HULU", Measure.RISE, 0.53)
    assert (second.quantity.station, second.quantity.measure, second.at) == ("ARR", Measure.SUM, minutes(-2))
    unknown, _other = raised_values(raised, None)
    assert unknown.quantity.measure is None


def test_silence_alarm_has_no_raised_value():
    assert raised_values(alarm(cause="silence/SLK-AWLR-03", value=None), None) == ()
