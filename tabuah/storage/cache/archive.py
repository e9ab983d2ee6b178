"""Which incidents matter now, and how those that were over long ago are found: by queries, not by reading all."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.entries import subject_key, subject_kind, subject_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.listing import worst_first
from tabuah.operations.subjects import read_state
from tabuah.storage.cache.layers import moment_text

if TYPE_CHECKING:
    from tabuah.storage.cache.desk import Desk

LEAST_LETTERS: Final = 3  # with fewer nearly everything is found

# The statuses of what is over, as JSON for a query.
OVER: Final = msgspec.json.encode([status for status in Status if not status.is_open]).decode()
_CURRENT: Final = """SELECT 'incident/' || id FROM incidents
    WHERE status NOT IN (SELECT value FROM json_each(?)) OR updated_at >= ?
    UNION SELECT subject FROM subjects WHERE conflicts > 0"""  # only incidents have conflicts
_VALUES: Final = """SELECT coalesce(shown, confirmed) FROM subjects
    WHERE subject IN (SELECT value FROM json_each(?))"""
_PENDING: Final = "SELECT subject FROM subjects WHERE shown IS NOT NULL"
_FOUND: Final = """SELECT 'incident/' || id FROM incidents
    WHERE {conditions} ORDER BY updated_at DESC LIMIT ?"""
_HAS_WORD: Final = "(number || ' ' || title || ' ' || nagari || ' ' || kecamatan) LIKE ? ESCAPE '\\'"


class Archive:
    """Belongs to the thread of its store. Deleted incidents are in nothing that it gives."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def current(self, since: datetime) -> list[Incident]:
        """Incidents that are open or in conflict, or were changed after `since`; worst first."""
        rows = self._desk.connection.execute(_CURRENT, (OVER, moment_text(since)))
        return self._values(row[0] for row in rows)

    def among(self, keys: Iterable[str]) -> list[Incident]:
        """Those of these incidents that are here, worst first."""
        return self._values(subject_of("incident", key) for key in keys)

    def pending(self) -> frozenset[str]:
        """The incidents of which something has not come back from the server."""
        waiting = (row[0] for row in self._desk.connection.execute(_PENDING))
        return frozenset(subject_key(subject) for subject in waiting if subject_kind(subject) == "incident")

    def find(self, text: str, limit: int) -> list[Incident]:
        """Incidents whose number, title or place has all these words, the newest `limit` of them; worst first."""
        words = text.split()
        if len(text.strip()) < LEAST_LETTERS or not words:
            return []
        query = _FOUND.format(conditions=" AND ".join([_HAS_WORD] * len(words)))
        rows = self._desk.connection.execute(query, (*map(_pattern, words), limit))
        return self._values(row[0] for row in rows)

    def _values(self, subjects: Iterable[str]) -> list[Incident]:
        wanted = msgspec.json.encode(list(subjects)).decode()
        texts = (row[0] for row in self._desk.connection.execute(_VALUES, (wanted,)))
        values = (read_state(text).value for text in texts if text)
        return worst_first(value for value in values if isinstance(value, Incident) and not value.deleted)


def _pattern(word: str) -> str:
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return f"%{word}%"
