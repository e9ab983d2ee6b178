"""Trial runs give the episodes the server would have raised."""

from datetime import datetime

import msgspec
from operations.rules.test_combination_rules import RAIN, SOIL, STATIONS, rule, soil
from support.multi_series_fixture import MultiSeriesRule
from support.sensor_samples import gauge, minutes, of_kind, rain_gauge

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.rules.rule import Accumulation, Rule, Silence, Stuck
from tabuah.operations.rules.rule_trial import trial_series, try_rule, warm_up_span


def plain(condition: Accumulation | Silence | Stuck, parameter: str) -> Rule:
    return Rule(id="r-1", name="r", parameter=parameter, condition=condition, severity=AlarmSeverity.HIGH)


def test_trial_of_combination_uses_all_series():
    assert trial_series(rule(), STATIONS) == ((RAIN, "rain_mm"), (SOIL, "soil_moisture_pct"))
    history = {
        (SOIL, "soil_moisture_pct"): [(minutes(m), 92.0) for m in range(0, 120, 5)],
        (RAIN, "rain_mm"): [(minutes(m), 1.0 if 20 <= m < 60 else 0.0) for m in range(120)],
    }
    trial = try_rule(rule(), STATIONS, history)
    (episode,) = trial.episodes
    assert (trial.series, trial.readings) == (2, 144)
    assert (episode.station, episode.onset_at, episode.cleared_at) == (SOIL, minutes(39), None)
    assert [(f.station, f.value) for f in episode.evidence] == [(SOIL, 92.0), (RAIN, 20.0)]


def test_trial_equals_the_server_result():
    readings = [(SOIL, "soil_moisture_pct", minutes(m), 92.0 if m % 30 < 20 else 70.0) for m in range(0, 240, 5)]
    readings += [(RAIN, "rain_mm", minutes(m + 0.5), 2.0 if m % 100 < 15 else 0.0) for m in range(240)]
    readings.sort(key=lambda reading: reading[2])
    heard = of_kind(MultiSeriesRule(rule(within_s=600), STATIONS).play(*readings), CrossingKind.RAISED)
    history: dict[tuple[str, str], list[tuple[datetime, float]]] = {}
    for station, parameter, at, value in readings:
        history.setdefault((station, parameter), []).append((at, value))
    told = try_rule(rule(within_s=600), STATIONS, history).episodes
    assert len(heard) > 1
    assert [(e.station, e.onset_at) for e in told] == [(c.station, c.onset_at) for c in heard]


def test_trial_uses_earlier_readings_for_windows_only():
    day = plain(Accumulation(limit=20, window_s=86_400), "rain_mm")
    assert warm_up_span(day, [rain_gauge(RAIN)]).total_seconds() == 86_400
    history = {(RAIN, "rain_mm"): [(minutes(m), 0.5) for m in range(60)]}
    whole = try_rule(day, [rain_gauge(RAIN)], history)
    later = try_rule(day, [rain_gauge(RAIN)], history, since=minutes(30))
    latest = try_rule(day, [rain_gauge(RAIN)], history, since=minutes(45))
    assert [e.onset_at for e in whole.episodes] == [e.onset_at for e in later.episodes] == [minutes(39)]
    assert (latest.episodes, latest.readings) == ((), 15)


def test_trial_of_station_silence_needs_all_parameters():
    quiet = plain(Silence(for_s=1800), "")
    assert trial_series(quiet, [gauge()]) == (("SLK-AWLR-03", "battery_v"), ("SLK-AWLR-03", "stage_m"))
    history = {
        ("SLK-AWLR-03", "stage_m"): [(minutes(0), 1.0), (minutes(100), 1.0)],
        ("SLK-AWLR-03", "battery_v"): [(minutes(20), 12.0), (minutes(40), 12.0)],
    }
    (episode,) = try_rule(quiet, [gauge()], history).episodes
    assert (episode.onset_at, episode.cleared_at) == (minutes(40), minutes(100))


def test_trial_accepts_retired_rule_and_empty_history():
    retired = msgspec.structs.replace(rule(), active=False)
    assert trial_series(retired, [soil()]) == ()
    trial = try_rule(retired, STATIONS, {})
    assert (trial.series, trial.readings, trial.episodes) == (0, 0, ())
