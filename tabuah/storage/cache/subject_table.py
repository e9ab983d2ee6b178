"""The folded state of every subject: the confirmed one, and one with pending entries on top."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from tabuah.operations.bounds import clamp
from tabuah.operations.entries import subject_key, subject_kind
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.subject_state import EMPTY, SubjectState, SubjectValue, read_state, state_text
from tabuah.storage.cache.feature_tables import delete_feature, write_features
from tabuah.storage.cache.incident_index import index_incidents

_UPSERT: Final = """
    INSERT INTO subjects (subject, kind, name, confirmed, shown, conflicts, held, changed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (subject) DO UPDATE SET name = excluded.name, confirmed = excluded.confirmed, shown = excluded.shown,
        conflicts = excluded.conflicts, held = excluded.held, changed = excluded.changed"""


class SubjectRow(msgspec.Struct, frozen=True):
    """One subject as stored; `shown` is None where nothing is pending."""

    subject: str
    confirmed: SubjectState
    shown: SubjectState | None

    @property
    def state(self) -> SubjectState:
        """Return the state that users see."""
        return self.shown or self.confirmed

    @property
    def pending(self) -> bool:
        """Return whether it has changes that the server has not confirmed."""
        return self.shown is not None


class SubjectTable:
    """Reads and writes subjects; writing needs an open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def read(self, subject: str) -> SubjectRow:
        """Return a subject; empty when it is unknown."""
        query = "SELECT confirmed, shown FROM subjects WHERE subject = ?"
        row = self._connection.execute(query, (subject,)).fetchone()
        return _row(subject, *row) if row else SubjectRow(subject, EMPTY, None)

    def confirmed(self, subject: str) -> SubjectState:
        query = "SELECT confirmed FROM subjects WHERE subject = ?"
        row = self._connection.execute(query, (subject,)).fetchone()
        return read_state(row[0]) if row and row[0] else EMPTY

    def incident_numbered(self, number: str) -> str:
        """Return the subject of the incident with a number; empty when there is none here."""
        query = "SELECT subject FROM subjects WHERE kind = 'incident' AND name = ?"
        row = self._connection.execute(query, (number,)).fetchone()
        return str(row[0]) if row else ""

    def confirmed_of(self, subjects: Iterable[str]) -> dict[str, SubjectState]:
        """Return the confirmed states of these subjects, by one query."""
        query = """SELECT subject, confirmed FROM subjects
                   WHERE subject IN (SELECT value FROM json_each(?)) AND confirmed IS NOT NULL"""
        rows = self._connection.execute(query, (msgspec.json.encode(list(subjects)).decode(),))
        return {subject: read_state(confirmed) for subject, confirmed in rows}

    def write(self, row: SubjectRow, *, version: int) -> None:
        """Write a subject, its feature and its words for search; an empty subject loses both."""
        self.write_all((row,), version=version)

    def write_all(self, rows: Sequence[SubjectRow], *, version: int) -> None:
        """Write several subjects; the cost depends on them alone, not on the size of the cache."""
        for row in rows:
            if row.state.value is None:
                delete_feature(self._connection, subject_kind(row.subject), subject_key(row.subject))
        values = ((row.state.value, row.pending) for row in rows)
        write_features(self._connection, ((value, pending) for value, pending in values if value is not None))
        self._connection.executemany(_UPSERT, (_columns(row, version) for row in rows))
        index_incidents(self._connection, _incidents(rows))

    def of_kind(self, kind: str) -> Iterator[SubjectRow]:
        """Return all subjects of a kind."""
        query = "SELECT subject, confirmed, shown FROM subjects WHERE kind = ?"
        return (_row(*row) for row in self._connection.execute(query, (kind,)))

    def values_of_kind(self, kind: str) -> Iterator[SubjectValue]:
        """Yield the shown values of all subjects of a kind, inside the bounds."""
        query = "SELECT coalesce(shown, confirmed) FROM subjects WHERE kind = ?"
        for (text,) in self._connection.execute(query, (kind,)):
            value = read_state(text).value if text else None
            if value is not None:
                yield clamp(value)

    def of_exercise(self, exercise_id: str) -> tuple[str, ...]:
        """Return the subjects whose confirmed state may belong to an exercise."""
        query = "SELECT subject FROM subjects WHERE confirmed LIKE ?"
        return tuple(row[0] for row in self._connection.execute(query, (f'%"exercise_id":"{exercise_id}"%',)))

    def pending(self) -> frozenset[str]:
        """Return the subjects with changes that the server has not confirmed."""
        return frozenset(
            row[0] for row in self._connection.execute("SELECT subject FROM subjects WHERE shown IS NOT NULL")
        )

    def with_conflicts(self) -> Iterator[SubjectRow]:
        """Return subjects with an open conflict."""
        query = "SELECT subject, confirmed, shown FROM subjects WHERE conflicts > 0"
        return (_row(*row) for row in self._connection.execute(query))

    def with_held(self) -> Iterator[SubjectRow]:
        """Return subjects with held entries."""
        query = "SELECT subject, confirmed, shown FROM subjects WHERE held > 0"
        return (_row(*row) for row in self._connection.execute(query))

    def find(self, kind: str, text: str) -> tuple[str, ...]:
        """Return the subjects whose key or name is `text`, otherwise up to ten that begin with it."""
        prefix = f"{kind}/{text.lower()}"
        exact = "SELECT subject FROM subjects WHERE kind = ? AND (subject = ? OR name = ?)"
        found = [row[0] for row in self._connection.execute(exact, (kind, prefix, text.upper()))]
        if not found:
            begins = (
                "SELECT subject FROM subjects WHERE kind = ? "
                "AND (substr(subject, 1, ?) = ? OR substr(name, 1, ?) = ?) LIMIT 10"
            )
            query = (kind, len(prefix), prefix, len(text), text.upper())
            found = [row[0] for row in self._connection.execute(begins, query)]
        return tuple(found)

    def changed_since(self, version: int) -> frozenset[str]:
        """Return the subjects that were written after `version`."""
        query = "SELECT subject FROM subjects WHERE changed > ?"
        return frozenset(row[0] for row in self._connection.execute(query, (version,)))

    def newest_change_of(self, *kinds: str) -> int:
        """Return the version at which a subject of these kinds was last written."""
        query = "SELECT max(changed) FROM subjects WHERE kind = ?"
        return max(int(self._connection.execute(query, (kind,)).fetchone()[0] or 0) for kind in kinds)


def _incidents(rows: Iterable[SubjectRow]) -> Iterator[tuple[str, Incident | None]]:
    for row in rows:
        if subject_kind(row.subject) == "incident":
            value = row.state.value
            yield subject_key(row.subject), value if isinstance(value, Incident) else None


def _row(subject: str, confirmed: str | None, shown: str | None) -> SubjectRow:
    return SubjectRow(
        subject,
        read_state(confirmed) if confirmed else EMPTY,
        read_state(shown) if shown else None,
    )


def _columns(row: SubjectRow, version: int) -> tuple[object, ...]:
    value = row.state.value
    key = subject_key(row.subject)
    return (
        row.subject,
        subject_kind(row.subject),
        value.number if isinstance(value, Incident) else key,
        state_text(row.confirmed).decode() if row.confirmed != EMPTY else None,
        state_text(row.shown).decode() if row.shown is not None else None,
        len(value.open_conflicts) if isinstance(value, Incident) else 0,
        len(row.confirmed.held),
        version,
    )
