"""The forecaster: issues a forecast when a gauge has something new to say, and lets the rules judge it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.forecast.forecast import StageForecast
from tabuah.operations.forecast.inputs import STAGE
from tabuah.operations.forecast.issuing import issue_forecast
from tabuah.operations.forecast.judging import judge_forecast
from tabuah.operations.forecast.model import GaugeModel
from tabuah.operations.forecast.recent import LOOK_BACK_S
from tabuah.operations.stations.readings import Quality, Reading
from tabuah.server.forecasts.memory import RecentReadings
from tabuah.server.readings.registry import Registry
from tabuah.server.readings.rounds import Round
from tabuah.storage.readings.store import ReadingsStore

EVERY: Final = timedelta(minutes=1)  # at most, for each gauge
STILL_NEWS: Final = timedelta(hours=1)  # nobody needs a forecast from what is older
_MAINTENANCE: Final = int(Quality.MAINTENANCE)


class Forecaster:
    """Belongs to the thread that takes readings; `newest` and `models` may be read from any thread."""

    def __init__(self, store: ReadingsStore) -> None:
        self._store = store
        self._recent = RecentReadings()
        self.models: dict[str, GaugeModel] = {}
        self.newest: dict[str, StageForecast] = {}

    def begin(self) -> None:
        """Take up the models and forecasts that were kept."""
        self.learn(self._store.forecast_models())
        self.newest = {forecast.station: forecast for forecast in self._store.newest_forecasts()}

    def learn(self, models: Iterable[GaugeModel]) -> None:
        """Forecast by these models from now on."""
        for model in models:
            self.models[model.inputs.station] = model
            for station, parameter in self._recent.want(model.inputs.series):
                self._remember_past(station, parameter)

    def _remember_past(self, station: str, parameter: str) -> None:
        newest = next((r for r in self._store.latest(station) if r.parameter == parameter), None)
        if newest is not None:
            since = newest.at - timedelta(seconds=LOOK_BACK_S)
            for reading in self._store.between(station, parameter, since, newest.at):
                self._hear(reading)

    def take(self, changes: Round, registry: Registry, readings: Sequence[Reading], now: datetime) -> None:
        """Remember readings, issue the forecasts that are due, and let their rules judge them.

        Args:
            changes: takes what the rules find.
            registry: stations and rules in force.
            readings: that are being stored.
            now: the present moment (UTC); a forecast itself stands at the time of its gauge's newest reading.
        """
        if not self.models:
            return
        heard: dict[str, datetime] = {}
        for reading in readings:
            self._hear(reading)
            if reading.parameter == STAGE and reading.station in self.models and not reading.quality & _MAINTENANCE:
                heard[reading.station] = max(reading.at, heard.get(reading.station, reading.at))
        issued = [
            forecast
            for station, at in sorted(heard.items())
            if self._is_due(station, at, now) and (forecast := self._issue(station, at)) is not None
        ]
        self._store.keep_forecasts(issued)
        for forecast in issued:
            self.newest[forecast.station] = forecast
            self._judge(changes, registry, forecast)

    def _hear(self, reading: Reading) -> None:
        if not reading.quality & _MAINTENANCE:
            self._recent.add((reading.station, reading.parameter), reading.at.timestamp(), reading.value)

    def _is_due(self, station: str, at: datetime, now: datetime) -> bool:
        last = self.newest.get(station)
        return at >= now - STILL_NEWS and (last is None or at >= last.issued_at + EVERY)

    def _issue(self, station: str, at: datetime) -> StageForecast | None:
        model = self.models[station]
        return issue_forecast(model, self._recent.records(model.inputs.series), issued_at=at)

    def _judge(self, changes: Round, registry: Registry, forecast: StageForecast) -> None:
        for watch in registry.forecasts_of(forecast.station):
            key = (watch.rule, watch.station, watch.parameter)
            state, crossings = judge_forecast(watch, changes.state_of(key), forecast)
            changes.put_state(key, state)
            changes.note(key, crossings)
