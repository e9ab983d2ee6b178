"""Readings from the server, fetched on the network thread: the newest of all, and the last day of a few series."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.forecast.forecast import StageForecast
from tabuah.operations.stations.readings import Reading
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import ForecastReply, LatestReply, SeriesReply
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.session import ConsoleSession

_POINTS: Final = 3_000  # a day of minutes comes in one answer
_SHORTEST: Final = timedelta(minutes=10)


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
            found += _readings(client, station, parameter, since=since, until=until)
    return tuple(found)


def fetch_forecast(store: ConsoleStore, station: str) -> StageForecast | None:
    """The newest forecast of a gauge, None where the server has none.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    session = ConsoleSession(store)
    with session.client as client:
        return client.call("GET", f"/v1/forecasts/{station}", ForecastReply).forecast


def _readings(
    client: ServerClient, station: str, parameter: str, *, since: datetime, until: datetime
) -> tuple[Reading, ...]:
    """One series; a time in which there is more than goes into one answer is asked for in halves."""
    params = {
        "station": station,
        "parameter": parameter,
        "from": since.isoformat(),
        "to": until.isoformat(),
        "points": _POINTS,
    }
    points = client.call("GET", "/v1/readings", SeriesReply, params=params).points
    if all(point.count == 1 for point in points) or until - since <= _SHORTEST:
        return tuple(Reading(station, parameter, point.at, point.mean) for point in points if point.count == 1)
    middle = since + (until - since) / 2
    earlier = _readings(client, station, parameter, since=since, until=middle)
    return earlier + _readings(client, station, parameter, since=middle, until=until)
