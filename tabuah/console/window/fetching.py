"""Readings from the server, fetched on the network thread: the newest of all, and the last day of a few series."""

from collections.abc import Sequence
from datetime import datetime

from tabuah.console.window.series_filling import values_between
from tabuah.operations.forecast.forecast import StageForecast
from tabuah.operations.stations.readings import Reading
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import ForecastReply, LatestReply
from tabuah.storage.sync.session import ConsoleSession


def fetch_latest(store: ConsoleStore) -> tuple[Reading, ...]:
    """The newest reading of every series.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    session = ConsoleSession(store)
    with session.client as client:
        return client.call("GET", "/v1/readings/latest", LatestReply).readings


def fetch_series(
    store: ConsoleStore, series: Sequence[tuple[str, str]], *, since: datetime, until: datetime
) -> tuple[Reading, ...]:
    """The readings of a few series between two moments, each as it was measured.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    session = ConsoleSession(store)
    found: list[Reading] = []
    with session.client as client:
        for station, parameter in series:
            found += values_between(client, station, parameter, since, until)
    return tuple(found)


def fetch_forecast(store: ConsoleStore, station: str) -> StageForecast | None:
    """The newest forecast of a gauge, None where the server has none.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    session = ConsoleSession(store)
    with session.client as client:
        return client.call("GET", f"/v1/forecasts/{station}", ForecastReply).forecast
