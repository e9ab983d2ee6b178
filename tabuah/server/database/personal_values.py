"""Queries on personal values: which entries have some, one value, and their deletion."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection

_SUMMARY: Final = """SELECT e.subject, count(*), min(e.received_at), max(e.received_at)
    FROM personal_values p JOIN entries e ON e.id = p.entry GROUP BY e.subject ORDER BY min(e.seq)"""
_ENTRIES: Final = """SELECT DISTINCT p.entry FROM personal_values p JOIN entries e ON e.id = p.entry
    WHERE e.subject IN (SELECT value FROM json_each(?)) ORDER BY e.seq"""
_VALUES: Final = "SELECT p.value, e.subject FROM personal_values p JOIN entries e ON e.id = p.entry"
_VALUE: Final = "SELECT value FROM personal_values WHERE entry = ? AND field = ?"
_IN: Final = "IN (SELECT value FROM json_each(?))"
_DELETE: Final = f"DELETE FROM personal_values WHERE entry {_IN}"  # noqa: S608 - our text
# Records and entries that are not in the journal yet carry values of their own.
_CLEAR_STAGED: Final = f"UPDATE handback_records SET personal = '[]' WHERE json_extract(text, '$.id') {_IN}"  # noqa: S608
_CLEAR_QUARANTINE: Final = f"UPDATE aside SET sealed = '' WHERE json_extract(text, '$.id') {_IN}"  # noqa: S608


class PersonalSummary(NamedTuple):
    """The personal values of one subject: how many, and when their entries arrived."""

    subject: str
    values: int
    first_at: datetime
    last_at: datetime


def personal_summaries(connection: Connection) -> list[PersonalSummary]:
    """Return the subjects that have personal values, the oldest first."""
    rows = connection.exec_driver_sql(_SUMMARY)
    return [
        PersonalSummary(subject, count, datetime.fromisoformat(first), datetime.fromisoformat(last))
        for subject, count, first, last in rows
    ]


def entries_with_personal_values(connection: Connection, subjects: Iterable[str]) -> list[str]:
    """Return the ids of the entries on these subjects that have personal values, the oldest first."""
    wanted = msgspec.json.encode(list(subjects)).decode()
    return [entry for (entry,) in connection.exec_driver_sql(_ENTRIES, (wanted,))]


def subjects_with_values(connection: Connection, matches: Callable[[str], bool]) -> set[str]:
    """Return the subjects that have a value which matches."""
    return {subject for value, subject in connection.exec_driver_sql(_VALUES) if matches(value)}


def personal_value_of(connection: Connection, entry: str, field: str) -> str | None:
    """Return one personal value of an entry; None if it has none, or it was erased."""
    row = connection.exec_driver_sql(_VALUE, (entry, field)).fetchone()
    return None if row is None else str(row[0])


def erase_personal_values(connection: Connection, entries: Iterable[str]) -> None:
    """Delete the personal values of entries, overwritten with zeros, wherever this database has them."""
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    ids = msgspec.json.encode(list(entries)).decode()
    for statement in (_DELETE, _CLEAR_STAGED, _CLEAR_QUARANTINE):
        connection.exec_driver_sql(statement, (ids,))
