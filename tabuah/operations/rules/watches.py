"""A watch: a rule prepared for one series, with that station's limit."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from tabuah.operations.rules.rule import (
    Accumulation,
    Condition,
    ForecastLevel,
    RateOfChange,
    RiverStage,
    Rule,
    Silence,
    Stuck,
    Threshold,
)
from tabuah.operations.rules.sliding_window import SlidingWindow, slide, slide_unbroken
from tabuah.operations.stations.station import Station

SILENT_AFTER_INTERVALS: Final = 3
WatchKey: TypeAlias = tuple[str, str, str]  # rule, station, parameter

_INSTANT: Final = timedelta(microseconds=1)
FEWEST_STUCK: Final = 4  # fewer equal values prove nothing


class Measure(StrEnum):
    """The quantity compared with the limit: the value, or a result of the window's values."""

    VALUE = "value"
    SUM = "sum"
    RISE = "rise"
    FALL = "fall"
    SPREAD = "spread"


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's condition on one series, in its native unit.

    Reached at `limit`, cleared at `back_at`. `hold` is how long it must stay reached. `window` is set
    when the values of a window count, combined by `measure`; `gap` when a sum must also record since
    when no gap was longer.
    """

    rule: str
    station: str
    parameter: str
    limit: float
    back_at: float
    hold: timedelta = timedelta()
    falling: bool = False
    window: timedelta | None = None
    measure: Measure = Measure.VALUE
    resting_at: float | None = None
    gap: timedelta | None = None

    def slide_window(self, window: SlidingWindow, at: datetime, value: float) -> SlidingWindow:
        """Return the window after a value; only sums drop a value exactly as old as the window."""
        assert self.window is not None
        if self.gap is not None:
            return slide_unbroken(window, at, value, span=self.window, gap=self.gap)
        if self.measure is Measure.SUM:
            return slide(window, at, value, span=self.window)
        return slide(window, at, value, span=self.window + _INSTANT, sparse=False)

    def measured(self, window: SlidingWindow) -> float | None:
        """Return the result of the window; None if it does not reach back far enough."""
        match self.measure:
            case Measure.VALUE:
                return window.values[-1] if window.values else None
            case Measure.SUM:
                return window.total
            case Measure.RISE:
                return window.rise
            case Measure.FALL:
                return window.fall
        return window.spread if self._is_filled(window) else None

    def _is_filled(self, window: SlidingWindow) -> bool:
        """Return whether the window is filled, with at least one value that is not the resting value."""
        assert self.window is not None
        if len(window.times) < FEWEST_STUCK or window.times[-1] - window.times[0] < self.window * 0.9:
            return False
        return self.resting_at is None or any(value != self.resting_at for value in window.values)

    def reaches(self, value: float) -> bool:
        return value <= self.limit if self.falling else value >= self.limit

    def is_back(self, value: float) -> bool:
        """Return whether a value clears the episode."""
        if self.falling:
            return value > self.limit and value >= self.back_at
        return value < self.limit and value <= self.back_at


class SilenceWatch(msgspec.Struct, frozen=True, kw_only=True):
    """How long a station, or one of its parameters, may be silent."""

    rule: str
    station: str
    parameter: str  # empty: any reading of the station counts
    allowed: timedelta


class ForecastWatch(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's condition on the forecasts of one gauge: to reach the limit of `level` within a time."""

    level: Watch
    within_s: float
    quantile: float

    @property
    def rule(self) -> str:
        return self.level.rule

    @property
    def station(self) -> str:
        return self.level.station

    @property
    def parameter(self) -> str:
        return self.level.parameter


SingleSeriesWatch: TypeAlias = Watch | SilenceWatch | ForecastWatch


def watch_key(watch: SingleSeriesWatch) -> WatchKey:
    """Return rule, station and parameter; each key has one alarm at a time."""
    return (watch.rule, watch.station, watch.parameter)


def watch_for_rule(rule: Rule, station: Station) -> SingleSeriesWatch | None:
    """Return the watch of a rule at a station.

    None if the rule does not apply, the station has no limit, or the rule uses several series.
    """
    if not rule.applies_to(station):
        return None
    return watch_for_condition(rule.condition, station, rule=rule.id, parameter=rule.parameter)


def watch_for_condition(
    condition: Condition, station: Station, *, rule: str, parameter: str
) -> SingleSeriesWatch | None:
    """Return the watch of a condition on one parameter of a station; None if one series is not enough."""
    match condition:
        case Threshold() as t:
            level = _level_watch(station, rule, parameter, limit=t.limit, hysteresis=t.hysteresis, for_s=t.for_s)
            return _from_above(level, t) if t.falling else level
        case RiverStage() as stage:
            limit_m = station.river.thresholds_m.get(stage.level) if station.river else None
            if limit_m is None:
                return None
            gap_m = stage.hysteresis_m
            return _level_watch(station, rule, parameter, limit=limit_m, hysteresis=gap_m, for_s=stage.for_s)
        case Accumulation() as sum_:
            watch = _level_watch(station, rule, parameter, limit=sum_.limit, hysteresis=sum_.hysteresis)
            return msgspec.structs.replace(watch, window=timedelta(seconds=sum_.window_s), measure=Measure.SUM)
        case RateOfChange() as change:
            watch = _level_watch(station, rule, parameter, limit=change.limit, hysteresis=change.hysteresis)
            measure = Measure.FALL if change.falling else Measure.RISE
            return msgspec.structs.replace(watch, window=timedelta(seconds=change.window_s), measure=measure)
        case Stuck() as stuck:
            return _stuck_watch(stuck, station, rule, parameter)
        case ForecastLevel() as forecast:
            return _forecast_watch(forecast, station, rule, parameter)
        case Silence() as silence:
            allowed_s = max(silence.for_s, SILENT_AFTER_INTERVALS * interval_s(station, parameter))
            return SilenceWatch(
                rule=rule, station=station.code, parameter=parameter, allowed=timedelta(seconds=allowed_s)
            )
    return None


def _forecast_watch(forecast: ForecastLevel, station: Station, rule: str, parameter: str) -> ForecastWatch | None:
    limit_m = station.river.thresholds_m.get(forecast.level) if station.river else None
    if limit_m is None:
        return None
    gap_m, for_s = forecast.hysteresis_m, forecast.for_s
    level = _level_watch(station, rule, parameter, limit=limit_m, hysteresis=gap_m, for_s=for_s)
    return ForecastWatch(level=level, within_s=forecast.within_s, quantile=forecast.quantile)


def _level_watch(
    station: Station, rule: str, parameter: str, *, limit: float, hysteresis: float = 0.0, for_s: float = 0.0
) -> Watch:
    provable = interval_s(station, parameter) <= for_s
    return Watch(
        rule=rule,
        station=station.code,
        parameter=parameter,
        limit=limit,
        back_at=round(limit - hysteresis, 9),
        hold=timedelta(seconds=for_s if provable else 0.0),
    )


def _from_above(watch: Watch, condition: Threshold) -> Watch:
    """Return the watch for a value that falls to its limit."""
    back_at = round(condition.limit + condition.hysteresis, 9)
    return msgspec.structs.replace(watch, falling=True, back_at=back_at)


def _stuck_watch(stuck: Stuck, station: Station, rule: str, parameter: str) -> Watch:
    watch = _level_watch(station, rule, parameter, limit=stuck.tolerance)
    span = timedelta(seconds=max(stuck.for_s, FEWEST_STUCK * interval_s(station, parameter)))
    return msgspec.structs.replace(
        watch, falling=True, window=span, measure=Measure.SPREAD, resting_at=stuck.resting_at
    )


def interval_s(station: Station, parameter: str) -> float:
    """Return the expected interval of a parameter, or the shortest one of the station."""
    intervals = [p.expected_interval_s for p in station.parameters if parameter in ("", p.code)]
    return min(intervals, default=0.0)
