"""The forecasts of a console: fetched from the server, kept beside its readings, and shown with their age."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Room
from tabuah.console.window.tasks import TaskRunner
from tabuah.operations.forecast.forecast import StageForecast
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.store import ConsoleStore

EVERY: Final = timedelta(minutes=1)

OnForecast = Callable[[StageForecast | None], None]


class ForecastDesk:
    """Belongs to the GUI thread; reading and fetching happen on workers."""

    def __init__(
        self,
        room: Room,
        readings: ReadingsDesk,
        network: TaskRunner[ConsoleStore],
        *,
        ignore: Callable[[Exception], None],
    ) -> None:
        self._room, self._readings, self._network = room, readings, network
        self._ignore = ignore  # a fetch that fails is no news: the badge says that the server is away
        self._fetched_at: dict[str, datetime] = {}

    def read(self, station: Station, on_done: OnForecast) -> None:
        """The newest forecast of a gauge that was kept here; other stations have none."""
        if station.river is not None:
            self._readings.ask(lambda store: store.newest_forecast(station.code), on_done)

    def fetch(self, station: Station, on_done: OnForecast) -> None:
        """Fetch a gauge's newest forecast from the server, at most once a minute, and keep it."""
        now = self._room.now()
        if station.river is None or now - self._fetched_at.get(station.code, now - EVERY) < EVERY:
            return
        self._fetched_at[station.code] = now
        from tabuah.console.window.fetching import fetch_forecast  # noqa: PLC0415 - loads the HTTP client

        def fetched(forecast: StageForecast | None) -> None:
            if forecast is not None:
                self._readings.ask(lambda store: store.keep_forecasts([forecast]), lambda _nothing: on_done(forecast))

        self._network.run(lambda store: fetch_forecast(store, station.code), on_done=fetched, on_error=self._ignore)
