"""Checks of everything stored in a cache: the audit of its journal, decoding of every value, and refolding."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from tabuah.operations.entries import GENESIS
from tabuah.operations.subject_state import read_state, state_text
from tabuah.storage.cache.cache_session import CacheSession, state_from_history
from tabuah.storage.cache.connection import expected_errors, find_damage
from tabuah.storage.cache.incident_index import find_index_damage
from tabuah.storage.cache.meta import Identity, JournalHead
from tabuah.storage.journal.audit import (
    AuditCheck,
    AuditFailure,
    AuditFinding,
    AuditReport,
    audit_journal,
    check_record_hash,
    check_record_signature,
    finding_of,
    read_record,
)
from tabuah.storage.journal.chain import ChainHead, read_chain
from tabuah.storage.journal.checkpoint import SignedCheckpoint
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.wire import Record, decode_entry, record_of_row

QUICK_SUBJECTS: Final = 200
_RECORDS: Final = """SELECT seq, text, signature, received_at, verdict, reason, hash FROM journal
    WHERE seq > ? ORDER BY seq"""
_CONFIRMED: Final = "SELECT subject, confirmed FROM subjects WHERE confirmed IS NOT NULL"
_WHOLE: Final = f"{_CONFIRMED} AND missing_until = 0 ORDER BY random() LIMIT ?"
_COUNT_WHOLE: Final = "SELECT count(*) FROM subjects WHERE confirmed IS NOT NULL AND missing_until = 0"
_LAST_SEQ: Final = "SELECT max(seq) FROM journal WHERE subject = ?"

# Every column with an encoded value: table, key, column, and reader.
_STORED: Final[tuple[tuple[str, str, str, Callable[[str], object]], ...]] = (
    ("journal", "entry", "text", decode_entry),
    ("carried", "id", "text", decode_entry),
    ("subjects", "subject", "confirmed", read_state),
    ("subjects", "subject", "shown", read_state),
    ("renewals", "id", "numbers", lambda text: msgspec.json.decode(text, type=dict[str, str])),
    ("outbox", "entry", "at", datetime.fromisoformat),
)
_META: Final[dict[str, Callable[[str], object]]] = {
    "chain_head": lambda text: msgspec.json.decode(text, type=ChainHead),
    "journal_head": lambda text: msgspec.json.decode(text, type=JournalHead),
    "identity": lambda text: msgspec.json.decode(text, type=Identity),
    "checkpoint": lambda text: msgspec.json.decode(text, type=SignedCheckpoint),
    "last_sync_at": datetime.fromisoformat,
    "clock_offset_s": float,
    "snapshot_seq": int,
    "version": int,
}


class UnreadableRow(NamedTuple):
    """A row with a value that cannot be decoded: its table, the name of its key, and the key."""

    table: str
    key: str
    value: str
    error: str


class CacheChecks:
    """Checks of one cache; nothing is written."""

    def __init__(self, session: CacheSession) -> None:
        self._session = session

    def audit(self) -> AuditReport:
        """Recompute all states that the records here allow: of the whole journal, or after a snapshot.

        Raises:
            DamagedCache: the cache cannot be read.
        """
        session = self._session
        with expected_errors(session.path), _one_state(session.connection):
            head, first = session.meta.journal_head, session.meta.snapshot_seq + 1
            if first == 1:
                states = dict(session.connection.execute(_CONFIRMED))
                return audit_journal(_records(session, 0), head=(head.seq, head.hash), states=states)
            findings = [*_check_records(session, first, signed=True), *self._find_wrong_states(-1)]
            refolded = session.connection.execute(_COUNT_WHOLE).fetchone()[0]
            return AuditReport(
                first=first, head=head.seq, hash=head.hash, subjects=refolded, findings=tuple(findings)
            )

    def find_unreadable(self) -> str:
        """Return the first stored value that cannot be decoded, in words for engineers; empty if all can be."""
        try:
            return find_unreadable_value(self._session.connection)
        except sqlite3.DatabaseError as error:  # such as a text that is not UTF-8
            return str(error)

    def find_damage(self, *, quick: bool = False) -> str:
        """Return the first damage, in words for engineers; empty if everything is sound.

        The file is checked by SQLite, every encoded value is decoded, the chains of the server and of this
        device are followed, and states are refolded: all of them, or a sample with `quick`.
        """
        session = self._session
        try:
            with expected_errors(session.path), _one_state(session.connection):
                return (
                    find_damage(session.connection, thorough=not quick)
                    or find_unreadable_value(session.connection)
                    or self._find_broken_chain()
                    or _describe(self._find_wrong_states(QUICK_SUBJECTS if quick else -1))
                    or self._find_index_damage(QUICK_SUBJECTS if quick else -1)
                )
        except sqlite3.DatabaseError as error:  # such as a text that is not UTF-8
            return str(error)

    def is_journal_sound(self) -> bool:
        """Return whether the records of the server and the states here belong together."""
        first = self._session.meta.snapshot_seq + 1
        return not _check_records(self._session, first, signed=False) and not self._find_wrong_states(-1)

    def _find_index_damage(self, most: int) -> str:
        """Check the search index; one that is being built is not damaged."""
        session = self._session
        return find_index_damage(session.connection, most) if session.index_fill.is_complete else ""

    def _find_broken_chain(self) -> str:
        session = self._session
        found = _describe(_check_records(session, session.meta.snapshot_seq + 1, signed=False))
        if found:
            return found
        own = [waiting.signed for waiting in session.journal.pending_from(0)]
        try:
            read_chain(own, device=session.meta.device)
        except JournalError as error:
            return f"outbox: {error}"
        return ""

    def _find_wrong_states(self, most: int) -> list[AuditFinding]:
        """Refold subjects whose history is here, at most `most` or all (-1); return those that differ."""
        session, findings = self._session, []
        for subject, confirmed in session.connection.execute(_WHOLE, (most,)).fetchall():
            if state_text(state_from_history(session, subject)).decode() != confirmed:
                seq = session.connection.execute(_LAST_SEQ, (subject,)).fetchone()[0] or 0
                findings.append(AuditFinding(seq=seq, check=AuditCheck.STATE, detail=subject))
        return sorted(findings, key=lambda finding: (finding.seq, finding.detail))


def find_unreadable_value(connection: sqlite3.Connection) -> str:
    """Decode every encoded value, and return the first that cannot be; empty if there is none."""
    for row in find_unreadable_rows(connection):
        return f"{row.table}/{row.value}: {row.error}"
    return ""


def find_unreadable_rows(connection: sqlite3.Connection) -> Iterator[UnreadableRow]:
    """Decode every encoded value, and yield the rows of those that cannot be."""
    for table, key, column, read in _STORED:
        query = f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608 - our names
        for name, value in connection.execute(query):
            error = _reading_error(value, read)
            if error:
                yield UnreadableRow(table, key, name, error)
    for name, value in connection.execute("SELECT key, value FROM meta WHERE value <> ''"):
        error = _reading_error(value, _META.get(name, str))
        if error:
            yield UnreadableRow("meta", "key", name, error)


def _reading_error(value: str, read: Callable[[str], object]) -> str:
    try:
        read(value)
    except (JournalError, ValueError, TypeError) as error:
        return str(error) or type(error).__name__
    return ""


def _describe(findings: list[AuditFinding]) -> str:
    return f"{findings[0].check} {findings[0].seq}: {findings[0].detail}" if findings else ""


def _check_records(session: CacheSession, first: int, *, signed: bool) -> list[AuditFinding]:
    """Follow the chain of the server from a record on, and return the first failure."""
    head = session.meta.journal_head
    seq, hash_ = first - 1, session.journal.hash_at(first - 1) if first > 1 else GENESIS
    try:
        for record in _records(session, first - 1):
            _check(session, record, seq=seq, previous=hash_, signed=signed)
            seq, hash_ = record.seq, record.hash
        if (seq, hash_) != (head.seq, head.hash) and seq >= first:
            raise AuditFailure(min(seq, head.seq), AuditCheck.HEAD, f"the head is {head.seq}, the last record {seq}")
    except AuditFailure as failure:
        return [finding_of(failure)]
    return []


def _check(session: CacheSession, record: Record, *, seq: int, previous: str, signed: bool) -> None:
    if previous:  # the record of the snapshot itself may not be here
        check_record_hash(record, seq=seq, previous=previous)
    elif record.seq != seq + 1:
        raise AuditFailure(seq + 1, AuditCheck.GAP, f"the next record is {record.seq}")
    if signed:
        check_record_signature(record, read_record(record), session.authority())


def _records(session: CacheSession, after: int) -> Iterator[Record]:
    return (record_of_row(*row) for row in session.connection.execute(_RECORDS, (after,)))


@contextmanager
def _one_state(connection: sqlite3.Connection) -> Iterator[None]:
    """Read one state, although a sync may write meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
