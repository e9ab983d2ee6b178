"""Tests of a river's forecast: fitted on simulated weeks, verified on an unseen storm."""

from datetime import timedelta

import numpy as np
import pytest
from support.river_season import (
    KOTO_BARU,
    SEASON_AT,
    STORM_AT,
    first_at,
    flood,
    inputs,
    model,
    past,
    stations,
    steps_of_past,
    until,
    without,
)

from tabuah.operations.forecast.features import STEP_S, steps_of
from tabuah.operations.forecast.gauge_model import LEADS_S, RAIN, STAGE, GaugeAbove, TooLittleHistory
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.model_fit import FitCancelled, count_rises, fit_gauge
from tabuah.operations.forecast.prediction import issue_forecast
from tabuah.operations.forecast.stage_forecast import StageForecast, StagePoint, expectation
from tabuah.operations.levels import RiverLevel
from tabuah.operations.readings.time_series import TimeSeries

SIAGA_2_M = 2.6


def issued(minute: float, records=None) -> StageForecast:
    found = issue_forecast(model(), records or flood(), issued_at=STORM_AT + timedelta(minutes=minute))
    assert found is not None
    return found


def test_inputs_include_gauges_above_by_travel_time():
    assert inputs().above == (
        GaugeAbove("SLK-AWLR-02", 22 * 60),
        GaugeAbove("SLK-AWLR-07", 47 * 60),
        GaugeAbove("SLK-AWLR-01", 52 * 60),
    )
    assert len(inputs().rain) >= 5
    assert stations()[KOTO_BARU].river.thresholds_m[RiverLevel.SIAGA_2] == SIAGA_2_M


def test_back_test_beats_persistence_for_three_hours():
    for fit in model().methods:
        if fit.method is not Method.PERSISTENCE:
            assert all(skill.skill > 0.15 for skill in fit.reported_skills[:3]), fit.method
    best = model().methods[0]
    assert best.method is Method.RAIN_AND_ABOVE
    assert [skill.skill for skill in best.reported_skills[:3]] == sorted(
        (s.skill for s in best.reported_skills[:3]), reverse=True
    )
    assert best.skill_at(3600).skill > 0.5


def test_unseen_weeks_beat_persistence_within_band():
    days = 12
    weeks = past(77, days)
    steps = steps_of_past(weeks, days)
    begin_s = steps.end_s - steps.stage_m.size * STEP_S
    errors: dict[int, list[tuple[float, float]]] = {lead_s: [] for lead_s in LEADS_S}
    inside: list[bool] = []
    for index in range(220, steps.stage_m.size - 40, 3):
        at = SEASON_AT + timedelta(seconds=(index + 1) * STEP_S)
        assert at.timestamp() == begin_s + (index + 1) * STEP_S
        forecast = issue_forecast(model(), until(weeks, at), issued_at=at)
        for point in forecast.points[1:]:
            came_m = steps.stage_m[index + round(point.lead_s / STEP_S)]
            errors[point.lead_s].append((came_m - point.middle_m, came_m - forecast.stage_m))
            inside.append(point.low_m - 0.005 <= came_m <= point.high_m + 0.005)
    for lead_s in (3600, 7200, 10_800):
        ours, persistence = np.sqrt(np.mean(np.square(errors[lead_s]), axis=0))
        assert ours < 0.85 * persistence, lead_s
    assert 0.75 < np.mean(inside) < 0.97  # the nominal coverage of the band is 80 %


def test_storm_is_forecast_half_an_hour_ahead():
    reached_at = first_at(flood(), SIAGA_2_M)
    said = [minute for minute in range(0, 140, 5) if issued(minute).highest_m(within_s=10_800) >= SIAGA_2_M]
    first = STORM_AT + timedelta(minutes=said[0])
    assert timedelta(minutes=30) <= reached_at - first <= timedelta(minutes=120)
    assert said == list(range(said[0], 140, 5))  # and stays forecast
    expected = expectation(issued(100), SIAGA_2_M)
    assert abs(expected.at - reached_at) < timedelta(minutes=20)
    assert expected.earliest_at <= expected.at <= (expected.latest_at or expected.at)


def test_forecast_stays_quiet_without_rain():
    for minute in range(-300, 30, 30):
        forecast = issued(minute)
        assert max(point.high_m for point in forecast.points) < forecast.stage_m + 0.2


def test_forecast_ignores_readings_after_issue():
    assert issued(90) == issued(90, until(flood(), STORM_AT + timedelta(minutes=90)))


def test_forecast_falls_back_and_names_silent_stations():
    rain_codes = inputs().rain
    no_rain = issued(90, without(flood(), *rain_codes))
    assert no_rain.method is Method.ABOVE
    assert no_rain.missing == rain_codes
    no_gauge = issued(90, without(flood(), "SLK-AWLR-02"))
    assert (no_gauge.method, no_gauge.missing) == (Method.RAIN, ("SLK-AWLR-02",))
    alone = issued(90, without(flood(), *rain_codes, "SLK-AWLR-02"))
    assert alone.method is Method.OWN


def test_forecast_without_history_persists_or_is_none():
    at = STORM_AT + timedelta(minutes=90)
    stage = flood()[KOTO_BARU, STAGE]
    newest = stage.times_s > at.timestamp() - 600
    known = flood() | {(KOTO_BARU, STAGE): TimeSeries(times_s=stage.times_s[newest], values=stage.values[newest])}
    forecast = issue_forecast(model(), known, issued_at=at)
    assert forecast.method is Method.PERSISTENCE
    assert all(point.low_m <= forecast.stage_m <= point.high_m for point in forecast.points)
    assert issue_forecast(model(), without(flood(), KOTO_BARU), issued_at=at) is None


def test_steps_bridge_short_gaps_only():
    stage = flood()[KOTO_BARU, STAGE]

    def with_gap(minutes: float) -> StageForecast | None:
        at = STORM_AT + timedelta(minutes=90)
        kept = stage.times_s <= at.timestamp() - 60 * minutes
        known = flood() | {(KOTO_BARU, STAGE): TimeSeries(times_s=stage.times_s[kept], values=stage.values[kept])}
        return issue_forecast(model(), known, issued_at=at)

    assert with_gap(25) is not None
    assert with_gap(60) is None


@pytest.mark.parametrize("stage_m", [-5.0, 0.0, 40.0])
def test_forecast_respects_lowest_stage_and_fastest_rise(stage_m: float):
    at = STORM_AT + timedelta(minutes=90)
    stage = flood()[KOTO_BARU, STAGE]
    values = np.where(stage.times_s > at.timestamp() - 1200, stage_m, stage.values)
    mad = flood() | {(KOTO_BARU, STAGE): TimeSeries(times_s=stage.times_s, values=values)}
    forecast = issue_forecast(model(), mad, issued_at=at)
    most_m = max(line.limits.most_rise_m for fit in model().methods for line in fit.lines)
    for point in forecast.points:
        assert np.isfinite([point.low_m, point.middle_m, point.high_m]).all()
        assert min(model().lowest_m, forecast.stage_m) <= point.low_m + 1e-6
        assert point.low_m <= point.middle_m <= point.high_m <= forecast.stage_m + most_m + 1e-3


def test_river_above_history_is_marked():
    assert not issued(60).beyond_history
    stage = flood()[KOTO_BARU, STAGE]
    higher = flood() | {(KOTO_BARU, STAGE): TimeSeries(times_s=stage.times_s, values=stage.values + 8.0)}
    assert issued(170, higher).beyond_history


def test_short_history_gives_no_model():
    short = fit_gauge(inputs(), steps_of_past(past(), 3), fitted_at=SEASON_AT)
    assert isinstance(short, TooLittleHistory)
    dry = {
        series: TimeSeries(times_s=each.times_s, values=np.zeros(len(each)) + (1.0 if series[1] == STAGE else 0.0))
        for series, each in past().items()
    }
    calm = fit_gauge(inputs(), steps_of_past(dry), fitted_at=SEASON_AT)
    assert calm == TooLittleHistory(station=KOTO_BARU, days=pytest.approx(60, abs=0.5), rises=0)


def test_equal_history_gives_equal_model():
    assert fit_gauge(inputs(), steps_of_past(past(1, 12), 12), fitted_at=SEASON_AT) == fit_gauge(
        inputs(), steps_of_past(past(1, 12), 12), fitted_at=SEASON_AT
    )


def test_steps_average_ten_minutes_including_end():
    times_s = np.array([0.0, 300.0, 600.0, 601.0, 4000.0])
    series = {(KOTO_BARU, STAGE): TimeSeries(times_s=times_s, values=np.array([1.0, 2.0, 3.0, 5.0, 9.0]))}
    found = steps_of(inputs(), series, end_s=4200.0, count=7).stage_m
    assert found.tolist() == pytest.approx([2.5, 5.0, 5.0, 5.0, 5.0, np.nan, 9.0], nan_ok=True)
    assert np.isnan(steps_of(inputs(), {}, end_s=4200.0, count=7).rain_mm).all()


def test_rain_is_mean_of_reporting_gauges():
    times_s = np.arange(60.0, 1801.0, 60.0)
    series = {(code, RAIN): TimeSeries(times_s=times_s, values=np.full(30, 0.2)) for code in inputs().rain}
    assert steps_of(inputs(), series, end_s=1800.0, count=3).rain_mm.tolist() == pytest.approx([2.0, 2.0, 2.0])
    few = dict(list(series.items())[:2])
    assert np.isnan(steps_of(inputs(), few, end_s=1800.0, count=3).rain_mm).all()


def test_rises_are_counted_once():
    stage_m = np.full(600, 1.0)
    for begin in (100, 300, 304):
        stage_m[begin : begin + 6] = 1.5
    assert count_rises(stage_m) == 2


def test_expected_time_and_quantile_are_interpolated():
    points = (StagePoint(0, 1.0, 1.0, 1.0), StagePoint(3600, 1.2, 2.0, 3.0), StagePoint(7200, 1.4, 3.0, 5.0))
    forecast = StageForecast(
        station="G", issued_at=SEASON_AT, stage_m=1.0, method=Method.OWN, points=points, skills=()
    )
    expected = expectation(forecast, 2.5)
    assert (expected.at, expected.earliest_at) == (
        SEASON_AT + timedelta(minutes=90),
        SEASON_AT + timedelta(minutes=45),
    )
    assert expected.latest_at is None
    assert forecast.highest_m(within_s=5400) == 2.5
    assert forecast.highest_m(within_s=1800, quantile=0.9) == 2.0
    assert forecast.reaches_at(2.5, quantile=0.7) == SEASON_AT + timedelta(minutes=60)
    assert forecast.reaches_at(0.5) == SEASON_AT
    assert expectation(forecast, 6.0) is None


def test_cancelled_fit_ends_at_once():
    asked: list[int] = []

    def is_cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(FitCancelled):
        fit_gauge(inputs(), steps_of_past(past()), fitted_at=SEASON_AT, is_cancelled=is_cancelled)
    assert len(asked) == 3
