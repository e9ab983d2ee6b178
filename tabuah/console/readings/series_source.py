"""Sources of a series: the server, or the readings kept by this console."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from tabuah.operations.readings.reading import ReadingCorrection, SeriesPoint, SeriesSummary
from tabuah.operations.readings.roll_up_spans import RollUpSpan
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import CorrectionsReply, SeriesReply, SummariesReply
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import NotLoggedIn, Offline
from tabuah.storage.sync.session import ConsoleSession, has_session

SERVER: Final = "server"
LOCAL: Final = "local"
_MAX_SPANS: Final = 9_000  # limit of one answer of the server
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIME_RESOLUTION: Final = timedelta(milliseconds=1)  # the resolution of stored times


class SeriesSource(Protocol):
    """A source of readings; `name` identifies it."""

    name: str

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        """Return a series in at most `points` points."""

    def summaries(
        self, station: str, parameter: str, since: datetime, until: datetime, span: RollUpSpan
    ) -> tuple[SeriesSummary, ...]:
        """Return a series by minute, hour or day, without empty spans."""

    def corrections(
        self, station: str, parameter: str, since: datetime, until: datetime
    ) -> tuple[ReadingCorrection, ...]:
        """Return the corrections of a series, by time of the reading."""

    def values_from(self) -> datetime | None:
        """Return the time since which single values are kept, as of the last `summaries`; None if none are kept."""


class ServerSeries:
    """Readings of the server."""

    name = SERVER

    def __init__(self, client: ServerClient) -> None:
        self._client = client
        self._values_from: datetime | None = None

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        request = {"station": station, "parameter": parameter, "from": since.isoformat(), "to": until.isoformat()}
        reply = self._client.call("GET", "/v1/readings", SeriesReply, params=request | {"points": points})
        return reply.points

    def summaries(
        self, station: str, parameter: str, since: datetime, until: datetime, span: RollUpSpan
    ) -> tuple[SeriesSummary, ...]:
        """Return a series by minute, hour or day, in as many requests as needed."""
        found: list[SeriesSummary] = []
        while since <= until:
            last = min(until, _span_start(since, span) + _MAX_SPANS * span.length - _TIME_RESOLUTION)
            request = {"station": station, "parameter": parameter, "from": since.isoformat(), "to": last.isoformat()}
            reply = self._client.call(
                "GET", "/v1/readings/summaries", SummariesReply, params=request | {"span": span.value}
            )
            found += reply.summaries
            self._values_from = reply.values_from
            since = last + _TIME_RESOLUTION
        return tuple(found)

    def corrections(
        self, station: str, parameter: str, since: datetime, until: datetime
    ) -> tuple[ReadingCorrection, ...]:
        request = {"station": station, "parameter": parameter, "from": since.isoformat(), "to": until.isoformat()}
        return self._client.call("GET", "/v1/readings/corrections", CorrectionsReply, params=request).corrections

    def values_from(self) -> datetime | None:
        return self._values_from


class LocalSeries:
    """Readings kept by this console."""

    name = LOCAL

    def __init__(self, store: ReadingsStore) -> None:
        self._store = store

    def series(
        self, station: str, parameter: str, since: datetime, until: datetime, *, points: int
    ) -> tuple[SeriesPoint, ...]:
        return self._store.series(station, parameter, since, until, points=points)

    def summaries(
        self, station: str, parameter: str, since: datetime, until: datetime, span: RollUpSpan
    ) -> tuple[SeriesSummary, ...]:
        return self._store.summaries(station, parameter, since, until, span.length)

    def corrections(
        self, station: str, parameter: str, since: datetime, until: datetime
    ) -> tuple[ReadingCorrection, ...]:
        return self._store.corrections.between(station, parameter, since, until)

    def values_from(self) -> datetime | None:
        return self._store.values_from()


def _span_start(moment: datetime, span: RollUpSpan) -> datetime:
    return EPOCH + (moment - EPOCH) // span.length * span.length


@contextmanager
def open_series(store: ConsoleStore) -> Iterator[SeriesSource]:
    """Open the server's readings if it is reachable, else this console's own.

    Raises:
        Offline, NotLoggedIn: no server, and no readings are kept here.
    """
    if has_session(store.directory):
        session = ConsoleSession(store)
        with session.client as client:
            try:
                client.health()
            except Offline:
                if not has_local_readings(store.directory):
                    raise
            else:
                yield ServerSeries(client)
                return
    elif not has_local_readings(store.directory):
        raise NotLoggedIn
    with ReadingsStore(store.directory / FILE_NAME) as kept:
        yield LocalSeries(kept)


def has_local_readings(directory: Path) -> bool:
    return (directory / FILE_NAME).is_file()
