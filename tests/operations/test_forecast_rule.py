"""A rule about forecasts: raised before the river comes, over when it has come or will not, and said in words."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from river_season import KOTO_BARU, SEASON_AT, STORM_AT, first_at, flood, model, past, stations
from sensors import alarm, gauge

from tabuah.operations.alarms.titles import alarm_title
from tabuah.operations.bodies import encode_body
from tabuah.operations.forecast.expectation import Expectation
from tabuah.operations.forecast.forecast import StageForecast, StagePoint
from tabuah.operations.forecast.judging import judge_forecast
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.playing import play_forecasts
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.rules.bodies import RuleWritten
from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.rules.engine import UNKNOWN, SeriesState
from tabuah.operations.rules.reading import BadRule, read_rule, write_rule
from tabuah.operations.rules.rule import Forecast, Rule
from tabuah.operations.rules.telling import tell_rule
from tabuah.operations.rules.trial import series_of, try_rule
from tabuah.operations.rules.watches import ForecastWatch, watch_of
from tabuah.resources.catalogue import set_language

SIAGA_2_M = 2.6


def rule(**fields: object) -> Rule:
    condition = Forecast(level=RiverLevel.SIAGA_2, within_s=7200, **fields)
    return Rule(
        id="ramalan-siaga-2",
        name="Ramalan Siaga 2",
        parameter="stage_m",
        condition=condition,
        severity=AlarmSeverity.ATTENTION,
    )


def watch(**fields: object) -> ForecastWatch:
    found = watch_of(rule(**fields), gauge())
    assert isinstance(found, ForecastWatch)
    return found


def forecast(minute: float, stage_m: float, peak_m: float, spread_m: float = 0.0) -> StageForecast:
    """One that rises straight to `peak_m` in an hour and stays there."""
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
    state = UNKNOWN
    found = []
    for each in forecasts:
        state, crossings = judge_forecast(watched, state, each)
        found.append([crossing.kind for crossing in crossings])
    return found


def test_it_is_raised_when_the_level_is_forecast_and_says_when_it_is_expected():
    state, crossings = judge_forecast(watch(), UNKNOWN, forecast(0, 1.0, 3.0, 0.5))
    assert [crossing.kind for crossing in crossings] == [CrossingKind.REACHED, CrossingKind.RAISED]
    raised = crossings[-1]
    assert (raised.value, raised.limit, state.is_raised) == (3.0, SIAGA_2_M, True)
    assert raised.expected.at == STORM_AT + timedelta(minutes=48)
    assert raised.expected.earliest_at < raised.expected.at
    assert raised.expected.latest_at is None


def test_it_holds_within_the_hysteresis_and_is_over_below_it():
    assert kinds(watch(), forecast(0, 1.0, 3.0), forecast(1, 1.0, 2.55), forecast(2, 1.0, 2.45)) == [
        [CrossingKind.REACHED, CrossingKind.RAISED],
        [CrossingKind.LEFT],
        [CrossingKind.CLEARED],
    ]


def test_it_is_over_when_the_river_has_come_there_and_not_raised_again_while_it_stays():
    assert kinds(watch(), forecast(0, 1.0, 3.0), forecast(50, 2.6, 3.4), forecast(51, 2.7, 3.4)) == [
        [CrossingKind.REACHED, CrossingKind.RAISED],
        [CrossingKind.LEFT, CrossingKind.CLEARED],
        [],
    ]


def test_a_level_that_is_reached_later_than_asked_for_is_no_alarm():
    late = StageForecast(
        station=KOTO_BARU,
        issued_at=STORM_AT,
        stage_m=1.0,
        method=Method.OWN,
        points=(StagePoint(0, 1.0, 1.0, 1.0), StagePoint(7200, 1.0, 1.0, 1.0), StagePoint(10_800, 3.0, 3.0, 3.0)),
        skills=(),
    )
    assert kinds(watch(), late) == [[]]


def test_a_quantile_asks_for_the_edge_of_the_band():
    assert kinds(watch(), forecast(0, 1.0, 2.3, 0.5)) == [[]]
    assert CrossingKind.RAISED in kinds(watch(quantile=0.9), forecast(0, 1.0, 2.3, 0.5))[0]


def test_an_older_or_repeated_forecast_changes_nothing():
    state = SeriesState(newest_at=STORM_AT)
    assert judge_forecast(watch(), state, forecast(0, 1.0, 3.0)) == (state, ())


def test_a_gauge_without_that_level_has_no_watch():
    bare = msgspec.structs.replace(gauge(), river=msgspec.structs.replace(gauge().river, thresholds_m={}))
    assert watch_of(rule(), bare) is None


def test_the_storm_raises_it_once_and_it_ends_when_the_river_is_there():
    watched = watch_of(rule(), stations()[KOTO_BARU])
    crossings = list(play_forecasts(watched, model(), flood(), since=STORM_AT - timedelta(hours=6)))
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


def test_a_trial_says_where_too_little_is_known_to_forecast():
    history = history_of(flood())
    trial = try_rule(rule(), [stations()[KOTO_BARU]], history, since=STORM_AT)
    assert (trial.episodes, trial.too_little_history) == ((), (KOTO_BARU,))


def test_a_trial_learns_from_before_its_first_moment_only_and_finds_the_floods_after_it():
    since = SEASON_AT + timedelta(days=24)
    asked = msgspec.structs.replace(rule(), stations=(KOTO_BARU,))
    history = {series: values[: 30 * 1440] for series, values in history_of(past()).items()}
    trial = try_rule(asked, stations().values(), history, since=since)
    assert set(series_of(asked, stations().values())) <= history.keys()
    assert trial.too_little_history == ()
    assert trial.episodes
    assert all(episode.raised_at >= since for episode in trial.episodes)


def test_the_rule_is_written_read_and_kept_in_the_journal():
    known = rule(quantile=0.9)
    assert read_rule(write_rule(known)) == known
    assert msgspec.json.decode(encode_body(RuleWritten(rule=known)), type=RuleWritten).rule == known
    with pytest.raises(BadRule):
        read_rule(write_rule(known).replace("7200", "90000"))


def test_it_reads_as_a_sentence_in_both_languages():
    set_language("en")
    told = tell_rule(rule())
    when = "Water level is forecast to reach the threshold of Siaga 2 within 2 hours"
    assert told == f"{when}; over at 0.10 m below the threshold"
    assert "has a chance of 10 % to reach" in tell_rule(rule(quantile=0.9))
    set_language("id")
    assert tell_rule(rule()).startswith("Tinggi muka air diprakirakan mencapai ambang Siaga 2 dalam 2 jam; ")


def test_its_alarm_says_the_level_and_the_time():
    at = STORM_AT + timedelta(minutes=70)
    sure = Expectation(at=at, earliest_at=at - timedelta(minutes=20), latest_at=at + timedelta(minutes=30))
    foretold = alarm(limit=SIAGA_2_M, value=3.0, expected=sure)
    set_language("id")
    told = alarm_title(foretold, gauge(), rule())
    assert told == "Batang Lembang: Siaga 2 diperkirakan pukul 11.10 WIB, antara 10.50 WIB dan 11.40 WIB"
    unsure = msgspec.structs.replace(foretold, expected=msgspec.structs.replace(sure, latest_at=None))
    assert alarm_title(unsure, gauge(), rule()).endswith("pukul 11.10 WIB, paling cepat 10.50 WIB")
