"""Where commands find readings: the server first, else what this console has kept; and they say which."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tabuah.console.series_source import LocalSeries, SeriesSource, ServerSeries
from tabuah.operations.stations.readings import Reading
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.errors import NotLoggedIn, Offline
from tabuah.storage.sync.session import ConsoleSession, has_session


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
                if not _is_kept(store.directory):
                    raise
            else:
                yield ServerSeries(client)
                return
    elif not _is_kept(store.directory):
        raise NotLoggedIn
    with ReadingsStore(store.directory / FILE_NAME) as kept:
        yield LocalSeries(kept)


def kept_latest(directory: Path) -> dict[str, dict[str, Reading]]:
    """The newest readings that this console has, by station and parameter."""
    found: dict[str, dict[str, Reading]] = {}
    if _is_kept(directory):
        with ReadingsStore(directory / FILE_NAME) as kept:
            for reading in kept.latest():
                found.setdefault(reading.station, {})[reading.parameter] = reading
    return found


def _is_kept(directory: Path) -> bool:
    return (directory / FILE_NAME).is_file()
