"""Forecasts of a console: fetched from the server and stored with its readings."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.store import ConsoleStore

FETCH_INTERVAL: Final = timedelta(minutes=1)

OnForecast = Callable[[StageForecast | None], None]


class ConsoleForecasts:
    """Reads and fetches forecasts. Lives on the GUI thread; reading and fetching run on workers."""

    def __init__(
        self,
        state: ConsoleState,
        readings: ConsoleReadings,
        network: TaskRunner[ConsoleStore],
        *,
        ignore: Callable[[Exception], None],
    ) -> None:
        self._state, self._readings, self._network = state, readings, network
        self._ignore = ignore  # a failed fetch is not reported: the sync badge already shows that the server is away
        self._fetched_at: dict[str, datetime] = {}

    def read(self, station: Station, on_done: OnForecast) -> None:
        """Read the newest stored forecast of a gauge; None for other stations."""
        if station.river is not None:
            self._readings.query(lambda store: store.forecasts.newest_of(station.code), on_done)

    def fetch(self, station: Station, on_done: OnForecast) -> None:
        """Fetch and store the newest forecast of a gauge, at most once a minute."""
        now = self._state.now()
        if station.river is None or now - self._fetched_at.get(station.code, now - FETCH_INTERVAL) < FETCH_INTERVAL:
            return
        self._fetched_at[station.code] = now
        from tabuah.console.window.shared.server_readings import fetch_forecast  # noqa: PLC0415 - loads the HTTP client

        def fetched(forecast: StageForecast | None) -> None:
            if forecast is not None:
                self._readings.query(
                    lambda store: store.forecasts.keep([forecast]), lambda _nothing: on_done(forecast)
                )

        self._network.run(lambda store: fetch_forecast(store, station.code), on_done=fetched, on_error=self._ignore)
