"""The first fill of the search index after an update: at once for few incidents, otherwise in short steps."""

import sqlite3
from typing import Final

from tabuah.storage.cache.incident_index import (
    INDEX_VERSION,
    VERSION_KEY,
    clear_index,
    index_next_incidents,
    rebuild_index,
)
from tabuah.storage.cache.meta import CacheMeta

STEP_INCIDENTS: Final = 200  # of one transaction; other connections wait for its end
_AT_ONCE: Final = 500  # incidents that need less than half a second on a slow computer
_PROGRESS_KEY: Final = "search_index_progress"  # in `meta`: the version and the last incident of a fill
_COUNT: Final = "SELECT count(*) FROM subjects WHERE kind = 'incident'"


class IndexFill:
    """Fills the index of one cache. Writing needs an open transaction.

    Several connections may take steps in turn. Incidents that are saved during the fill enter the index at once.
    """

    def __init__(self, connection: sqlite3.Connection, meta: CacheMeta, *, at_once: int = _AT_ONCE) -> None:
        self._connection, self._meta, self._at_once = connection, meta, at_once

    @property
    def is_complete(self) -> bool:
        """Return whether the index has all incidents."""
        return self._meta.read(VERSION_KEY) == INDEX_VERSION

    @property
    def is_short(self) -> bool:
        """Return whether the fill is short enough for the opening of the cache."""
        return int(self._connection.execute(_COUNT).fetchone()[0]) <= self._at_once

    def fill(self) -> None:
        """Write the whole index again."""
        rebuild_index(self._connection)
        self._complete()

    def take_step(self, incidents: int = STEP_INCIDENTS) -> None:
        """Index the next incidents; the first step clears the index."""
        if self.is_complete:
            return
        version, _separator, last = self._meta.read(_PROGRESS_KEY).partition(" ")
        if version != INDEX_VERSION:
            clear_index(self._connection)
            last = ""
        keys = index_next_incidents(self._connection, last, incidents)
        if len(keys) < incidents:
            self._complete()
        else:
            self._meta.write(_PROGRESS_KEY, f"{INDEX_VERSION} {keys[-1]}")

    def _complete(self) -> None:
        self._meta.write(VERSION_KEY, INDEX_VERSION)
        self._meta.write(_PROGRESS_KEY, "")
