"""Where the readings of a series come from, the server or what this console has kept, and all of them in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from tabuah.operations.stations.readings import SeriesPoint
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import SeriesReply
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import NotLoggedIn, Offline
from tabuah.storage.sync.session import ConsoleSession, has_session

SERVER: Final = "server"
LOCAL: Final = "local"
MOST_POINTS: Final = 5_000


class SeriesSource(Protocol):
    """What gives the readings of a series; `name` says where from."""

    name: str

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        """One series, in at most so many points."""


class ServerSeries:
    """The server's readings."""

    name = SERVER

    def __init__(self, client: ServerClient) -> None:
        self._client = client

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        """One series, in at most so many points."""
        asked = {"station": station, "parameter": parameter, "from": since.isoformat(), "to": until.isoformat()}
        reply = self._client.call("GET", "/v1/readings", SeriesReply, params=asked | {"points": points})
        return reply.points


class LocalSeries:
    """What this console has kept."""

    name = LOCAL

    def __init__(self, store: ReadingsStore) -> None:
        self._store = store

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        """One series, in at most so many points."""
        return self._store.series(station, parameter, since, until, points=points)


def all_readings(
    source: SeriesSource, station: str, parameter: str, since: datetime, until: datetime
) -> Iterator[tuple[datetime, float]]:
    """Every reading of a series, time and value, oldest first, in as many questions as it takes."""
    points = source.series(station, parameter, since, until, points=MOST_POINTS)
    middle = since + (until - since) / 2
    if all(point.count == 1 for point in points) or not since < middle < until:
        yield from ((point.at, point.mean) for point in points)
        return
    yield from all_readings(source, station, parameter, since, middle)
    for at, value in all_readings(source, station, parameter, middle, until):
        if at > middle:
            yield at, value


@contextmanager
def open_series(store: ConsoleStore) -> Iterator[SeriesSource]:
    """The server's readings where it answers, else this console's own.

    Raises:
        Offline, NotLoggedIn: no server, and nothing is kept here either.
    """
    if has_session(store.directory):
        session = ConsoleSession(store)
        with session.client as client:
            try:
                client.health()
            except Offline:
                if not is_kept(store.directory):
                    raise
            else:
                yield ServerSeries(client)
                return
    elif not is_kept(store.directory):
        raise NotLoggedIn
    with ReadingsStore(store.directory / FILE_NAME) as kept:
        yield LocalSeries(kept)


def is_kept(directory: Path) -> bool:
    """Whether this console keeps any readings."""
    return (directory / FILE_NAME).is_file()
