"""Tests of forecast verification: hits, misses, false alarms and lead times."""

from datetime import UTC, datetime, timedelta
from math import isnan

from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.stage_forecast import StageForecast, StagePoint
from tabuah.operations.forecast.verification import (
    ForecastVerification,
    false_alarm_ratio,
    probability_of_detection,
    verify_forecasts,
)

START = datetime(2026, 6, 1, tzinfo=UTC)


def forecasts(*peaks_m: float) -> list[StageForecast]:
    """Return one forecast each ten minutes, with its peak an hour ahead."""
    return [
        StageForecast(
            station="G",
            issued_at=START + timedelta(minutes=10 * number),
            stage_m=1.0,
            method=Method.OWN,
            points=(StagePoint(0, 1.0, 1.0, 1.0), StagePoint(3600, peak_m, peak_m, peak_m + 1.0)),
            skills=(),
        )
        for number, peak_m in enumerate(peaks_m)
    ]


def river(**floods_min: tuple[float, float]) -> list[tuple[datetime, float]]:
    """Return a stage a minute for ten hours, at 3 m during each of the floods."""

    def stage_m(minute: int) -> float:
        return 3.0 if any(first <= minute < last for first, last in floods_min.values()) else 1.0

    return [(START + timedelta(minutes=minute), stage_m(minute)) for minute in range(600)]


def done(peaks_m: list[float], readings, **fields: float) -> ForecastVerification:
    return verify_forecasts(forecasts(*peaks_m), readings, limit_m=2.6, within_s=3600, **fields)


def test_forecast_flood_is_hit_with_lead_time():
    result = done([1.0, 1.0, 3.0, 3.0, 3.0], river(flood=(50, 90)))
    assert (result.hits, result.misses, result.false_alarms, result.lead_s) == (1, 0, 0, (1800.0,))
    assert result.mean_lead_s == 1800.0
    assert probability_of_detection(result.hits, result.misses) == 1.0
    assert false_alarm_ratio(result.hits, result.false_alarms) == 0.0


def test_misses_and_false_alarms_are_counted():
    missed = done([1.0] * 6, river(flood=(30, 60)))
    assert (missed.hits, missed.misses, missed.false_alarms) == (0, 1, 0)
    unneeded = done([1.0, 3.0, 3.0, 1.0], river())
    assert (unneeded.hits, unneeded.misses, unneeded.false_alarms) == (0, 0, 1)


def test_outdated_forecast_is_no_hit():
    result = done([3.0] + [1.0] * 20, river(flood=(120, 150)))
    assert (result.hits, result.misses, result.false_alarms) == (0, 1, 1)


def test_floods_are_separated_by_hysteresis():
    wavering = [(at, 2.55 if 60 <= (at - START).seconds // 60 < 62 else v) for at, v in river(flood=(50, 90))]
    assert done([3.0] * 10, wavering).hits == 1
    assert done([3.0] * 30, river(one=(50, 90), two=(150, 200))).hits == 2


def test_upper_quantile_forecasts_more():
    assert done([2.0] * 5, river(flood=(30, 60))).misses == 1
    assert done([2.0] * 5, river(flood=(30, 60)), quantile=0.9).hits == 1


def test_verification_without_data_has_no_ratios():
    nothing = done([], river())
    assert (nothing.hits, nothing.misses, nothing.false_alarms) == (0, 0, 0)
    assert isnan(nothing.mean_lead_s)
    assert probability_of_detection(nothing.hits, nothing.misses) is None
    assert false_alarm_ratio(nothing.hits, nothing.false_alarms) is None
