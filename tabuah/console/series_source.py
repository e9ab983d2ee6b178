"""Where the readings of a series come from: the server, or what this console has kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from tabuah.operations.stations.readings import SeriesPoint, SeriesSummary
from tabuah.operations.stations.spans import Span
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import SeriesReply, SummariesReply
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import NotLoggedIn, Offline
from tabuah.storage.sync.session import ConsoleSession, has_session

SERVER: Final = "server"
LOCAL: Final = "local"
_MOST_SPANS: Final = 9_000  # what the server answers at once
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_A_MOMENT: Final = timedelta(milliseconds=1)  # as fine as moments are kept


class SeriesSource(Protocol):
    """What gives the readings of a series; `name` says where from."""

    name: str

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        """One series, in at most so many points."""

    def summaries(
        self, station: str, parameter: str, since: datetime, until: datetime, span: Span
    ) -> tuple[SeriesSummary, ...]:
        """One series by minutes, hours or days; those without a value are left out."""

    def values_from(self) -> datetime | None:
        """From when on `summaries` has told minutes: values from before are not kept; None where none are."""


class ServerSeries:
    """The server's readings."""

    name = SERVER

    def __init__(self, client: ServerClient) -> None:
        self._client = client
        self._values_from: datetime | None = None

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        """One series, in at most so many points."""
        asked = {"station": station, "parameter": parameter, "from": since.isoformat(), "to": until.isoformat()}
        reply = self._client.call("GET", "/v1/readings", SeriesReply, params=asked | {"points": points})
        return reply.points

    def summaries(
        self, station: str, parameter: str, since: datetime, until: datetime, span: Span
    ) -> tuple[SeriesSummary, ...]:
        """One series by minutes, hours or days, in as many questions as it takes."""
        found: list[SeriesSummary] = []
        while since <= until:
            last = min(until, _begin_of(since, span) + _MOST_SPANS * span.length - _A_MOMENT)
            asked = {"station": station, "parameter": parameter, "from": since.isoformat(), "to": last.isoformat()}
            reply = self._client.call(
                "GET", "/v1/readings/summaries", SummariesReply, params=asked | {"span": span.value}
            )
            found += reply.summaries
            self._values_from = reply.values_from
            since = last + _A_MOMENT
        return tuple(found)

    def values_from(self) -> datetime | None:
        """As the server has said it with the last `summaries`."""
        return self._values_from


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

    def summaries(
        self, station: str, parameter: str, since: datetime, until: datetime, span: Span
    ) -> tuple[SeriesSummary, ...]:
        """One series by minutes, hours or days."""
        return self._store.summaries(station, parameter, since, until, span.length)

    def values_from(self) -> datetime | None:
        """From when on values are kept."""
        return self._store.values_from()


def _begin_of(moment: datetime, span: Span) -> datetime:
    return EPOCH + (moment - EPOCH) // span.length * span.length


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
