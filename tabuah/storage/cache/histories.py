"""Histories that are not all here: what a snapshot left out of a subject, asked for and taken over one by one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from tabuah.operations.authority.authority import Authority
from tabuah.operations.entries import Entry
from tabuah.operations.folding import fold
from tabuah.operations.subjects import EMPTY
from tabuah.resources.catalogue import _
from tabuah.storage.cache.applying import Changes
from tabuah.storage.cache.bootstrapping import OPEN_HISTORIES, OwnRecords, load_snapshot
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.errors import JournalDoesNotFollow
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.signing import verify_signature
from tabuah.storage.journal.snapshots import Snapshot, SnapshotContent
from tabuah.storage.journal.wire import PullReply, Record, decode_entry

_MISSING_UNTIL: Final = "SELECT missing_until FROM subjects WHERE subject = ?"
_ASKED_FOR: Final = "SELECT subject FROM histories_wanted ORDER BY at, subject"
_OPEN: Final = """
    SELECT subject FROM subjects WHERE missing_until > 0 AND conflicts > 0
    UNION SELECT subject FROM subjects WHERE missing_until > 0 AND held > 0
    UNION SELECT s.subject FROM incidents i CROSS JOIN subjects s ON s.subject = 'incident/' || i.id
    WHERE s.missing_until > 0 AND i.status NOT IN ('closed', 'false_report', 'merged')"""


class HistoryState(StrEnum):
    """Whether the entries of a subject are all here."""

    WHOLE = "whole"
    MISSING = "missing"  # older ones are at the server; they come when somebody asks for them and there is a line
    ASKED_FOR = "asked_for"


class Histories:
    """Belongs to the thread of its store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def load_snapshot(
        self, snapshot: Snapshot, contents: Iterable[SnapshotContent], own_records: OwnRecords, *, synced_at: datetime
    ) -> Changes:
        """Take over a snapshot instead of the entries up to it; see `bootstrapping`."""
        return load_snapshot(self._desk, snapshot, contents, own_records, synced_at=synced_at)

    @property
    def confirmed_length(self) -> int:
        """How many entries of this device have come back from the server."""
        query = "SELECT n FROM chains WHERE device = ?"
        row = self._desk.connection.execute(query, (self._desk.meta.device,)).fetchone()
        return int(row[0]) if row else 0

    def state_of(self, subject: str) -> HistoryState:
        """How the history of a subject stands here."""
        if self._missing_until(subject) == 0:
            return HistoryState.WHOLE
        wanted = "SELECT 1 FROM histories_wanted WHERE subject = ?"
        asked = self._desk.connection.execute(wanted, (subject,)).fetchone() is not None
        return HistoryState.ASKED_FOR if asked else HistoryState.MISSING

    def want(self, subject: str) -> None:
        """Ask for what is missing of a subject; the next sync brings it. A full disk cannot keep the question."""
        if self._missing_until(subject) > 0 and not self._desk.is_read_only:
            with self._desk.writing():
                query = "INSERT OR IGNORE INTO histories_wanted (subject, at) VALUES (?, ?)"
                self._desk.connection.execute(query, (subject, self._desk.now().isoformat()))

    def asked_for(self) -> tuple[str, ...]:
        """The subjects whose histories somebody has asked for, the first one first."""
        return tuple(row[0] for row in self._desk.connection.execute(_ASKED_FOR))

    def wanted(self) -> tuple[str, ...]:
        """The subjects whose histories should be fetched: those asked for first, then what is still worked on."""
        is_due = self._desk.meta.read(OPEN_HISTORIES) == "due"
        due = [row[0] for row in self._desk.connection.execute(_OPEN)] if is_due else []
        return tuple(dict.fromkeys((*self.asked_for(), *due)))

    def take(self, subject: str, replies: Sequence[PullReply]) -> None:
        """Take over all entries of a subject.

        They are believed when each is signed by its device and all together fold to the state that the server signed.

        Raises:
            JournalDoesNotFollow: they do not; nothing was taken.
        """
        with self._desk.writing():
            _take(self._desk, subject, [record for reply in replies for record in reply.records])
            self._desk.journal.add_personal(value for reply in replies for value in reply.personal)

    def give_up(self, subject: str) -> None:
        """Ask no longer for what is missing of a subject."""
        with self._desk.writing():
            _ask_no_longer(self._desk, subject)

    def wanted_done(self) -> None:
        """All that were wanted have come or were given up."""
        if self._desk.meta.read(OPEN_HISTORIES):
            with self._desk.writing():
                self._desk.meta.write(OPEN_HISTORIES, "")

    def _missing_until(self, subject: str) -> int:
        row = self._desk.connection.execute(_MISSING_UNTIL, (subject,)).fetchone()
        return int(row[0]) if row else 0


def _take(desk: Desk, subject: str, records: Sequence[Record]) -> None:
    head = desk.meta.journal_head.seq
    fresh = [(record, _entry_of(record)) for record in records if record.seq <= head]
    authority = desk.authority()
    last, state = 0, EMPTY
    for record, entry in fresh:
        if entry.subject != subject or record.seq <= last or not _is_authentic(authority, record, entry):
            raise _does_not_fit(subject)
        last, state = record.seq, fold(state, entry, record.verdict, text=record.text, reason=record.reason)
    if state != desk.subjects.confirmed(subject):
        raise _does_not_fit(subject)
    desk.journal.add_records(fresh)
    _ask_no_longer(desk, subject)
    query = "UPDATE subjects SET missing_until = 0, changed = ? WHERE subject = ?"
    desk.connection.execute(query, (desk.meta.next_version(), subject))


def _ask_no_longer(desk: Desk, subject: str) -> None:
    desk.connection.execute("DELETE FROM histories_wanted WHERE subject = ?", (subject,))


def _entry_of(record: Record) -> Entry:
    try:
        return decode_entry(record.text)
    except JournalError as error:
        raise _does_not_fit(str(record.seq)) from error


def _is_authentic(authority: Authority, record: Record, entry: Entry) -> bool:
    device = authority.devices.get(entry.device)
    if device is None:
        return False
    try:
        verify_signature(bytes.fromhex(device.public_key), record.text.encode(), bytes.fromhex(record.signature))
    except (JournalError, ValueError):
        return False
    return True


def _does_not_fit(subject: str) -> JournalDoesNotFollow:
    return JournalDoesNotFollow(
        _("The history of {subject} from the server does not fit its state here. Nothing was taken of it.").format(
            subject=subject
        )
    )
