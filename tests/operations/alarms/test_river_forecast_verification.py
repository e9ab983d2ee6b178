"""Verification of river forecasts against the levels at their gauges."""

from typing import Any

import pytest
from support.sensor_samples import alarm, gauge, minutes

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.verification import verify_river_forecasts
from tabuah.operations.alarms.verification_score import VerificationScore
from tabuah.operations.rules.default_rules import default_rules

RULES = {rule.id: rule for rule in default_rules()}


def forecast(from_min: float, until_min: float | None, **fields: Any) -> Alarm:
    end = None if until_min is None else minutes(until_min)
    return alarm(
        rule="prakiraan-siaga-1", onset_at=minutes(from_min), raised_at=minutes(from_min), cleared_at=end, **fields
    )


def level(at_min: float, **fields: Any) -> Alarm:
    return alarm(onset_at=minutes(at_min), raised_at=minutes(at_min), **fields)


def verified(*alarms: Alarm, **station: Any) -> VerificationScore:
    return verify_river_forecasts(
        alarms, stations=[gauge(**station)], rules=RULES, since=minutes(0), until=minutes(1440)
    )


def counts(found: VerificationScore) -> tuple[int, ...]:
    return tuple(len(cases) for cases in (found.hits, found.misses, found.false_alarms, found.open))


def test_level_after_its_forecast_is_a_hit():
    found = verified(forecast(10, 75), level(75))
    assert (counts(found), found.lead_s) == ((1, 0, 0, 0), (65 * 60,))
    assert found.hits[0].place == "AWLR Koto Baru"


def test_level_within_ended_forecast_is_a_hit():
    assert counts(verified(forecast(10, 30), level(30 + 180))) == (1, 0, 0, 0)
    assert counts(verified(forecast(10, 30), level(30 + 181))) == (0, 1, 1, 0)


def test_level_alone_is_miss_and_forecast_false():
    assert counts(verified(level(75))) == (0, 1, 0, 0)
    assert counts(verified(forecast(10, 30))) == (0, 0, 1, 0)


def test_active_forecast_is_open():
    assert counts(verified(forecast(10, None))) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    "other",
    [
        level(75, rule="tma-siaga-2"),
        level(75, exercise=True),
        level(75, station="SLK-AWLR-99"),
    ],
)
def test_other_level_gauge_or_exercise_is_excluded(other: Alarm):
    found = verified(forecast(10, 30), other)
    assert len(found.hits) == 0
    assert len(found.false_alarms) == 1


def test_level_without_forecast_rule_is_not_missed():
    assert counts(verified(level(75, rule="tma-siaga-3"))) == (0, 0, 0, 0)
