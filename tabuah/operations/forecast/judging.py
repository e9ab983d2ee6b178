"""Judging a forecast: whether a river is about to reach one of its levels, by the same engine as every other rule.

What is held against the level is the highest stage that is forecast within the rule's time. Once the river itself
stands at the level there is nothing left to forecast, and the alarm of the level itself speaks.
"""

import msgspec

from tabuah.operations.forecast.forecast import StageForecast, expectation
from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.rules.engine import Judgement, SeriesState, judge
from tabuah.operations.rules.watches import ForecastWatch


def judge_forecast(watch: ForecastWatch, state: SeriesState, forecast: StageForecast) -> Judgement:
    """Judge one forecast; one that is not newer than the last changes nothing.

    Returns:
        The new state, and the crossings; one that raises says when the level is expected.
    """
    if state.newest_at is not None and forecast.issued_at <= state.newest_at:
        return state, ()
    if forecast.stage_m >= watch.level.limit:
        return _come_true(watch, state, forecast)
    highest_m = round(forecast.highest_m(within_s=watch.within_s, quantile=watch.quantile), 3)
    at = forecast.issued_at
    known = SeriesState(at, state.reached_at, state.onset_at, state.window, highest_m, state.ended_at)
    after, crossings = judge(watch.level, known, highest_m)
    return after, tuple(_told(watch, crossing, forecast) for crossing in crossings)


def _come_true(watch: ForecastWatch, state: SeriesState, forecast: StageForecast) -> Judgement:
    """The river is there: what was reached is left, and the alarm is over at the stage that it foretold."""
    at, onset_at = forecast.issued_at, state.onset_at or state.reached_at
    kinds = [CrossingKind.LEFT] if state.reached_at is not None else []
    kinds += [CrossingKind.CLEARED] if state.is_raised else []
    ended_at = at if state.is_raised else state.ended_at
    crossings = tuple(
        Crossing(
            kind=kind,
            rule=watch.rule,
            station=watch.station,
            parameter=watch.parameter,
            at=at,
            onset_at=onset_at or at,
            value=forecast.stage_m,
            limit=watch.level.limit,
        )
        for kind in kinds
    )
    return SeriesState(at, None, None, state.window, forecast.stage_m, ended_at), crossings


def _told(watch: ForecastWatch, crossing: Crossing, forecast: StageForecast) -> Crossing:
    if crossing.kind is not CrossingKind.RAISED:
        return crossing
    expected = expectation(forecast, watch.level.limit, quantile=watch.quantile)
    return msgspec.structs.replace(crossing, expected=expected)
