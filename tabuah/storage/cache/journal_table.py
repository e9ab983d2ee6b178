"""The journal and the outbox as tables: verbatim entries, with the server's ruling once it is known."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from tabuah.operations.bounds import clamp_moment
from tabuah.operations.entries import Entry, PersonalValue, Verdict
from tabuah.operations.lookups import RecordedEntry
from tabuah.operations.recorded_entries import RELEASED, RecordedHistory, recorded_history
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.wire import Record, SignedEntry, decode_entry, record_of_row

_ADD_OWN: Final = """
    INSERT INTO journal (entry, subject, kind, actor, device, n, at, replaces, text, signature)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_RECORD: Final = """
    INSERT INTO journal (entry, subject, kind, actor, device, n, at, replaces, text, signature,
        seq, received_at, verdict, reason, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (entry) DO UPDATE SET seq = excluded.seq, received_at = excluded.received_at,
        verdict = excluded.verdict, reason = excluded.reason, hash = excluded.hash"""
_PERSONAL: Final = """
    INSERT INTO personal (entry, field, salt, value) VALUES (?, ?, ?, ?)
    ON CONFLICT (entry, field) DO UPDATE SET salt = excluded.salt, value = excluded.value"""

_UNDECIDED: Final = """AND NOT EXISTS (SELECT 1 FROM journal WHERE replaces = r.entry)
    AND NOT EXISTS (SELECT 1 FROM dismissed d WHERE d.entry = r.entry) ORDER BY id"""


class OutboxEntry(msgspec.Struct, frozen=True):
    """An entry in the outbox: its number, id and wire form."""

    n: int
    entry: str
    signed: SignedEntry


class JournalTable:
    """Reads and writes the journal and the outbox; writing needs an open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add_own(self, chained: ChainedEntry, personal: Iterable[PersonalValue]) -> None:
        """Add an own new entry to journal and outbox."""
        entry = chained.entry
        self._connection.execute(_ADD_OWN, (*_columns(entry), chained.text.decode(), chained.signature))
        self._connection.execute(
            "INSERT INTO outbox (n, entry, subject, at) VALUES (?, ?, ?, ?)",
            (entry.n, entry.id, entry.subject, entry.at.isoformat()),
        )
        self.add_personal(msgspec.structs.replace(value, entry=entry.id) for value in personal)

    def add_records(self, records: Iterable[tuple[Record, Entry]]) -> None:
        """Add pulled records to the journal; own entries in it get their ruling."""
        self._connection.executemany(_ADD_RECORD, (_record_row(record, entry) for record, entry in records))

    def add_personal(self, values: Iterable[PersonalValue]) -> None:
        """Store personal values of entries."""
        self._connection.executemany(_PERSONAL, ((v.entry, v.field, v.salt, v.value) for v in values))

    def add_served_personal(self, values: Iterable[PersonalValue]) -> None:
        """Store personal values that the server sent, so that it needs none of them from here."""
        served = tuple(values)
        self.add_personal(served)
        query = "UPDATE personal SET unsent = 0 WHERE entry = ? AND field = ?"
        self._connection.executemany(query, ((value.entry, value.field) for value in served))

    def note_unsent_personal(self, entries: Iterable[str]) -> None:
        """Mark the personal values of confirmed entries that another console pushed, without these values."""
        query = """UPDATE personal SET unsent = 1
                   WHERE entry = ? AND entry IN (SELECT entry FROM outbox WHERE NOT pushed)"""
        self._connection.executemany(query, ((entry,) for entry in entries))

    def unsent_personal(self) -> tuple[tuple[str, OutboxEntry], ...]:
        """Return the confirmed entries whose personal values the server lacks, by device and number."""
        query = """SELECT DISTINCT j.device, j.n, j.entry, j.text, j.signature
                   FROM personal p JOIN journal j ON j.entry = p.entry WHERE p.unsent ORDER BY j.device, j.n"""
        rows = self._connection.execute(query)
        return tuple((row[0], OutboxEntry(row[1], row[2], SignedEntry(row[3], row[4]))) for row in rows)

    def delete_personal(self, subjects: Iterable[str], entries: Iterable[str] = ()) -> None:
        """Delete the personal values of the entries on these subjects, and of these entries, also on the disk."""
        self._connection.execute("PRAGMA secure_delete = ON")  # overwrites the freed bytes with zeros
        query = "DELETE FROM personal WHERE entry IN (SELECT entry FROM journal WHERE subject = ?)"
        self._connection.executemany(query, [(subject,) for subject in subjects])
        self._connection.executemany("DELETE FROM personal WHERE entry = ?", [(entry,) for entry in entries])

    def personal_of(self, entry: str) -> dict[str, str]:
        """Return the personal values of an entry by field, as far as this user may read them."""
        query = "SELECT field, value FROM personal WHERE entry = ?"
        return dict(self._connection.execute(query, (entry,)).fetchall())

    def personal_among(self, entries: Iterable[str]) -> tuple[PersonalValue, ...]:
        """Return the personal values of some entries."""
        query = "SELECT field, salt, value, entry FROM personal WHERE entry = ?"
        rows = (row for entry in entries for row in self._connection.execute(query, (entry,)))
        return tuple(PersonalValue(field=f, salt=s, value=v, entry=e) for f, s, v, e in rows)

    def settle(self, entries: Iterable[str]) -> None:
        """Remove confirmed entries from the outbox."""
        self._connection.executemany("DELETE FROM outbox WHERE entry = ?", ((entry,) for entry in entries))

    def mark_pushed(self, entries: Iterable[str]) -> None:
        """Mark entries as pushed with their personal values; they stay in the outbox until they are pulled."""
        rows = [(entry,) for entry in entries]
        self._connection.executemany("UPDATE outbox SET pushed = 1 WHERE entry = ?", rows)
        self._connection.executemany("UPDATE personal SET unsent = 0 WHERE entry = ? AND unsent", rows)

    def unmark_pushed(self) -> int:
        """Mark entries in the outbox as not pushed; return how many were."""
        return self._connection.execute("UPDATE outbox SET pushed = 0 WHERE pushed").rowcount

    def outbox_after(self, n: int, limit: int) -> tuple[OutboxEntry, ...]:
        """Return entries that the server has not acknowledged, in order."""
        query = """SELECT o.n, o.entry, j.text, j.signature FROM outbox o JOIN journal j ON j.entry = o.entry
                   WHERE o.n > ? AND NOT o.pushed ORDER BY o.n LIMIT ?"""
        rows = self._connection.execute(query, (n, limit))
        return tuple(OutboxEntry(row[0], row[1], SignedEntry(row[2], row[3])) for row in rows)

    def pending_from(self, n: int) -> tuple[OutboxEntry, ...]:
        """Return all own unconfirmed entries from a number on, acknowledged or not."""
        query = """SELECT o.n, o.entry, j.text, j.signature FROM outbox o JOIN journal j ON j.entry = o.entry
                   WHERE o.n >= ? ORDER BY o.n"""
        rows = self._connection.execute(query, (n,))
        return tuple(OutboxEntry(row[0], row[1], SignedEntry(row[2], row[3])) for row in rows)

    def own_from(self, device: str, n: int) -> tuple[OutboxEntry, ...]:
        """Return all entries of a device from a number on, in order."""
        query = "SELECT n, entry, text, signature FROM journal WHERE device = ? AND n >= ? ORDER BY n"
        rows = self._connection.execute(query, (device, n))
        return tuple(OutboxEntry(row[0], row[1], SignedEntry(row[2], row[3])) for row in rows)

    def pending_among(self, subjects: Iterable[str]) -> dict[str, list[tuple[Entry, str]]]:
        """Return own unconfirmed entries on these subjects, each subject's in order, by one query."""
        query = """SELECT o.subject, j.text FROM outbox o JOIN journal j ON j.entry = o.entry
                   WHERE o.subject IN (SELECT value FROM json_each(?)) ORDER BY o.n"""
        found: dict[str, list[tuple[Entry, str]]] = {}
        for subject, text in self._connection.execute(query, (msgspec.json.encode(list(subjects)).decode(),)):
            found.setdefault(subject, []).append((decode_entry(text), text))
        return found

    def pending_subjects(self, kinds: Sequence[str]) -> frozenset[str]:
        """Return the subjects of pending entries of some kinds."""
        query = """SELECT DISTINCT o.subject FROM outbox o JOIN journal j ON j.entry = o.entry
                   WHERE j.kind IN (SELECT value FROM json_each(?))"""
        return frozenset(row[0] for row in self._connection.execute(query, (msgspec.json.encode(kinds).decode(),)))

    def pending(self) -> tuple[Entry, ...]:
        """Return all own unconfirmed entries, in order."""
        query = "SELECT j.text FROM outbox o JOIN journal j ON j.entry = o.entry ORDER BY o.n"
        return tuple(decode_entry(text) for (text,) in self._connection.execute(query))

    def waiting_since(self) -> tuple[int, datetime | None]:
        """Return how many entries are pending, and since when."""
        count, since = self._connection.execute("SELECT count(*), min(at) FROM outbox").fetchone()
        return int(count), datetime.fromisoformat(since) if since else None

    def waiting_bytes(self) -> int:
        """Return the size of the pending entries in bytes, without personal values."""
        query = "SELECT coalesce(sum(length(text) + length(signature)), 0) FROM outbox JOIN journal USING (entry)"
        return int(self._connection.execute(query).fetchone()[0])

    def entries_of(self, subject: str) -> tuple[tuple[Entry, Verdict | None], ...]:
        """Return the entries of a subject in the server's order, then own unconfirmed ones (verdict None)."""
        query = "SELECT text, verdict FROM journal WHERE subject = ? ORDER BY seq IS NULL, seq, id"
        rows = self._connection.execute(query, (subject,))
        return tuple((decode_entry(text), Verdict(verdict) if verdict else None) for text, verdict in rows)

    def last_received_at(self, device: str) -> datetime | None:
        """Return when the last entry of a device that is here arrived at the server; None if none is."""
        query = "SELECT received_at FROM journal WHERE device = ? AND seq IS NOT NULL ORDER BY seq DESC LIMIT 1"
        row = self._connection.execute(query, (device,)).fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def first_seq_after(self, seq: int) -> int:
        """Return the first seq after `seq` that is here; 0 when there is none."""
        row = self._connection.execute("SELECT min(seq) FROM journal WHERE seq > ?", (seq,)).fetchone()
        return int(row[0] or 0)

    def records_between(self, after: int, last: int, *, limit: int, most_bytes: int) -> tuple[Record, ...]:
        """Return records after one seq up to another, at most `limit` and about `most_bytes`, at least one."""
        query = """SELECT seq, text, signature, received_at, verdict, reason, hash FROM journal
                   WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"""
        found: list[Record] = []
        for row in self._connection.execute(query, (after, last, limit)):
            most_bytes -= len(row[1])
            if found and most_bytes < 0:
                break
            found.append(record_of_row(*row))
        return tuple(found)

    def hash_at(self, seq: int) -> str:
        """Return the hash of a record; empty when it is not here."""
        row = self._connection.execute("SELECT hash FROM journal WHERE seq = ?", (seq,)).fetchone()
        return str(row[0]) if row else ""

    def holds_another(self, entry: str, device: str, n: int) -> bool:
        """Return whether a different entry is here under a device's number."""
        if self._connection.execute("SELECT 1 FROM journal WHERE entry = ?", (entry,)).fetchone():
            return False
        query = "SELECT 1 FROM journal WHERE device = ? AND n = ?"
        return self._connection.execute(query, (device, n)).fetchone() is not None

    def entry(self, entry_id: str) -> Entry:
        """Return an entry that is known to be here."""
        return decode_entry(self.text_of(entry_id))

    def entries_among(self, entry_ids: Iterable[str]) -> tuple[Entry, ...]:
        """Return the entries with these ids that are here, in the order of the ids."""
        query = "SELECT text FROM journal WHERE entry = ?"
        rows = (row for key in entry_ids for row in self._connection.execute(query, (key,)))
        return tuple(decode_entry(text) for (text,) in rows)

    def recorded_entry(self, entry_id: str) -> RecordedEntry | None:
        """Return an entry that the server has decided, by its id; None if it is not here."""
        query = "SELECT subject FROM journal WHERE entry = ? AND seq IS NOT NULL"
        row = self._connection.execute(query, (entry_id,)).fetchone()
        return self._recorded_on(row[0], entry_id).entry(entry_id) if row else None

    def recorded_reissues(self, subject: str, again: str) -> list[RecordedEntry]:
        """Return the entries on a subject that the server has decided and that have this value of `again`."""
        return self._recorded_on(subject, again).reissues(subject, again)

    def _recorded_on(self, subject: str, named: str) -> RecordedHistory:
        """Return the decided entries on a subject whose text contains a word, and the releases of held ones."""
        query = """SELECT text, verdict FROM journal
                   WHERE subject = ? AND seq IS NOT NULL AND (instr(text, ?) > 0 OR kind = ?)"""
        rows = self._connection.execute(query, (subject, named, RELEASED))
        return recorded_history((text, Verdict(verdict)) for text, verdict in rows)

    def reason_of(self, entry: str) -> str:
        """Return the stable code of why an entry was not accepted."""
        row = self._connection.execute("SELECT reason FROM journal WHERE entry = ?", (entry,)).fetchone()
        return str(row[0] or "") if row else ""

    def text_of(self, entry: str) -> str:
        """Return the text of an entry that is known to be here."""
        return str(self._connection.execute("SELECT text FROM journal WHERE entry = ?", (entry,)).fetchone()[0])

    def rejected(self, devices: Iterable[str]) -> Iterator[tuple[Entry, str]]:
        """Yield rejected entries of these devices with reason codes, without those decided on by a person."""
        query = f"SELECT text, reason FROM journal r WHERE device = ? AND verdict = 'rejected' {_UNDECIDED}"  # noqa: S608
        for device in devices:
            for text, reason in self._connection.execute(query, (device,)):
                yield decode_entry(text), reason or ""

    def own_held(self, devices: Iterable[str]) -> Iterator[Entry]:
        """Yield entries of these devices that the server first held, without those decided on by a person."""
        query = f"SELECT text FROM journal r WHERE device = ? AND verdict = 'held' {_UNDECIDED}"  # noqa: S608
        for device in devices:
            for (text,) in self._connection.execute(query, (device,)):
                yield decode_entry(text)

    def dismissed(self, devices: Iterable[str]) -> list[tuple[Entry, str]]:
        """Return entries of these devices that a person dismissed, each with its reason code."""
        query = """SELECT text, iif(verdict = 'held', 'refused', reason) FROM dismissed d
                   JOIN journal r ON r.entry = d.entry WHERE device = ? ORDER BY r.id"""
        rows = (row for device in devices for row in self._connection.execute(query, (device,)))
        return [(decode_entry(text), reason or "") for text, reason in rows]

    def dismiss(self, entries: Iterable[str], at: datetime) -> None:
        """Dismiss entries: they stay in the journal, but no tray shows them."""
        query = "INSERT OR REPLACE INTO dismissed (entry, at) VALUES (?, ?)"
        self._connection.executemany(query, ((entry, at.isoformat()) for entry in entries))

    def restore_dismissed(self, entries: Iterable[str]) -> None:
        """Put entries back into their tray."""
        self._connection.executemany("DELETE FROM dismissed WHERE entry = ?", ((entry,) for entry in entries))

    def has_sent(self, n: int) -> bool:
        """Return whether the server has acknowledged a pending entry from this number on."""
        return self._connection.execute("SELECT 1 FROM outbox WHERE n >= ? AND pushed", (n,)).fetchone() is not None

    def forget_unsent(self, n: int = 0) -> None:
        """Delete own unconfirmed entries from a number on, because others replace them."""
        for table in ("personal", "journal"):
            query = f"DELETE FROM {table} WHERE entry IN (SELECT entry FROM outbox WHERE n >= ?)"  # noqa: S608
            self._connection.execute(query, (n,))
        self._connection.execute("DELETE FROM outbox WHERE n >= ?", (n,))


def _moment(moment: datetime) -> str:
    return clamp_moment(moment).astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _columns(entry: Entry) -> tuple[object, ...]:
    moment = _moment(entry.at)
    return (
        *(entry.id, entry.subject, entry.kind, entry.actor, entry.device, entry.n, moment),
        entry.replaces,
    )


def _record_row(record: Record, entry: Entry) -> tuple[object, ...]:
    return (
        *_columns(entry),
        record.text,
        record.signature,
        *(record.seq, _moment(record.received_at), record.verdict.value, record.reason, record.hash),
    )
