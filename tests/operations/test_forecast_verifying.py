"""Forecasts held against what came: hits, misses, false alarms, and how long before."""

from datetime import UTC, datetime, timedelta

import pytest

from tabuah.operations.forecast.forecast import StageForecast, StagePoint
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.verifying import Verification, verify

START = datetime(2026, 6, 1, tzinfo=UTC)


def forecasts(*peaks_m: float) -> list[StageForecast]:
    """One each ten minutes, each with its peak an hour ahead."""
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
    """A stage a minute for ten hours, at 3 m during each of the floods."""

    def stage_m(minute: int) -> float:
        return 3.0 if any(first <= minute < last for first, last in floods_min.values()) else 1.0

    return [(START + timedelta(minutes=minute), stage_m(minute)) for minute in range(600)]


def done(peaks_m: list[float], readings, **fields: float) -> Verification:
    return verify(forecasts(*peaks_m), readings, limit_m=2.6, within_s=3600, **fields)


def test_a_flood_that_was_forecast_is_a_hit_with_its_lead_from_the_first_forecast():
    result = done([1.0, 1.0, 3.0, 3.0, 3.0], river(flood=(50, 90)))
    assert (result.hits, result.misses, result.false_alarms, result.lead_s) == (1, 0, 0, (1800.0,))
    assert (result.mean_lead_s, result.detected, result.false) == (1800.0, 1.0, 0.0)


def test_a_flood_without_a_forecast_is_a_miss_and_a_forecast_without_a_flood_a_false_alarm():
    missed = done([1.0] * 6, river(flood=(30, 60)))
    assert (missed.hits, missed.misses, missed.false_alarms) == (0, 1, 0)
    false = done([1.0, 3.0, 3.0, 1.0], river())
    assert (false.hits, false.misses, false.false_alarms) == (0, 0, 1)


def test_a_forecast_of_long_before_is_no_hit():
    result = done([3.0] + [1.0] * 20, river(flood=(120, 150)))
    assert (result.hits, result.misses, result.false_alarms) == (0, 1, 1)


def test_two_floods_are_two_and_one_that_wavers_is_one():
    wavering = [(at, 2.55 if 60 <= (at - START).seconds // 60 < 62 else v) for at, v in river(flood=(50, 90))]
    assert done([3.0] * 10, wavering).hits == 1
    assert done([3.0] * 30, river(one=(50, 90), two=(150, 200))).hits == 2


def test_the_edge_of_the_band_forecasts_more():
    assert done([2.0] * 5, river(flood=(30, 60))).misses == 1
    assert done([2.0] * 5, river(flood=(30, 60)), quantile=0.9).hits == 1


def test_without_forecasts_or_floods_there_is_nothing_to_tell():
    nothing = done([], river())
    assert (nothing.hits, nothing.misses, nothing.false_alarms) == (0, 0, 0)
    for share in (nothing.mean_lead_s, nothing.detected, nothing.false):
        assert share != pytest.approx(share)  # not a number
