"""Forecasts of rivers are held against the levels that came at their gauges."""

from typing import Any

import pytest
from sensors import alarm, gauge, minutes

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.river_verifying import verify_river_forecasts
from tabuah.operations.alarms.score import Score
from tabuah.operations.rules.defaults import default_rules

RULES = {rule.id: rule for rule in default_rules()}


def forecast(from_min: float, until_min: float | None, **fields: Any) -> Alarm:
    end = None if until_min is None else minutes(until_min)
    return alarm(
        rule="prakiraan-siaga-1", onset_at=minutes(from_min), raised_at=minutes(from_min), cleared_at=end, **fields
    )


def level(at_min: float, **fields: Any) -> Alarm:
    return alarm(onset_at=minutes(at_min), raised_at=minutes(at_min), **fields)


def verified(*alarms: Alarm, **station: Any) -> Score:
    return verify_river_forecasts(
        alarms, stations=[gauge(**station)], rules=RULES, since=minutes(0), until=minutes(1440)
    )


def counts(found: Score) -> tuple[int, ...]:
    return tuple(len(cases) for cases in (found.hits, found.misses, found.false_alarms, found.open))


def test_a_level_that_came_after_its_forecast_is_a_hit():
    found = verified(forecast(10, 75), level(75))
    assert (counts(found), found.lead_s) == ((1, 0, 0, 0), (65 * 60,))
    assert found.hits[0].place == "AWLR Koto Baru"


def test_one_that_comes_within_the_time_it_speaks_of_is_a_hit_although_the_forecast_was_back():
    assert counts(verified(forecast(10, 30), level(30 + 180))) == (1, 0, 0, 0)
    assert counts(verified(forecast(10, 30), level(30 + 181))) == (0, 1, 1, 0)


def test_a_level_that_came_by_itself_is_missed_and_a_forecast_that_came_to_nothing_is_false():
    assert counts(verified(level(75))) == (0, 1, 0, 0)
    assert counts(verified(forecast(10, 30))) == (0, 0, 1, 0)


def test_a_forecast_that_still_stands_is_open():
    assert counts(verified(forecast(10, None))) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    "other",
    [
        level(75, rule="tma-siaga-2"),
        level(75, exercise=True),
        level(75, station="SLK-AWLR-99"),
    ],
)
def test_another_level_another_gauge_and_an_exercise_prove_nothing(other: Alarm):
    found = verified(forecast(10, 30), other)
    assert len(found.hits) == 0
    assert len(found.false_alarms) == 1


def test_a_level_of_which_no_rule_makes_a_forecast_cannot_be_missed():
    assert counts(verified(level(75, rule="tma-siaga-3"))) == (0, 0, 0, 0)
