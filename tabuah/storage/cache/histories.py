"""Incomplete histories: the entries that a snapshot left out, requested and loaded per subject."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from tabuah.operations.entries import Entry, subject_key, subject_kind
from tabuah.operations.fold import fold
from tabuah.operations.people.authority import Authority
from tabuah.operations.subject_state import EMPTY
from tabuah.resources.localisation import _
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.erased_copies import delete_erased_copies
from tabuah.storage.cache.errors import JournalMismatch
from tabuah.storage.cache.incident_index import index_stored
from tabuah.storage.cache.pulled_pages import Changes
from tabuah.storage.cache.snapshot_load import OPEN_HISTORIES, OwnRecords, load_snapshot
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.signatures import verify_signature
from tabuah.storage.journal.snapshots import Snapshot, SnapshotContent
from tabuah.storage.journal.wire import PullReply, Record, decode_entry

_MISSING_UNTIL: Final = "SELECT missing_until FROM subjects WHERE subject = ?"
_ASKED_FOR: Final = "SELECT subject FROM histories_wanted ORDER BY at, subject"
_OPEN: Final = """
    SELECT subject FROM subjects WHERE missing_until > 0 AND conflicts > 0
    UNION SELECT subject FROM subjects WHERE missing_until > 0 AND held > 0
    UNION SELECT s.subject FROM incidents i CROSS JOIN subjects s ON s.subject = 'incident/' || i.id
    WHERE s.missing_until > 0 AND i.status NOT IN ('closed', 'false_report', 'merged')
    UNION SELECT subject FROM subjects WHERE missing_until > 0 AND kind = 'contact'
    AND instr(confirmed, '"personal_entry":"')"""


class HistoryState(StrEnum):
    """Whether the entries of a subject are all here."""

    WHOLE = "whole"
    MISSING = "missing"  # older entries are at the server only; they are fetched on request
    ASKED_FOR = "asked_for"


class Histories:
    """Histories of one console. Belongs to the thread of its store."""

    def __init__(self, session: CacheSession) -> None:
        self._session = session

    def load_snapshot(
        self, snapshot: Snapshot, contents: Iterable[SnapshotContent], own_records: OwnRecords, *, synced_at: datetime
    ) -> Changes:
        """Load a snapshot instead of the entries up to it; see `snapshot_load`."""
        return load_snapshot(self._session, snapshot, contents, own_records, synced_at=synced_at)

    @property
    def confirmed_length(self) -> int:
        """Return how many entries of this device the server has confirmed."""
        query = "SELECT n FROM chains WHERE device = ?"
        row = self._session.connection.execute(query, (self._session.meta.device,)).fetchone()
        return int(row[0]) if row else 0

    def state_of(self, subject: str) -> HistoryState:
        """Return the state of a subject's history."""
        if self._missing_until(subject) == 0:
            return HistoryState.WHOLE
        wanted = "SELECT 1 FROM histories_wanted WHERE subject = ?"
        asked = self._session.connection.execute(wanted, (subject,)).fetchone() is not None
        return HistoryState.ASKED_FOR if asked else HistoryState.MISSING

    def request(self, subject: str) -> None:
        """Request the missing history of a subject for the next sync; not possible on a full disk."""
        if self._missing_until(subject) > 0 and not self._session.is_read_only:
            with self._session.writing():
                query = "INSERT OR IGNORE INTO histories_wanted (subject, at) VALUES (?, ?)"
                self._session.connection.execute(query, (subject, self._session.now().isoformat()))

    def requested(self) -> tuple[str, ...]:
        """Return the subjects whose histories a user has requested, the first request first."""
        return tuple(row[0] for row in self._session.connection.execute(_ASKED_FOR))

    def requested_and_due(self) -> tuple[str, ...]:
        """Return the subjects whose histories should be fetched: requested ones, then open ones."""
        is_due = self._session.meta.read(OPEN_HISTORIES) == "due"
        due = [row[0] for row in self._session.connection.execute(_OPEN)] if is_due else []
        return tuple(dict.fromkeys((*self.requested(), *due)))

    def take(self, subject: str, replies: Sequence[PullReply]) -> None:
        """Load all entries of a subject.

        They are accepted if each is signed by its device and all together fold to the signed state.

        Raises:
            JournalMismatch: they do not; nothing was loaded.
        """
        with self._session.writing():
            _take(self._session, subject, [record for reply in replies for record in reply.records])
            self._session.journal.add_served_personal(value for reply in replies for value in reply.personal)
            delete_erased_copies(self._session, {})  # a snapshot brought the erasure without the copy that it names

    def give_up(self, subject: str) -> None:
        """Drop the request for a subject's history."""
        with self._session.writing():
            _clear_request(self._session, subject)

    def clear_due_histories(self) -> None:
        """Record that all due histories were fetched or dropped."""
        if self._session.meta.read(OPEN_HISTORIES):
            with self._session.writing():
                self._session.meta.write(OPEN_HISTORIES, "")

    def _missing_until(self, subject: str) -> int:
        row = self._session.connection.execute(_MISSING_UNTIL, (subject,)).fetchone()
        return int(row[0]) if row else 0


def _take(session: CacheSession, subject: str, records: Sequence[Record]) -> None:
    head = session.meta.journal_head.seq
    fresh = [(record, _entry_of(record)) for record in records if record.seq <= head]
    authority = session.authority()
    last, state = 0, EMPTY
    for record, entry in fresh:
        if entry.subject != subject or record.seq <= last or not _is_authentic(authority, record, entry):
            raise _history_mismatch(subject)
        last, state = record.seq, fold(state, entry, record.verdict, text=record.text, reason=record.reason)
    is_wiped = any(authority.is_wiped(entry.exercise_id) for _record, entry in fresh)  # perhaps before the snapshot
    if not is_wiped and state != session.subjects.confirmed(subject):
        raise _history_mismatch(subject)
    session.journal.add_records(fresh)
    _clear_request(session, subject)
    query = "UPDATE subjects SET missing_until = 0, changed = ? WHERE subject = ?"
    session.connection.execute(query, (session.meta.next_version(), subject))
    if subject_kind(subject) == "incident":
        index_stored(session.connection, [subject_key(subject)])  # its older notes


def _clear_request(session: CacheSession, subject: str) -> None:
    session.connection.execute("DELETE FROM histories_wanted WHERE subject = ?", (subject,))


def _entry_of(record: Record) -> Entry:
    try:
        return decode_entry(record.text)
    except JournalError as error:
        raise _history_mismatch(str(record.seq)) from error


def _is_authentic(authority: Authority, record: Record, entry: Entry) -> bool:
    device = authority.devices.get(entry.device)
    if device is None:
        return False
    try:
        verify_signature(bytes.fromhex(device.public_key), record.text.encode(), bytes.fromhex(record.signature))
    except (JournalError, ValueError):
        return False
    return True


def _history_mismatch(subject: str) -> JournalMismatch:
    return JournalMismatch(
        _("The history of {subject} from the server does not match its state here. Nothing was loaded.").format(
            subject=subject
        )
    )
