"""A trial plays the past to any rule as the server would have heard it."""

from datetime import datetime

import msgspec
from joint_room import JointRoom
from sensors import gauge, minutes, of_kind, rain_gauge
from test_rules_combined import RAIN, SOIL, STATIONS, rule, soil

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.rules.rule import Accumulation, Rule, Silence, Stuck
from tabuah.operations.rules.trial import series_of, try_rule, warm_up_of


def plain(condition: Accumulation | Silence | Stuck, parameter: str) -> Rule:
    return Rule(id="r-1", name="r", parameter=parameter, condition=condition, severity=AlarmSeverity.HIGH)


def test_a_combination_is_tried_on_all_series_that_its_parts_look_at():
    assert series_of(rule(), STATIONS) == ((RAIN, "rain_mm"), (SOIL, "soil_moisture_pct"))
    history = {
        (SOIL, "soil_moisture_pct"): [(minutes(m), 92.0) for m in range(0, 120, 5)],
        (RAIN, "rain_mm"): [(minutes(m), 1.0 if 20 <= m < 60 else 0.0) for m in range(120)],
    }
    trial = try_rule(rule(), STATIONS, history)
    (episode,) = trial.episodes
    assert (trial.series, trial.readings) == (2, 144)
    assert (episode.station, episode.onset_at, episode.cleared_at) == (SOIL, minutes(39), None)
    assert [(f.station, f.value) for f in episode.evidence] == [(SOIL, 92.0), (RAIN, 20.0)]


def test_a_trial_says_what_the_server_would_have_raised():
    readings = [(SOIL, "soil_moisture_pct", minutes(m), 92.0 if m % 30 < 20 else 70.0) for m in range(0, 240, 5)]
    readings += [(RAIN, "rain_mm", minutes(m + 0.5), 2.0 if m % 100 < 15 else 0.0) for m in range(240)]
    readings.sort(key=lambda reading: reading[2])
    heard = of_kind(JointRoom(rule(within_s=600), STATIONS).play(*readings), CrossingKind.RAISED)
    history: dict[tuple[str, str], list[tuple[datetime, float]]] = {}
    for station, parameter, at, value in readings:
        history.setdefault((station, parameter), []).append((at, value))
    told = try_rule(rule(within_s=600), STATIONS, history).episodes
    assert len(heard) > 1
    assert [(e.station, e.onset_at) for e in told] == [(c.station, c.onset_at) for c in heard]


def test_what_came_before_the_time_that_is_asked_for_fills_windows_and_is_not_told():
    day = plain(Accumulation(limit=20, window_s=86_400), "rain_mm")
    assert warm_up_of(day, [rain_gauge(RAIN)]).total_seconds() == 86_400
    history = {(RAIN, "rain_mm"): [(minutes(m), 0.5) for m in range(60)]}
    whole = try_rule(day, [rain_gauge(RAIN)], history)
    later = try_rule(day, [rain_gauge(RAIN)], history, since=minutes(30))
    latest = try_rule(day, [rain_gauge(RAIN)], history, since=minutes(45))
    assert [e.onset_at for e in whole.episodes] == [e.onset_at for e in later.episodes] == [minutes(39)]
    assert (latest.episodes, latest.readings) == ((), 15)


def test_a_rule_about_the_whole_station_needs_all_that_it_measures():
    quiet = plain(Silence(for_s=1800), "")
    assert series_of(quiet, [gauge()]) == (("SLK-AWLR-03", "battery_v"), ("SLK-AWLR-03", "stage_m"))
    history = {
        ("SLK-AWLR-03", "stage_m"): [(minutes(0), 1.0), (minutes(100), 1.0)],
        ("SLK-AWLR-03", "battery_v"): [(minutes(20), 12.0), (minutes(40), 12.0)],
    }
    (episode,) = try_rule(quiet, [gauge()], history).episodes
    assert (episode.onset_at, episode.cleared_at) == (minutes(40), minutes(100))


def test_a_retired_rule_and_one_without_any_history_can_be_tried():
    retired = msgspec.structs.replace(rule(), active=False)
    assert series_of(retired, [soil()]) == ()
    trial = try_rule(retired, STATIONS, {})
    assert (trial.series, trial.readings, trial.episodes) == (0, 0, ())
