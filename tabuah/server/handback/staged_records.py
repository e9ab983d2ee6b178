"""Handed-back records that do not continue the journal yet; each is vouched for by a checkpoint."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection

from tabuah.operations.entries import PersonalValue, Verdict
from tabuah.storage.journal.wire import Record

_ADD: Final = "INSERT OR IGNORE INTO handback_records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_HAS_NEXT: Final = "SELECT 1 FROM handback_records WHERE previous = ? AND seq = ?"
# Of a chain, from its newest record down: the oldest one that is here, and all of them.
_OLDEST: Final = """WITH RECURSIVE chain(hash, seq, previous) AS (
        SELECT hash, seq, previous FROM handback_records WHERE hash = ?
        UNION ALL
        SELECT r.hash, r.seq, r.previous FROM chain c JOIN handback_records r ON r.hash = c.previous)
    SELECT seq, hash, previous FROM chain ORDER BY seq LIMIT 1"""
_RECORDS: Final = """WITH RECURSIVE chain(hash, previous) AS (
        SELECT hash, previous FROM handback_records WHERE hash = ?
        UNION ALL
        SELECT r.hash, r.previous FROM chain c JOIN handback_records r ON r.hash = c.previous)
    SELECT r.seq, r.text, r.signature, r.received_at, r.verdict, r.reason, r.hash, r.personal
    FROM chain c JOIN handback_records r ON r.hash = c.hash ORDER BY r.seq"""


class OldestRecord(msgspec.Struct, frozen=True):
    """Seq and hash of a record, and the hash of the record before it."""

    seq: int
    hash: str
    previous: str


class StagedRecord(msgspec.Struct, frozen=True):
    """A record and the personal values of its entry."""

    record: Record
    personal: tuple[PersonalValue, ...]


def stage(
    connection: Connection, records: Iterable[Record], previous: str, personal: dict[str, list[PersonalValue]]
) -> None:
    """Save records that follow each other; `personal` are verified values by the hash of their record."""
    rows = []
    for record in records:
        values = msgspec.json.encode(personal.get(record.hash, [])).decode()
        ruling = (record.received_at.isoformat(), record.verdict.value, record.reason)
        rows.append((record.hash, record.seq, previous, record.text, record.signature, *ruling, values))
        previous = record.hash
    if rows:
        connection.exec_driver_sql(_ADD, rows)


def oldest_of(connection: Connection, newest: str) -> OldestRecord | None:
    """Return the oldest record of a chain that is here, given the hash of its newest; None without one."""
    row = connection.exec_driver_sql(_OLDEST, (newest,)).first()
    return OldestRecord(row.seq, row.hash, row.previous) if row is not None else None


def has_next(connection: Connection, record: Record) -> bool:
    """Return whether the record after this one is here, which vouches for it."""
    return connection.exec_driver_sql(_HAS_NEXT, (record.hash, record.seq + 1)).first() is not None


def staged_chain(connection: Connection, newest: str) -> list[StagedRecord]:
    """Return a chain in the order of its records, given the hash of its newest."""
    return [
        StagedRecord(
            Record(
                seq=row.seq,
                text=row.text,
                signature=row.signature,
                received_at=datetime.fromisoformat(row.received_at),
                verdict=Verdict(row.verdict),
                reason=row.reason,
                hash=row.hash,
            ),
            msgspec.json.decode(row.personal, type=tuple[PersonalValue, ...]),
        )
        for row in connection.exec_driver_sql(_RECORDS, (newest,))
    ]


def delete_until(connection: Connection, seq: int) -> None:
    """Delete staged records up to a seq."""
    connection.exec_driver_sql("DELETE FROM handback_records WHERE seq <= ?", (seq,))


def delete_chain(connection: Connection, hashes: Iterable[str]) -> None:
    """Delete staged records, given their hashes."""
    rows = [(hash_,) for hash_ in hashes]
    connection.exec_driver_sql("DELETE FROM handback_records WHERE hash = ?", rows)
