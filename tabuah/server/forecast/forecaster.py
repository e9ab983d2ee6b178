"""The forecaster: issues a forecast when a gauge has a new reading, and evaluates the forecast rules."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

import numpy as np

from tabuah.operations.forecast.features import LOOK_BACK_S, Records
from tabuah.operations.forecast.forecast_rules import evaluate_forecast_rule
from tabuah.operations.forecast.gauge_model import STAGE, GaugeModel
from tabuah.operations.forecast.prediction import issue_forecast
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.resources.fault_isolation import handle_each, isolated
from tabuah.server.readings.registry import ReadingsRegistry
from tabuah.server.readings.rule_evaluation import RuleEvaluation
from tabuah.storage.readings.store import ReadingsStore

_PRUNE_AT: Final = 1.25 * LOOK_BACK_S  # prune rarely: it moves all values


class RecentSeries:
    """Values in order of time, whatever the order of arrival; a repeated time corrects the value."""

    def __init__(self) -> None:
        self._times_s = array("d")
        self._values = array("d")

    def add(self, time_s: float, value: float) -> None:
        """Add or correct one value."""
        at = (
            bisect_left(self._times_s, time_s)
            if self._times_s and time_s <= self._times_s[-1]
            else len(self._times_s)
        )
        if at < len(self._times_s) and self._times_s[at] == time_s:
            self._values[at] = value
            return
        self._times_s.insert(at, time_s)
        self._values.insert(at, value)
        self._forget()

    def known(self) -> TimeSeries:
        """Return a copy of the series."""
        return TimeSeries(times_s=np.array(self._times_s), values=np.array(self._values))

    def _forget(self) -> None:
        if self._times_s[-1] - self._times_s[0] > _PRUNE_AT:
            old = bisect_left(self._times_s, self._times_s[-1] - LOOK_BACK_S)
            del self._times_s[:old], self._values[:old]


class RecentReadings:
    """The recent values of the tracked series; other series are ignored."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, str], RecentSeries] = {}

    def track(self, series: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Track these series from now on.

        Returns:
            The series that were not tracked before.
        """
        new = [each for each in series if each not in self._series]
        self._series.update((each, RecentSeries()) for each in new)
        return new

    def add(self, series: tuple[str, str], time_s: float, value: float) -> None:
        """Add one reading; ignored if its series is not tracked."""
        known = self._series.get(series)
        if known is not None:
            known.add(time_s, value)

    def records(self, series: Iterable[tuple[str, str]]) -> Records:
        """Return the recent values of these series."""
        return {each: self._series[each].known() for each in series if each in self._series}


MIN_INTERVAL: Final = timedelta(minutes=1)  # minimum interval of the forecasts of one gauge
MAX_NEWS_AGE: Final = timedelta(hours=1)  # older readings issue no forecast
_MAINTENANCE: Final = int(Quality.MAINTENANCE)


class Forecaster:
    """Belongs to the thread that takes readings; `newest` and `models` may be read from any thread."""

    def __init__(self, store: ReadingsStore) -> None:
        self._store = store
        self._recent = RecentReadings()
        self.models: dict[str, GaugeModel] = {}
        self.newest: dict[str, StageForecast] = {}

    def begin(self) -> None:
        """Load the saved models and forecasts."""
        self.learn(self._store.forecasts.models())
        self.newest = {forecast.station: forecast for forecast in self._store.forecasts.newest()}

    def learn(self, models: Iterable[GaugeModel]) -> None:
        """Use these models from now on."""
        for model in models:
            self.models[model.inputs.station] = model
            for station, parameter in self._recent.track(model.inputs.series):
                self._remember_past(station, parameter)

    def _remember_past(self, station: str, parameter: str) -> None:
        newest = next((r for r in self._store.latest(station) if r.parameter == parameter), None)
        if newest is not None:
            since = newest.at - timedelta(seconds=LOOK_BACK_S)
            for reading in self._store.between(station, parameter, since, newest.at):
                self._remember(reading)

    def take(
        self, evaluation: RuleEvaluation, registry: ReadingsRegistry, readings: Sequence[Reading], now: datetime
    ) -> None:
        """Remember readings, issue the forecasts that are due, and evaluate their rules.

        Args:
            evaluation: collects the findings of the rules.
            registry: stations and rules in force.
            readings: the readings that are being stored.
            now: the present (UTC); a forecast itself is issued at the time of its gauge's newest reading.
        """
        if not self.models:
            return
        newest_at: dict[str, datetime] = {}
        for reading in readings:
            self._remember(reading)
            if reading.parameter == STAGE and reading.station in self.models and not reading.quality & _MAINTENANCE:
                newest_at[reading.station] = max(reading.at, newest_at.get(reading.station, reading.at))
        due = [(station, at) for station, at in sorted(newest_at.items()) if self._is_due(station, at, now)]
        # A faulty model issues nothing; the readings are stored all the same.
        found = handle_each("forecast", due, lambda gauge: self._issue(*gauge), name=itemgetter(0))
        issued = [forecast for forecast in found if forecast is not None]
        self._store.forecasts.keep(issued)
        for forecast in issued:
            self.newest[forecast.station] = forecast
            with isolated("forecast rule", forecast.station):
                self._judge(evaluation, registry, forecast)

    def _remember(self, reading: Reading) -> None:
        if not reading.quality & _MAINTENANCE:
            self._recent.add((reading.station, reading.parameter), reading.at.timestamp(), reading.value)

    def _is_due(self, station: str, at: datetime, now: datetime) -> bool:
        last = self.newest.get(station)
        return at >= now - MAX_NEWS_AGE and (last is None or at >= last.issued_at + MIN_INTERVAL)

    def _issue(self, station: str, at: datetime) -> StageForecast | None:
        model = self.models[station]
        return issue_forecast(model, self._recent.records(model.inputs.series), issued_at=at)

    def _judge(self, evaluation: RuleEvaluation, registry: ReadingsRegistry, forecast: StageForecast) -> None:
        for watch in registry.forecasts_of(forecast.station):
            key = (watch.rule, watch.station, watch.parameter)
            state, crossings = evaluate_forecast_rule(watch, evaluation.state_of(key), forecast)
            evaluation.put_state(key, state)
            evaluation.record_crossings(key, crossings)
