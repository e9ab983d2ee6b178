"""Audit of a console's cache: the whole journal, or after a snapshot the records and histories that are here."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from tabuah.operations.subject_state import state_text
from tabuah.storage.cache.cache_session import CacheSession, state_from_history
from tabuah.storage.cache.connection import expected_errors
from tabuah.storage.cache.journal_table import record_of_row
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
from tabuah.storage.journal.wire import Record

_RECORDS = """SELECT seq, text, signature, received_at, verdict, reason, hash FROM journal
    WHERE seq > ? ORDER BY seq"""
_CONFIRMED = "SELECT subject, confirmed FROM subjects WHERE confirmed IS NOT NULL"
_WHOLE = f"{_CONFIRMED} AND missing_until = 0"
_LAST_SEQ = "SELECT max(seq) FROM journal WHERE subject = ?"


def audit_cache(session: CacheSession) -> AuditReport:
    """Recompute whatever the records here allow; nothing is written.

    Raises:
        DamagedCache: the cache cannot be read.
    """
    with expected_errors(session.path), _one_state(session.connection):
        head = session.meta.journal_head
        first = session.meta.snapshot_seq + 1
        if first == 1:
            states = dict(session.connection.execute(_CONFIRMED))
            return audit_journal(_records(session, 0), head=(head.seq, head.hash), states=states)
        return _audit_after_snapshot(session, first)


def _audit_after_snapshot(session: CacheSession, first: int) -> AuditReport:
    head = session.meta.journal_head
    findings: list[AuditFinding] = []
    seq, hash_ = first - 1, session.journal.hash_at(first - 1)
    try:
        for record in _records(session, first - 1):
            _check(session, record, seq=seq, previous=hash_)
            seq, hash_ = record.seq, record.hash
        if (seq, hash_) != (head.seq, head.hash) and seq >= first:
            raise AuditFailure(min(seq, head.seq), AuditCheck.HEAD, f"the head is {head.seq}, the last record {seq}")
    except AuditFailure as failure:
        findings.append(finding_of(failure))
    wrong, refolded = find_wrong_states(session)
    findings += wrong
    return AuditReport(first=first, head=head.seq, hash=head.hash, subjects=refolded, findings=tuple(findings))


def _check(session: CacheSession, record: Record, *, seq: int, previous: str) -> None:
    if previous:  # the record of the snapshot itself may not be here
        check_record_hash(record, seq=seq, previous=previous)
    elif record.seq != seq + 1:
        raise AuditFailure(seq + 1, AuditCheck.GAP, f"the next record is {record.seq}")
    check_record_signature(record, read_record(record), session.authority())


def find_wrong_states(session: CacheSession, *, most: int = -1) -> tuple[list[AuditFinding], int]:
    """Refold the subjects whose history is here, and return those with another stored state, and how many.

    Args:
        session: the cache's session.
        most: refold at most so many subjects, chosen at random; -1: all.

    Raises:
        JournalError, ValueError: an entry cannot be decoded.
    """
    findings, refolded = [], 0
    rows = session.connection.execute(f"{_WHOLE} ORDER BY random() LIMIT ?", (most,)).fetchall()
    for subject, confirmed in rows:
        refolded += 1
        if state_text(state_from_history(session, subject)).decode() != confirmed:
            seq = session.connection.execute(_LAST_SEQ, (subject,)).fetchone()[0] or 0
            findings.append(AuditFinding(seq=seq, check=AuditCheck.STATE, detail=subject))
    return sorted(findings, key=lambda finding: (finding.seq, finding.detail)), refolded


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
