"""The engine raises one alarm per episode, whatever order and noise the readings come in."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sensors import START, gauge, minutes, of_kind, rain_gauge

from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.rules.engine import UNKNOWN, evaluate, evaluate_all, evaluate_silence, resume
from tabuah.operations.rules.rule import (
    Accumulation,
    Change,
    Condition,
    RiverStage,
    Rule,
    Silence,
    Stuck,
    Threshold,
)
from tabuah.operations.rules.watches import SilenceWatch, Watch, watch_of
from tabuah.operations.rules.windows import Window, slide

RAISED, CLEARED = CrossingKind.RAISED, CrossingKind.CLEARED


def rule(condition: Condition, parameter: str = "stage_m") -> Rule:
    return Rule(id="r-1", name="r", parameter=parameter, condition=condition, severity=AlarmSeverity.HIGH)


def watch(condition: Condition, parameter: str = "stage_m", interval_s: float = 60.0) -> Watch:
    station = rain_gauge() if parameter == "rain_mm" else gauge(interval_s=interval_s)
    made = watch_of(rule(condition, parameter), station)
    assert isinstance(made, Watch)
    return made


def series(*values: float, step_min: float = 1.0):
    return [(minutes(i * step_min), value) for i, value in enumerate(values)]


STAGE = watch(RiverStage(level=RiverLevel.SIAGA_1, hysteresis_m=0.1, for_s=120))


def test_a_flood_raises_once_with_its_first_minute_as_onset_and_clears_below_the_band():
    flood = series(2.9, 3.25, 3.3, 3.4, 3.42, 3.3, 3.15, 3.12, 3.05, 2.8)
    _, crossings = evaluate_all(STAGE, UNKNOWN, flood)
    raised, cleared = of_kind(crossings, RAISED, CLEARED)
    assert (raised.onset_at, raised.at, raised.value, raised.limit) == (minutes(1), minutes(3), 3.4, 3.2)
    assert (cleared.kind, cleared.at, cleared.onset_at) == (CLEARED, minutes(8), minutes(1))


def test_every_passing_of_the_limit_is_kept_beside_the_one_alarm():
    _, crossings = evaluate_all(STAGE, UNKNOWN, series(3.3, 3.3, 3.3, 3.15, 3.3, 3.15, 2.0))
    kinds = [crossing.kind.value for crossing in crossings]
    assert kinds == ["reached", "raised", "left", "reached", "left", "cleared"]


def test_a_peak_shorter_than_the_duration_raises_nothing():
    _, crossings = evaluate_all(STAGE, UNKNOWN, series(3.0, 3.5, 3.5, 3.0))
    assert of_kind(crossings, RAISED) == []


def test_a_gauge_that_reports_too_seldom_to_prove_the_duration_raises_at_once():
    hourly = watch(RiverStage(level=RiverLevel.SIAGA_1, for_s=120), interval_s=3600)
    _, crossings = evaluate_all(hourly, UNKNOWN, series(3.0, 3.5, step_min=60))
    assert [c.at for c in of_kind(crossings, RAISED)] == [minutes(60)]


def test_a_falling_limit_is_judged_from_the_other_side():
    low = watch(Threshold(limit=11.5, hysteresis=0.5, falling=True), "battery_v")
    _, crossings = evaluate_all(low, UNKNOWN, series(12.4, 11.5, 11.8, 11.4, 12.0))
    assert [(c.kind, c.value) for c in of_kind(crossings, RAISED, CLEARED)] == [(RAISED, 11.5), (CLEARED, 12.0)]


def test_without_hysteresis_an_episode_ends_just_below_the_limit_but_not_at_it():
    exact = watch(Threshold(limit=3.0))
    _, crossings = evaluate_all(exact, UNKNOWN, series(3.0, 3.0, 2.999))
    assert [c.kind for c in of_kind(crossings, RAISED, CLEARED)] == [RAISED, CLEARED]


def test_the_limit_of_a_level_is_the_gauges_own_and_no_limit_is_no_watch():
    siaga_4 = rule(RiverStage(level=RiverLevel.SIAGA_4))
    assert STAGE.limit == 3.2
    assert watch_of(siaga_4, gauge()) is None
    assert watch_of(rule(RiverStage(level=RiverLevel.SIAGA_1)), rain_gauge()) is None


stages = st.floats(min_value=0, max_value=6, allow_nan=False)


@given(st.lists(st.floats(min_value=3.1001, max_value=6, allow_nan=False), max_size=60))
def test_hysteresis_never_chatters_within_the_band(values: list[float]):
    """After the raise, whatever stays above the end of the band neither clears nor raises again."""
    _, crossings = evaluate_all(STAGE, resume(START - timedelta(minutes=1)), series(*values))
    assert of_kind(crossings, RAISED, CLEARED) == []


@given(st.lists(stages, max_size=80))
def test_raises_and_clears_alternate_and_an_onset_is_never_after_its_raise(values: list[float]):
    state, crossings = evaluate_all(STAGE, UNKNOWN, series(*values))
    kinds = [c.kind for c in of_kind(crossings, RAISED, CLEARED)]
    assert kinds == ([RAISED, CLEARED] * len(kinds))[: len(kinds)]
    assert state.is_raised == (len(kinds) % 2 == 1)
    assert all(c.onset_at <= c.at for c in crossings)


@given(st.lists(stages, min_size=1, max_size=40), st.data())
def test_late_and_repeated_readings_change_no_alarm(values: list[float], data: st.DataObject):
    """Readings that come again or after newer ones leave every key (rule, series, onset) as it was."""
    readings = series(*values)
    _, plain = evaluate_all(STAGE, UNKNOWN, readings)
    troubled = []
    for index, reading in enumerate(readings):
        troubled.append(reading)
        late_at = st.floats(min_value=-5, max_value=index, allow_nan=False)
        troubled += [(minutes(m), v) for m, v in data.draw(st.lists(st.tuples(late_at, stages), max_size=3))]
    _, crossings = evaluate_all(STAGE, UNKNOWN, troubled)
    assert crossings == plain


@given(st.lists(stages, max_size=60), st.integers(min_value=0, max_value=60))
def test_judging_in_two_parts_gives_the_same_as_judging_in_one(values: list[float], cut: int):
    readings = series(*values)
    whole = evaluate_all(STAGE, UNKNOWN, readings)
    state, first = evaluate_all(STAGE, UNKNOWN, readings[:cut])
    state, second = evaluate_all(STAGE, state, readings[cut:])
    assert (state, first + second) == whole


RAIN = watch(Accumulation(limit=20, window_s=3600, hysteresis=10), "rain_mm")
amounts = st.integers(min_value=0, max_value=50).map(lambda tenths: tenths / 10)


def test_rain_of_an_hour_raises_when_the_sum_reaches_the_limit_and_clears_when_it_ran_off():
    storm = series(*[1.0] * 25, *[0.0] * 80)
    _, crossings = evaluate_all(RAIN, UNKNOWN, storm)
    raised, cleared = of_kind(crossings, RAISED, CLEARED)
    assert (raised.onset_at, raised.value) == (minutes(19), 20.0)
    assert (cleared.at, cleared.value) == (minutes(74), 10.0)


def test_late_rain_counts_but_keeps_the_onset_and_a_repeated_value_counts_once():
    state, crossings = evaluate_all(RAIN, UNKNOWN, [(minutes(0), 9.0), (minutes(30), 5.0), (minutes(30), 5.0)])
    assert crossings == ()
    assert state.window.total == 14.0
    state, crossings = evaluate(RAIN, state, minutes(10), 7.0)
    assert [c.onset_at for c in of_kind(crossings, RAISED)] == [minutes(30)]
    state, crossings = evaluate(RAIN, state, minutes(10), 0.0)
    assert (state.window.total, of_kind(crossings, CLEARED)) == (14.0, [])


@given(st.lists(amounts, max_size=200))
def test_the_running_sum_is_the_sum_of_what_lies_in_the_window(values: list[float]):
    state, _ = evaluate_all(RAIN, UNKNOWN, series(*values))
    assert state.window.total == pytest.approx(sum(values[-60:]))


def test_a_dry_month_costs_nothing_and_a_corrected_value_leaves_the_sum():
    state, _ = evaluate_all(RAIN, UNKNOWN, series(2.0, *[0.0] * 30, 3.0, *[0.0] * 25))
    assert (state.window.total, len(state.window.times)) == (5.0, 2)
    state, _ = evaluate(RAIN, state, minutes(31), 0.0)
    assert state.window.total == 2.0
    state, _ = evaluate_all(RAIN, state, [(minutes(60 * 24 * 30), 0.0)])
    assert (state.window.total, state.window.times) == (0.0, ())


@given(st.permutations(list(range(40))))
def test_the_window_is_the_same_in_whatever_order_its_readings_come(order: list[int]):
    state, _ = evaluate_all(RAIN, UNKNOWN, [(minutes(i), i / 100) for i in order])
    assert state.window.times == tuple(minutes(i) for i in range(1, 40))
    assert state.window.total == pytest.approx(sum(range(40)) / 100)


def test_silence_is_raised_by_the_clock_since_the_last_word_and_broken_by_the_next():
    quiet = watch_of(rule(Silence(for_s=1800), parameter=""), gauge())
    assert isinstance(quiet, SilenceWatch)
    state, crossings = evaluate_silence(quiet, UNKNOWN, heard_at=minutes(0), now=minutes(29))
    assert crossings == ()
    state, crossings = evaluate_silence(quiet, state, heard_at=minutes(0), now=minutes(30))
    assert [(c.kind, c.onset_at) for c in crossings] == [(RAISED, minutes(0))]
    state, crossings = evaluate_silence(quiet, state, heard_at=minutes(0), now=minutes(31))
    assert crossings == ()
    state, crossings = evaluate_silence(quiet, state, heard_at=minutes(31), now=minutes(32))
    assert [(c.kind, c.onset_at, c.at) for c in crossings] == [(CLEARED, minutes(0), minutes(31))]


def test_a_station_that_reports_every_hour_is_not_silent_after_half_an_hour():
    quiet = watch_of(rule(Silence(for_s=1800)), gauge(interval_s=3600))
    assert isinstance(quiet, SilenceWatch)
    assert quiet.allowed == timedelta(hours=3)


def test_a_rule_means_only_stations_of_its_kind_its_list_and_its_parameter():
    some = rule(Threshold(limit=1))
    assert some.applies_to(gauge())
    assert not some.applies_to(rain_gauge())
    assert not Rule(**{**fields_of(some), "stations": ("SLK-AWLR-99",)}).applies_to(gauge())
    assert not Rule(**{**fields_of(some), "kind": "rain"}).applies_to(gauge())
    assert not Rule(**{**fields_of(some), "active": False}).applies_to(gauge())


def fields_of(some: Rule) -> dict[str, object]:
    return {name: getattr(some, name) for name in some.__struct_fields__}


RISE = watch(Change(limit=0.5, window_s=1800, hysteresis=0.2))


def test_a_river_that_rises_fast_raises_before_it_is_high_and_clears_when_it_rises_slower():
    slow = series(1.0, 1.02, 1.04, 1.06, step_min=10)
    assert evaluate_all(RISE, UNKNOWN, slow)[1] == ()
    fast = series(1.0, 1.2, 1.4, 1.6, 1.7, 1.7, 1.7, 1.7, step_min=10)
    _, crossings = evaluate_all(RISE, UNKNOWN, fast)
    raised, cleared = of_kind(crossings, RAISED, CLEARED)
    assert (raised.at, raised.value, raised.limit) == (minutes(30), pytest.approx(0.6), 0.5)
    assert (cleared.at, cleared.value) == (minutes(60), pytest.approx(0.1))


def test_the_value_that_is_exactly_as_old_as_the_window_counts_for_a_rise():
    hourly = watch(Change(limit=0.5, window_s=3600), interval_s=3600)
    _, crossings = evaluate_all(hourly, UNKNOWN, series(1.0, 1.6, step_min=60))
    assert [c.at for c in of_kind(crossings, RAISED)] == [minutes(60)]


def test_a_fall_is_judged_from_the_largest_value():
    _, crossings = evaluate_all(watch(Change(limit=0.5, window_s=1800, falling=True)), UNKNOWN, series(2.0, 2.2, 1.7))
    assert [c.value for c in of_kind(crossings, RAISED)] == [pytest.approx(0.5)]


def test_a_jammed_sensor_is_told_once_its_window_is_full_and_over_when_it_moves():
    stuck = watch(Stuck(for_s=600))
    _, crossings = evaluate_all(stuck, UNKNOWN, series(*[1.5] * 9))
    assert crossings == ()
    _, crossings = evaluate_all(stuck, UNKNOWN, series(*[1.5] * 12, 1.51))
    raised, cleared = of_kind(crossings, RAISED, CLEARED)
    assert (raised.at, cleared.at) == (minutes(9), minutes(12))


def test_a_gauge_that_reports_seldom_must_say_the_same_several_times():
    hourly = watch(Stuck(for_s=600), interval_s=3600)
    assert of_kind(evaluate_all(hourly, UNKNOWN, series(1, 1, 1, step_min=60))[1], RAISED) == []
    assert of_kind(evaluate_all(hourly, UNKNOWN, series(1, 1, 1, 1, 1, step_min=60))[1], RAISED)


def test_rain_may_rest_at_zero_and_is_jammed_at_anything_else():
    stuck = watch(Stuck(for_s=600, resting_at=0.0), "rain_mm")
    assert evaluate_all(stuck, UNKNOWN, series(*[0.0] * 30))[1] == ()
    assert of_kind(evaluate_all(stuck, UNKNOWN, series(*[0.2] * 30))[1], RAISED)


def test_silence_in_between_ends_no_alarm_of_a_jammed_sensor():
    stuck = watch(Stuck(for_s=600))
    readings = [*series(*[1.5] * 12), (minutes(300), 1.5)]
    assert of_kind(evaluate_all(stuck, UNKNOWN, readings)[1], CLEARED) == []


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40), st.permutations(range(40)))
def test_rise_fall_and_spread_are_those_of_the_values_in_the_window(values: list[int], order: list[int]):
    window, span = Window(), timedelta(minutes=10)
    known: dict[int, float] = {}
    for index in (i for i in order if i < len(values)):
        window = slide(window, minutes(index), values[index], span=span, sparse=False)
        known[index] = values[index]
    inside = [v for i, v in sorted(known.items()) if i > max(known) - 10]
    assert (window.rise, window.fall) == (inside[-1] - min(inside), max(inside) - inside[-1])
    assert window.spread == max(inside) - min(inside)
