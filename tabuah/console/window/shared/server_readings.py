"""Requests for readings and forecasts, for the network worker."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.readings.reading import Reading, ReadingCorrection
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import CorrectionsReply, ForecastReply, LatestReply, ValuesReply
from tabuah.storage.sync.errors import RequestRefused
from tabuah.storage.sync.session import ConsoleSession

if TYPE_CHECKING:
    from tabuah.storage.sync.client import ServerClient


log = logging.getLogger(__name__)

TIME_RESOLUTION: Final = timedelta(milliseconds=1)  # the resolution of stored times


def fetch_values(
    client: "ServerClient", station: str, parameter: str, since: datetime, until: datetime
) -> tuple[Reading, ...]:
    """Fetch the server's values of one series between two times, both included."""
    found: list[Reading] = []
    more = True
    while more:
        params = series_params(station, parameter, since, until)
        reply = client.call("GET", "/v1/readings/values", ValuesReply, params=params)
        found += reply.values
        more = reply.more and bool(reply.values)
        since = found[-1].at + TIME_RESOLUTION if more else since
    return tuple(found)


def fetch_corrections(
    client: "ServerClient", station: str, parameter: str, since: datetime, until: datetime
) -> tuple[ReadingCorrection, ...]:
    """Fetch the corrections of a series between two times; an older server has none."""
    params = series_params(station, parameter, since, until)
    try:
        return client.call("GET", "/v1/readings/corrections", CorrectionsReply, params=params).corrections
    except RequestRefused as refusal:  # only the marks are missing; the values are complete
        log.warning("no corrections were fetched: %s", refusal)
        return ()


class FetchedSeries(NamedTuple):
    """Readings of a few series, and the corrections of the first one in the same time."""

    readings: tuple[Reading, ...]
    corrections: tuple[ReadingCorrection, ...]


def fetch_day(
    store: ConsoleStore, series: Sequence[tuple[str, str]], *, since: datetime, until: datetime
) -> FetchedSeries:
    """Fetch the readings of a few series, and the corrections of the first one.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    session = ConsoleSession(store)
    with session.client as client:
        found = [each for key in series for each in fetch_values(client, *key, since, until)]
        corrections = fetch_corrections(client, *series[0], since, until) if series else ()
    return FetchedSeries(tuple(found), corrections)


def series_params(station: str, parameter: str, since: datetime, until: datetime) -> dict[str, str]:
    return {"station": station, "parameter": parameter, "from": since.isoformat(), "to": until.isoformat()}


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
