"""Requests for readings and forecasts, for the network worker."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tabuah.console.window.shared.series_requests import fetch_values
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.readings.reading import Reading
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import ForecastReply, LatestReply
from tabuah.storage.sync.session import ConsoleSession

if TYPE_CHECKING:
    pass


def fetch_latest(store: ConsoleStore) -> tuple[Reading, ...]:
    """Fetch the newest reading of every series.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    session = ConsoleSession(store)
    with session.client as client:
        return client.call("GET", "/v1/readings/latest", LatestReply).readings


def fetch_series(
    store: ConsoleStore, series: Sequence[tuple[str, str]], *, since: datetime, until: datetime
) -> tuple[Reading, ...]:
    """Fetch the readings of a few series between two times, at full resolution.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    session = ConsoleSession(store)
    found: list[Reading] = []
    with session.client as client:
        for station, parameter in series:
            found += fetch_values(client, station, parameter, since, until)
    return tuple(found)


def fetch_forecast(store: ConsoleStore, station: str) -> StageForecast | None:
    """Fetch the newest forecast of a gauge; None if the server has none.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    session = ConsoleSession(store)
    with session.client as client:
        return client.call("GET", f"/v1/forecasts/{station}", ForecastReply).forecast
