"""Evaluation of forecast rules: a river is about to reach a level, with the engine of all other rules.

The level is compared with the highest stage forecast within the rule's time. Once the river has
reached the level, nothing is left to forecast, and the alarm of the level itself takes over.
"""

import msgspec

from tabuah.operations.forecast.stage_forecast import StageForecast, expectation
from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.rules.engine import Judgement, SeriesState, judge
from tabuah.operations.rules.watches import ForecastWatch


def evaluate_forecast_rule(watch: ForecastWatch, state: SeriesState, forecast: StageForecast) -> Judgement:
    """Evaluate one forecast; one that is not newer than the last changes nothing.

    Returns:
        The new state, and the crossings; a raised one carries the expected time of the level.
    """
    if state.newest_at is not None and forecast.issued_at <= state.newest_at:
        return state, ()
    if forecast.stage_m >= watch.level.limit:
        return _end_at_level(watch, state, forecast)
    highest_m = round(forecast.highest_m(within_s=watch.within_s, quantile=watch.quantile), 3)
    at = forecast.issued_at
    known = SeriesState(at, state.reached_at, state.onset_at, state.window, highest_m, state.ended_at)
    after, crossings = judge(watch.level, known, highest_m)
    return after, tuple(_with_expectation(watch, crossing, forecast) for crossing in crossings)


def _end_at_level(watch: ForecastWatch, state: SeriesState, forecast: StageForecast) -> Judgement:
    """End the alarm at the forecast stage: the river has reached the level."""
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


def _with_expectation(watch: ForecastWatch, crossing: Crossing, forecast: StageForecast) -> Crossing:
    if crossing.kind is not CrossingKind.RAISED:
        return crossing
    expected = expectation(forecast, watch.level.limit, quantile=watch.quantile)
    return msgspec.structs.replace(crossing, expected=expected)
