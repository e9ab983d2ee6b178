"""Relayed work of other devices: one outbox per device, so that no gap blocks another device."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.entries import Entry
from tabuah.storage.journal.chain import ChainedEntry, ChainHead
from tabuah.storage.journal.identifiers import device_tag_of
from tabuah.storage.journal.wire import SealedValues, SignedEntry, decode_entry

_ADD: Final = """INSERT INTO carried (device, n, entry, subject, at, text, signature, hash, prev, sealed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_AMONG: Final = """SELECT subject, text FROM carried
    WHERE shown > 0 AND subject IN (SELECT value FROM json_each(?)) ORDER BY shown"""
_DEVICES: Final = """SELECT d.device, d.public_key, count(*), sum(c.shown > 0), min(c.at), d.refused
    FROM carried_devices d JOIN carried c ON c.device = d.device GROUP BY d.device ORDER BY min(c.id)"""
_CHAIN: Final = "SELECT n, entry, subject, hash, prev, shown FROM carried WHERE device = ? ORDER BY n"
_READY: Final = """SELECT n, entry, text, signature, sealed FROM carried
    WHERE device = ? AND n > ? AND shown > 0 AND NOT pushed ORDER BY n LIMIT ?"""


class RelayedEntry(msgspec.Struct, frozen=True):
    """An entry of another device on its way to the server, with its sealed personal values, if any."""

    n: int
    entry: str
    signed: SignedEntry
    sealed: SealedValues | None


class RelayedDevice(msgspec.Struct, frozen=True, kw_only=True):
    """The entries relayed for a device: `ready` of `entries` can be pushed; `refused` is the server's code."""

    device: str
    public_key: str
    entries: int
    ready: int
    since: datetime
    refused: str = ""

    @property
    def tag(self) -> str:
        """Return the four-letter tag in its incident numbers."""
        return device_tag_of(bytes.fromhex(self.public_key))


class ChainLink(msgspec.Struct, frozen=True):
    """An entry in its device's chain; `shown` is its display position, 0 while it waits."""

    n: int
    entry: str
    subject: str
    hash: str
    prev: str
    shown: int


class RelayTable:
    """Reads and writes relayed entries; writing needs an open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def is_empty(self) -> bool:
        return self._connection.execute("SELECT 1 FROM carried LIMIT 1").fetchone() is None

    # import

    def add(self, chained: ChainedEntry, public_key: str, box: str) -> None:
        """Add an entry that was found to be authentic."""
        entry = chained.entry
        self._connection.execute(
            "INSERT INTO carried_devices (device, public_key) VALUES (?, ?) ON CONFLICT (device) DO NOTHING",
            (entry.device, public_key),
        )
        place = (entry.device, entry.n, entry.id, entry.subject, entry.at.isoformat())
        text = (chained.text.decode(), chained.signature, chained.hash, entry.prev, box)
        self._connection.execute(_ADD, (*place, *text))

    def add_box(self, device: str, n: int, box: str) -> None:
        """Add personal values that came after their entry."""
        query = "UPDATE carried SET sealed = ? WHERE device = ? AND n = ? AND sealed = ''"
        self._connection.execute(query, (box, device, n))

    def text_of(self, device: str, n: int) -> str:
        """Return the text of the entry with a number; empty when there is none."""
        row = self._connection.execute("SELECT text FROM carried WHERE device = ? AND n = ?", (device, n)).fetchone()
        return str(row[0]) if row else ""

    def fits_in(self, chained: ChainedEntry) -> bool:
        """Return whether the relayed entries before and after this one belong to the same chain."""
        entry = chained.entry
        before = self._value("SELECT hash FROM carried WHERE device = ? AND n = ?", entry.device, entry.n - 1)
        after = self._value("SELECT prev FROM carried WHERE device = ? AND n = ?", entry.device, entry.n + 1)
        return before in ("", entry.prev) and after in ("", chained.hash)

    def _value(self, query: str, device: str, n: int) -> str:
        row = self._connection.execute(query, (device, n)).fetchone()
        return str(row[0]) if row else ""

    # display

    def shown_among(self, subjects: Iterable[str]) -> dict[str, list[tuple[Entry, str]]]:
        """Return the relayed entries on these subjects that can be shown, each subject's in order."""
        found: dict[str, list[tuple[Entry, str]]] = {}
        for subject, text in self._connection.execute(_AMONG, (msgspec.json.encode(list(subjects)).decode(),)):
            found.setdefault(subject, []).append((decode_entry(text), text))
        return found

    def shown_subjects(self, kinds: Sequence[str]) -> frozenset[str]:
        """Return the subjects of relayed entries of some kinds that can be shown."""
        query = """SELECT DISTINCT subject FROM carried
                   WHERE shown > 0 AND json_extract(text, '$.kind') IN (SELECT value FROM json_each(?))"""
        return frozenset(row[0] for row in self._connection.execute(query, (msgspec.json.encode(kinds).decode(),)))

    def chain_of(self, device: str) -> list[ChainLink]:
        """Return the relayed entries of a device in the order of their numbers."""
        return [ChainLink(*row) for row in self._connection.execute(_CHAIN, (device,))]

    def last_place(self) -> int:
        """Return the last display position."""
        return int(self._connection.execute("SELECT coalesce(max(shown), 0) FROM carried").fetchone()[0])

    def show(self, device: str, n: int, place: int) -> None:
        """Set an entry's display position among the relayed ones; 0 hides it."""
        self._connection.execute("UPDATE carried SET shown = ? WHERE device = ? AND n = ?", (place, device, n))

    def confirmed_head(self, device: str) -> ChainHead:
        """Return the last entry of a device that was pulled."""
        row = self._connection.execute("SELECT n, hash FROM chains WHERE device = ?", (device,)).fetchone()
        return ChainHead(*row) if row else ChainHead()

    # push

    def devices(self) -> list[RelayedDevice]:
        """Return the relayed work by device, in order of arrival."""
        return [
            RelayedDevice(
                device=device,
                public_key=public_key,
                entries=entries,
                ready=ready,
                since=datetime.fromisoformat(since),
                refused=refused,
            )
            for device, public_key, entries, ready, since, refused in self._connection.execute(_DEVICES)
        ]

    def ready_after(self, device: str, n: int, limit: int) -> tuple[RelayedEntry, ...]:
        """Return entries of a device that can be pushed and were not, in order."""
        rows = self._connection.execute(_READY, (device, n, limit))
        return tuple(_relayed_entry(*row) for row in rows)

    def unsent(self) -> list[Entry]:
        """Return the entries of all devices that can be pushed and were not, in display order."""
        query = "SELECT text FROM carried WHERE shown > 0 AND NOT pushed ORDER BY shown"
        return [decode_entry(text) for (text,) in self._connection.execute(query)]

    def all_of(self, device: str) -> list[RelayedEntry]:
        """Return all relayed entries of a device, in the order of their numbers."""
        query = "SELECT n, entry, text, signature, sealed FROM carried WHERE device = ? ORDER BY n"
        return [_relayed_entry(*row) for row in self._connection.execute(query, (device,))]

    def mark_pushed(self, entries: Iterable[str]) -> None:
        """Mark entries as pushed; they stay until they are pulled."""
        self._connection.executemany("UPDATE carried SET pushed = 1 WHERE entry = ?", ((entry,) for entry in entries))

    def unmark_pushed(self) -> int:
        """Mark entries as not pushed; return how many were."""
        return self._connection.execute("UPDATE carried SET pushed = 0 WHERE pushed").rowcount

    def refuse(self, device: str, code: str) -> None:
        """Record the server's refusal code for a device; an empty one clears it."""
        self._connection.execute("UPDATE carried_devices SET refused = ? WHERE device = ?", (code, device))

    def is_refused(self, device: str) -> bool:
        """Return whether the server refuses the entries of a device."""
        row = self._connection.execute("SELECT refused FROM carried_devices WHERE device = ?", (device,)).fetchone()
        return bool(row and row[0])

    def settle(self, device: str, n: int) -> None:
        """Remove an entry that was pulled, or whose place another entry has."""
        self._connection.execute("DELETE FROM carried WHERE device = ? AND n = ?", (device, n))

    def forget_devices(self) -> None:
        """Remove devices without relayed entries."""
        self._connection.execute("DELETE FROM carried_devices WHERE device NOT IN (SELECT device FROM carried)")

    def waiting_since(self) -> tuple[int, datetime | None]:
        """Return how many entries are relayed, and since when they wait."""
        count, since = self._connection.execute("SELECT count(*), min(at) FROM carried").fetchone()
        return int(count), datetime.fromisoformat(since) if since else None

    def own_work_depends(self) -> bool:
        """Return whether own pending work is on subjects with relayed work, which must then be pushed first."""
        query = "SELECT 1 FROM outbox o JOIN carried c ON c.subject = o.subject WHERE c.shown > 0 LIMIT 1"
        return self._connection.execute(query).fetchone() is not None


def _relayed_entry(n: int, entry: str, text: str, signature: str, sealed: str) -> RelayedEntry:
    box = SealedValues(entry, sealed) if sealed else None
    return RelayedEntry(n, entry, SignedEntry(text, signature), box)
