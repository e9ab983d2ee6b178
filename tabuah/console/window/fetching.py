"""Readings from the server, fetched on the network thread: the newest of all, and the last day of a few series."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tabuah.operations.stations.readings import Reading, SeriesPoint
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import LatestReply, SeriesReply
from tabuah.storage.sync.session import ConsoleSession

_POINTS: Final = 3_000  # a day of minutes comes as it was measured


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
    """The readings of a few series between two moments; buckets of several readings are left out.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    session = ConsoleSession(store)
    found: list[Reading] = []
    with session.client as client:
        for station, parameter in series:
            params = {
                "station": station,
                "parameter": parameter,
                "from": since.isoformat(),
                "to": until.isoformat(),
                "points": _POINTS,
            }
            reply = client.call("GET", "/v1/readings", SeriesReply, params=params)
            found += [_reading(reply, point) for point in reply.points if point.count == 1]
    return tuple(found)


def _reading(reply: SeriesReply, point: SeriesPoint) -> Reading:
    return Reading(reply.station, reply.parameter, point.at, point.mean)
