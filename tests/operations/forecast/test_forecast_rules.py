"""Tests of forecast rules: raised before the river reaches the level, ended afterwards, described as text."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from support.river_season import KOTO_BARU, SEASON_AT, STORM_AT, first_at, flood, model, past, stations
from support.sensor_samples import alarm, gauge

from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.forecast.forecast_rules import evaluate_forecast_rule
from tabuah.operations.forecast.hindcast import hindcast_crossings
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.stage_forecast import Expectation, StageForecast, StagePoint
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.rules.engine import INITIAL_STATE, SeriesState
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.operations.rules.rule import ForecastLevel, Rule
from tabuah.operations.rules.rule_file import InvalidRule, read_rule, write_rule
from tabuah.operations.rules.rule_trial import trial_series, try_rule
from tabuah.operations.rules.watches import ForecastWatch, watch_for_rule
from tabuah.resources.localisation import set_language
from tabuah.text.alarms.titles import alarm_title
from tabuah.text.rules.rule_text import describe_rule

SIAGA_2_M = 2.6


def rule(**fields: object) -> Rule:
    condition = ForecastLevel(level=RiverLevel.SIAGA_2, within_s=7200, **fields)
    return Rule(
        id="ramalan-siaga-2",
        name="Ramalan Siaga 2",
        parameter="stage_m",
        condition=condition,
        severity=AlarmSeverity.ATTENTION,
    )


def watch(**fields: object) -> ForecastWatch:
    found = watch_for_rule(rule(**fields), gauge())
    assert isinstance(found, ForecastWatch)
    return found


def forecast(minute: float, stage_m: float, peak_m: float, spread_m: float = 0.0) -> StageForecast:
    """Return a forecast that rises linearly to `peak_m` in an hour and stays there."""
    ahead = [StagePoint(lead_s, peak_m - spread_m, peak_m, peak_m + spread_m) for lead_s in (3600, 7200, 21_600)]
    return StageForecast(
        station=KOTO_BARU,
        issued_at=STORM_AT + timedelta(minutes=minute),
        stage_m=stage_m,
        method=Method.OWN,
        points=(StagePoint(0, stage_m, stage_m, stage_m), *ahead),
        skills=(),
    )


def kinds(watched: ForecastWatch, *forecasts: StageForecast) -> list[list[CrossingKind]]:
    state = INITIAL_STATE
    found = []
    for each in forecasts:
        state, crossings = evaluate_forecast_rule(watched, state, each)
        found.append([crossing.kind for crossing in crossings])
    return found


def test_forecast_rule_raises_with_expected_time():
    state, crossings = evaluate_forecast_rule(watch(), INITIAL_STATE, forecast(0, 1.0, 3.0, 0.5))
    assert [crossing.kind for crossing in crossings] == [CrossingKind.REACHED, CrossingKind.RAISED]
    raised = crossings[-1]
    assert (raised.value, raised.limit, state.is_raised) == (3.0, SIAGA_2_M, True)
    assert raised.expected.at == STORM_AT + timedelta(minutes=48)
    assert raised.expected.earliest_at < raised.expected.at
    assert raised.expected.latest_at is None


def test_forecast_rule_holds_within_hysteresis():
    assert kinds(watch(), forecast(0, 1.0, 3.0), forecast(1, 1.0, 2.55), forecast(2, 1.0, 2.45)) == [
        [CrossingKind.REACHED, CrossingKind.RAISED],
        [CrossingKind.LEFT],
        [CrossingKind.CLEARED],
    ]


def test_forecast_rule_ends_at_the_level():
    assert kinds(watch(), forecast(0, 1.0, 3.0), forecast(50, 2.6, 3.4), forecast(51, 2.7, 3.4)) == [
        [CrossingKind.REACHED, CrossingKind.RAISED],
        [CrossingKind.LEFT, CrossingKind.CLEARED],
        [],
    ]


def test_forecast_rule_ignores_later_levels():
    late = StageForecast(
        station=KOTO_BARU,
        issued_at=STORM_AT,
        stage_m=1.0,
        method=Method.OWN,
        points=(StagePoint(0, 1.0, 1.0, 1.0), StagePoint(7200, 1.0, 1.0, 1.0), StagePoint(10_800, 3.0, 3.0, 3.0)),
        skills=(),
    )
    assert kinds(watch(), late) == [[]]


def test_forecast_rule_uses_quantile_of_band():
    assert kinds(watch(), forecast(0, 1.0, 2.3, 0.5)) == [[]]
    assert CrossingKind.RAISED in kinds(watch(quantile=0.9), forecast(0, 1.0, 2.3, 0.5))[0]


def test_forecast_rule_ignores_old_forecasts():
    state = SeriesState(newest_at=STORM_AT)
    assert evaluate_forecast_rule(watch(), state, forecast(0, 1.0, 3.0)) == (state, ())


def test_forecast_rule_needs_gauge_with_level():
    bare = msgspec.structs.replace(gauge(), river=msgspec.structs.replace(gauge().river, thresholds_m={}))
    assert watch_for_rule(rule(), bare) is None


def test_forecast_rule_raises_once_in_storm():
    watched = watch_for_rule(rule(), stations()[KOTO_BARU])
    crossings = list(hindcast_crossings(watched, model(), flood(), since=STORM_AT - timedelta(hours=6)))
    told = [c for c in crossings if c.kind in (CrossingKind.RAISED, CrossingKind.CLEARED)]
    reached_at = first_at(flood(), SIAGA_2_M)
    assert [c.kind for c in told] == [CrossingKind.RAISED, CrossingKind.CLEARED]
    assert timedelta(minutes=20) < reached_at - told[0].at < timedelta(minutes=120)
    assert timedelta() <= told[1].at - reached_at < timedelta(minutes=20)
    assert told[1].value >= SIAGA_2_M


def history_of(records) -> dict:
    def values(each) -> list[tuple[datetime, float]]:
        pairs = zip(each.times_s.tolist(), each.values.tolist(), strict=True)
        return [(datetime.fromtimestamp(time_s, UTC), value) for time_s, value in pairs]

    return {series: values(each) for series, each in records.items()}


def test_forecast_trial_reports_short_history():
    history = history_of(flood())
    trial = try_rule(rule(), [stations()[KOTO_BARU]], history, since=STORM_AT)
    assert (trial.episodes, trial.too_little_history) == ((), (KOTO_BARU,))


def test_forecast_trial_fits_only_on_earlier_readings():
    since = SEASON_AT + timedelta(days=24)
    asked = msgspec.structs.replace(rule(), stations=(KOTO_BARU,))
    history = {series: values[: 30 * 1440] for series, values in history_of(past()).items()}
    trial = try_rule(asked, stations().values(), history, since=since)
    assert set(trial_series(asked, stations().values())) <= history.keys()
    assert trial.too_little_history == ()
    assert trial.episodes
    assert all(episode.raised_at >= since for episode in trial.episodes)


def test_forecast_rule_round_trips_through_journal():
    known = rule(quantile=0.9)
    assert read_rule(write_rule(known)) == known
    assert msgspec.json.decode(encode_body(RuleWritten(rule=known)), type=RuleWritten).rule == known
    with pytest.raises(InvalidRule):
        read_rule(write_rule(known).replace("7200", "90000"))


def test_forecast_rule_is_described_in_both_languages():
    set_language("en")
    told = describe_rule(rule())
    when = "Water level is forecast to reach the threshold of Siaga 2 within 2 hours"
    assert told == f"{when}; clears 0.10 m below the threshold"
    assert "has a chance of 10 % to reach" in describe_rule(rule(quantile=0.9))
    set_language("id")
    assert describe_rule(rule()).startswith("Tinggi muka air diprakirakan mencapai ambang Siaga 2 dalam 2 jam; ")


def test_forecast_alarm_states_level_and_time():
    at = STORM_AT + timedelta(minutes=70)
    sure = Expectation(at=at, earliest_at=at - timedelta(minutes=20), latest_at=at + timedelta(minutes=30))
    foretold = alarm(limit=SIAGA_2_M, value=3.0, expected=sure)
    set_language("id")
    told = alarm_title(foretold, gauge(), rule())
    assert told == "Batang Lembang: Siaga 2 diperkirakan pukul 11.10 WIB, antara 10.50 WIB dan 11.40 WIB"
    unsure = msgspec.structs.replace(foretold, expected=msgspec.structs.replace(sure, latest_at=None))
    assert alarm_title(unsure, gauge(), rule()).endswith("pukul 11.10 WIB, paling cepat 10.50 WIB")
