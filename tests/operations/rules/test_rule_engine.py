"""The engine raises one alarm per episode, in any order of readings."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sensor_samples import START, gauge, minutes, of_kind, rain_gauge

from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.rules.engine import INITIAL_STATE, evaluate, evaluate_all, evaluate_silence, resume_raised
from tabuah.operations.rules.rule import (
    Accumulation,
    Condition,
    RateOfChange,
    RiverStage,
    Rule,
    Silence,
    Stuck,
    Threshold,
)
from tabuah.operations.rules.sliding_window import SlidingWindow, slide
from tabuah.operations.rules.watches import SilenceWatch, Watch, watch_for_rule

RAISED, CLEARED = CrossingKind.RAISED, CrossingKind.CLEARED


def rule(condition: Condition, parameter: str = "stage_m") -> Rule:
    return Rule(id="r-1", name="r", parameter=parameter, condition=condition, severity=AlarmSeverity.HIGH)


def watch(condition: Condition, parameter: str = "stage_m", interval_s: float = 60.0) -> Watch:
    station = rain_gauge() if parameter == "rain_mm" else gauge(interval_s=interval_s)
    made = watch_for_rule(rule(condition, parameter), station)
    assert isinstance(made, Watch)
    return made


def series(*values: float, step_min: float = 1.0):
    return [(minutes(i * step_min), value) for i, value in enumerate(values)]


STAGE = watch(RiverStage(level=RiverLevel.SIAGA_1, hysteresis_m=0.1, for_s=120))


def test_flood_raises_once_and_clears_below_hysteresis():
    flood = series(2.9, 3.25, 3.3, 3.4, 3.42, 3.3, 3.15, 3.12, 3.05, 2.8)
    _, crossings = evaluate_all(STAGE, INITIAL_STATE, flood)
    raised, cleared = of_kind(crossings, RAISED, CLEARED)
    assert (raised.onset_at, raised.at, raised.value, raised.limit) == (minutes(1), minutes(3), 3.4, 3.2)
    assert (cleared.kind, cleared.at, cleared.onset_at) == (CLEARED, minutes(8), minutes(1))


def test_every_limit_crossing_is_returned():
    _, crossings = evaluate_all(STAGE, INITIAL_STATE, series(3.3, 3.3, 3.3, 3.15, 3.3, 3.15, 2.0))
    kinds = [crossing.kind.value for crossing in crossings]
    assert kinds == ["reached", "raised", "left", "reached", "left", "cleared"]


def test_peak_shorter_than_duration_raises_nothing():
    _, crossings = evaluate_all(STAGE, INITIAL_STATE, series(3.0, 3.5, 3.5, 3.0))
    assert of_kind(crossings, RAISED) == []


def test_slow_gauge_raises_at_first_value():
    hourly = watch(RiverStage(level=RiverLevel.SIAGA_1, for_s=120), interval_s=3600)
    _, crossings = evaluate_all(hourly, INITIAL_STATE, series(3.0, 3.5, step_min=60))
    assert [c.at for c in of_kind(crossings, RAISED)] == [minutes(60)]


def test_falling_limit_is_evaluated_downwards():
    low = watch(Threshold(limit=11.5, hysteresis=0.5, falling=True), "battery_v")
    _, crossings = evaluate_all(low, INITIAL_STATE, series(12.4, 11.5, 11.8, 11.4, 12.0))
    assert [(c.kind, c.value) for c in of_kind(crossings, RAISED, CLEARED)] == [(RAISED, 11.5), (CLEARED, 12.0)]


def test_episode_without_hysteresis_ends_below_the_limit():
    exact = watch(Threshold(limit=3.0))
    _, crossings = evaluate_all(exact, INITIAL_STATE, series(3.0, 3.0, 2.999))
    assert [c.kind for c in of_kind(crossings, RAISED, CLEARED)] == [RAISED, CLEARED]


def test_river_limit_comes_from_the_gauge():
    siaga_4 = rule(RiverStage(level=RiverLevel.SIAGA_4))
    assert STAGE.limit == 3.2
    assert watch_for_rule(siaga_4, gauge()) is None
    assert watch_for_rule(rule(RiverStage(level=RiverLevel.SIAGA_1)), rain_gauge()) is None


stages = st.floats(min_value=0, max_value=6, allow_nan=False)


@given(st.lists(st.floats(min_value=3.1001, max_value=6, allow_nan=False), max_size=60))
def test_hysteresis_never_chatters_in_its_band(values: list[float]):
    """Once raised, values above the end of the band neither clear nor raise again."""
    _, crossings = evaluate_all(STAGE, resume_raised(START - timedelta(minutes=1)), series(*values))
    assert of_kind(crossings, RAISED, CLEARED) == []


@given(st.lists(stages, max_size=80))
def test_raise_and_clear_alternate_after_onset(values: list[float]):
    state, crossings = evaluate_all(STAGE, INITIAL_STATE, series(*values))
    kinds = [c.kind for c in of_kind(crossings, RAISED, CLEARED)]
    assert kinds == ([RAISED, CLEARED] * len(kinds))[: len(kinds)]
    assert state.is_raised == (len(kinds) % 2 == 1)
    assert all(c.onset_at <= c.at for c in crossings)


@given(st.lists(stages, min_size=1, max_size=40), st.data())
def test_late_repeated_readings_change_no_alarm(values: list[float], data: st.DataObject):
    """Repeated and late readings leave every key (rule, series, onset) unchanged."""
    readings = series(*values)
    _, plain = evaluate_all(STAGE, INITIAL_STATE, readings)
    troubled = []
    for index, reading in enumerate(readings):
        troubled.append(reading)
        late_at = st.floats(min_value=-5, max_value=index, allow_nan=False)
        troubled += [(minutes(m), v) for m, v in data.draw(st.lists(st.tuples(late_at, stages), max_size=3))]
    _, crossings = evaluate_all(STAGE, INITIAL_STATE, troubled)
    assert crossings == plain


@given(st.lists(stages, max_size=60), st.integers(min_value=0, max_value=60))
def test_split_evaluation_equals_a_single_one(values: list[float], cut: int):
    readings = series(*values)
    whole = evaluate_all(STAGE, INITIAL_STATE, readings)
    state, first = evaluate_all(STAGE, INITIAL_STATE, readings[:cut])
    state, second = evaluate_all(STAGE, state, readings[cut:])
    assert (state, first + second) == whole


RAIN = watch(Accumulation(limit=20, window_s=3600, hysteresis=10), "rain_mm")
amounts = st.integers(min_value=0, max_value=50).map(lambda tenths: tenths / 10)


def test_hourly_rain_raises_and_clears_by_sum():
    storm = series(*[1.0] * 25, *[0.0] * 80)
    _, crossings = evaluate_all(RAIN, INITIAL_STATE, storm)
    raised, cleared = of_kind(crossings, RAISED, CLEARED)
    assert (raised.onset_at, raised.value) == (minutes(19), 20.0)
    assert (cleared.at, cleared.value) == (minutes(74), 10.0)


def test_late_rain_counts_once_and_keeps_onset():
    state, crossings = evaluate_all(RAIN, INITIAL_STATE, [(minutes(0), 9.0), (minutes(30), 5.0), (minutes(30), 5.0)])
    assert crossings == ()
    assert state.window.total == 14.0
    state, crossings = evaluate(RAIN, state, minutes(10), 7.0)
    assert [c.onset_at for c in of_kind(crossings, RAISED)] == [minutes(30)]
    state, crossings = evaluate(RAIN, state, minutes(10), 0.0)
    assert (state.window.total, of_kind(crossings, CLEARED)) == (14.0, [])


@given(st.lists(amounts, max_size=200))
def test_running_sum_equals_values_in_window(values: list[float]):
    state, _ = evaluate_all(RAIN, INITIAL_STATE, series(*values))
    assert state.window.total == pytest.approx(sum(values[-60:]))


def test_dry_month_keeps_window_empty():
    state, _ = evaluate_all(RAIN, INITIAL_STATE, series(2.0, *[0.0] * 30, 3.0, *[0.0] * 25))
    assert (state.window.total, len(state.window.times)) == (5.0, 2)
    state, _ = evaluate(RAIN, state, minutes(31), 0.0)
    assert state.window.total == 2.0
    state, _ = evaluate_all(RAIN, state, [(minutes(60 * 24 * 30), 0.0)])
    assert (state.window.total, state.window.times) == (0.0, ())


@given(st.permutations(list(range(40))))
def test_window_is_independent_of_order(order: list[int]):
    state, _ = evaluate_all(RAIN, INITIAL_STATE, [(minutes(i), i / 100) for i in order])
    assert state.window.times == tuple(minutes(i) for i in range(1, 40))
    assert state.window.total == pytest.approx(sum(range(40)) / 100)


def test_silence_is_raised_by_clock_and_ended():
    quiet = watch_for_rule(rule(Silence(for_s=1800), parameter=""), gauge())
    assert isinstance(quiet, SilenceWatch)
    state, crossings = evaluate_silence(quiet, INITIAL_STATE, heard_at=minutes(0), now=minutes(29))
    assert crossings == ()
    state, crossings = evaluate_silence(quiet, state, heard_at=minutes(0), now=minutes(30))
    assert [(c.kind, c.onset_at) for c in crossings] == [(RAISED, minutes(0))]
    state, crossings = evaluate_silence(quiet, state, heard_at=minutes(0), now=minutes(31))
    assert crossings == ()
    state, crossings = evaluate_silence(quiet, state, heard_at=minutes(31), now=minutes(32))
    assert [(c.kind, c.onset_at, c.at) for c in crossings] == [(CLEARED, minutes(0), minutes(31))]


def test_silence_allows_three_station_intervals():
    quiet = watch_for_rule(rule(Silence(for_s=1800)), gauge(interval_s=3600))
    assert isinstance(quiet, SilenceWatch)
    assert quiet.allowed == timedelta(hours=3)


def test_rule_applies_by_kind_list_and_parameter():
    some = rule(Threshold(limit=1))
    assert some.applies_to(gauge())
    assert not some.applies_to(rain_gauge())
    assert not Rule(**{**fields_of(some), "stations": ("SLK-AWLR-99",)}).applies_to(gauge())
    assert not Rule(**{**fields_of(some), "kind": "rain"}).applies_to(gauge())
    assert not Rule(**{**fields_of(some), "active": False}).applies_to(gauge())


def fields_of(some: Rule) -> dict[str, object]:
    return {name: getattr(some, name) for name in some.__struct_fields__}


RISE = watch(RateOfChange(limit=0.5, window_s=1800, hysteresis=0.2))


def test_fast_rise_raises_and_clears_when_slower():
    slow = series(1.0, 1.02, 1.04, 1.06, step_min=10)
    assert evaluate_all(RISE, INITIAL_STATE, slow)[1] == ()
    fast = series(1.0, 1.2, 1.4, 1.6, 1.7, 1.7, 1.7, 1.7, step_min=10)
    _, crossings = evaluate_all(RISE, INITIAL_STATE, fast)
    raised, cleared = of_kind(crossings, RAISED, CLEARED)
    assert (raised.at, raised.value, raised.limit) == (minutes(30), pytest.approx(0.6), 0.5)
    assert (cleared.at, cleared.value) == (minutes(60), pytest.approx(0.1))


def test_rise_includes_value_at_window_edge():
    hourly = watch(RateOfChange(limit=0.5, window_s=3600), interval_s=3600)
    _, crossings = evaluate_all(hourly, INITIAL_STATE, series(1.0, 1.6, step_min=60))
    assert [c.at for c in of_kind(crossings, RAISED)] == [minutes(60)]


def test_fall_starts_from_the_largest_value():
    _, crossings = evaluate_all(
        watch(RateOfChange(limit=0.5, window_s=1800, falling=True)), INITIAL_STATE, series(2.0, 2.2, 1.7)
    )
    assert [c.value for c in of_kind(crossings, RAISED)] == [pytest.approx(0.5)]


def test_stuck_sensor_raises_with_full_window():
    stuck = watch(Stuck(for_s=600))
    _, crossings = evaluate_all(stuck, INITIAL_STATE, series(*[1.5] * 9))
    assert crossings == ()
    _, crossings = evaluate_all(stuck, INITIAL_STATE, series(*[1.5] * 12, 1.51))
    raised, cleared = of_kind(crossings, RAISED, CLEARED)
    assert (raised.at, cleared.at) == (minutes(9), minutes(12))


def test_stuck_needs_several_values_of_slow_gauge():
    hourly = watch(Stuck(for_s=600), interval_s=3600)
    assert of_kind(evaluate_all(hourly, INITIAL_STATE, series(1, 1, 1, step_min=60))[1], RAISED) == []
    assert of_kind(evaluate_all(hourly, INITIAL_STATE, series(1, 1, 1, 1, 1, step_min=60))[1], RAISED)


def test_stuck_rain_may_rest_at_zero():
    stuck = watch(Stuck(for_s=600, resting_at=0.0), "rain_mm")
    assert evaluate_all(stuck, INITIAL_STATE, series(*[0.0] * 30))[1] == ()
    assert of_kind(evaluate_all(stuck, INITIAL_STATE, series(*[0.2] * 30))[1], RAISED)


def test_silence_does_not_clear_stuck_sensor():
    stuck = watch(Stuck(for_s=600))
    readings = [*series(*[1.5] * 12), (minutes(300), 1.5)]
    assert of_kind(evaluate_all(stuck, INITIAL_STATE, readings)[1], CLEARED) == []


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40), st.permutations(range(40)))
def test_window_rise_fall_and_spread_are_exact(values: list[int], order: list[int]):
    window, span = SlidingWindow(), timedelta(minutes=10)
    known: dict[int, float] = {}
    for index in (i for i in order if i < len(values)):
        window = slide(window, minutes(index), values[index], span=span, sparse=False)
        known[index] = values[index]
    inside = [v for i, v in sorted(known.items()) if i > max(known) - 10]
    assert (window.rise, window.fall) == (inside[-1] - min(inside), max(inside) - inside[-1])
    assert window.spread == max(inside) - min(inside)
