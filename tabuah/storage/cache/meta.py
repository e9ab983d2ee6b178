"""Key–value facts about this console: its device, its server, its position in the journal."""

import sqlite3
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.entries import GENESIS
from tabuah.operations.people.authority import Grant
from tabuah.operations.people.roles import Role
from tabuah.storage.journal.chain import ChainHead
from tabuah.storage.journal.checkpoint import SignedCheckpoint
from tabuah.storage.journal.server_keys import KeyCertificates

_READ: Final = "SELECT value FROM meta WHERE key = ?"
_WRITE: Final = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The logged-in user and the server; no secrets.

    `server` is the device id of the server's first key, `server_public_key` is its newest key that is known here, and
    `server_keys` are the certificates in between.
    """

    server_url: str
    server: str
    server_public_key: str
    user: str
    role: Role
    opd: str = ""
    grant: Grant | None = None
    enrolled: bool = False
    approved: bool = False
    server_keys: KeyCertificates = ()


class JournalHead(msgspec.Struct, frozen=True):
    """The last record of the server's journal that is here: its seq and hash."""

    seq: int = 0
    hash: str = GENESIS


class CacheMeta:
    """Reads and writes the facts; writing needs an open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def read(self, key: str) -> str:
        """Return a fact as text; empty when it is unknown."""
        row = self._connection.execute(_READ, (key,)).fetchone()
        return str(row[0]) if row else ""

    def write(self, key: str, value: str) -> None:
        self._connection.execute(_WRITE, (key, value))

    @property
    def device(self) -> str:
        """Return this device's id; empty before its key is created."""
        return self.read("device")

    @property
    def former_devices(self) -> tuple[str, ...]:
        """Return the ids that this console used before its key was replaced."""
        return tuple(self.read("former_devices").split())

    @property
    def chain_head(self) -> ChainHead:
        """Return the last entry of this device's own chain."""
        text = self.read("chain_head")
        return msgspec.json.decode(text, type=ChainHead) if text else ChainHead()

    @chain_head.setter
    def chain_head(self, head: ChainHead) -> None:
        self.write("chain_head", msgspec.json.encode(head).decode())

    @property
    def journal_head(self) -> JournalHead:
        """Return the last record that was pulled."""
        text = self.read("journal_head")
        return msgspec.json.decode(text, type=JournalHead) if text else JournalHead()

    @journal_head.setter
    def journal_head(self, head: JournalHead) -> None:
        self.write("journal_head", msgspec.json.encode(head).decode())

    @property
    def snapshot_seq(self) -> int:
        """Return the seq of the last loaded snapshot, before which not all records are here; 0 without one."""
        return int(self.read("snapshot_seq") or 0)

    @property
    def identity(self) -> Identity | None:
        """Return the logged-in user; None before the first log-in."""
        text = self.read("identity")
        return msgspec.json.decode(text, type=Identity) if text else None

    @identity.setter
    def identity(self, identity: Identity) -> None:
        self.write("identity", msgspec.json.encode(identity).decode())

    @property
    def clock_offset_s(self) -> float:
        """Return the seconds to add to this computer's clock to get the server's."""
        return float(self.read("clock_offset_s") or 0.0)

    @property
    def checkpoint(self) -> SignedCheckpoint | None:
        """Return the newest checkpoint that the server signed for the journal here."""
        text = self.read("checkpoint")
        return msgspec.json.decode(text, type=SignedCheckpoint) if text else None

    @checkpoint.setter
    def checkpoint(self, signed: SignedCheckpoint) -> None:
        self.write("checkpoint", msgspec.json.encode(signed).decode())

    @property
    def personal_missing_after(self) -> int | None:
        """Return the seq after which a bundle brought records without personal values."""
        text = self.read("personal_missing_after")
        return int(text) if text else None

    def note_missing_personal(self, after: int | None) -> None:
        """Record that records after a seq lack personal values; None: all are here."""
        known = self.personal_missing_after
        if after is not None and known is not None:
            after = min(after, known)
        self.write("personal_missing_after", "" if after is None else str(after))

    @property
    def exported_until(self) -> int:
        """Return the number up to which this device's entries were exported: they must not change."""
        return int(self.read(f"given_away/{self.device}") or 0)

    def record_exported(self, n: int) -> None:
        """Record that entries up to a number were exported."""
        self.write(f"given_away/{self.device}", str(max(n, self.exported_until)))

    @property
    def last_sync_at(self) -> datetime | None:
        """Return when the last sync succeeded."""
        text = self.read("last_sync_at")
        return datetime.fromisoformat(text) if text else None

    @property
    def version(self) -> int:
        """Return the number of transactions that changed any subject."""
        return int(self.read("version") or 0)

    def next_version(self) -> int:
        """Increment the version."""
        version = self.version + 1
        self.write("version", str(version))
        return version

    @property
    def deleted_exercises(self) -> frozenset[str]:
        """Return the wiped exercises whose files and readings are all deleted here."""
        return frozenset(self.read("deleted_exercises").split())

    @deleted_exercises.setter
    def deleted_exercises(self, exercises: frozenset[str]) -> None:
        self.write("deleted_exercises", " ".join(sorted(exercises)))

    @property
    def written_before(self) -> int:
        """Return how many entries of this device its user vouched for at enrolment."""
        return int(self.read(f"written_before/{self.device}") or 0)

    def note_enrolment(self, written_before: int) -> None:
        """Record the value of this device's first enrolment; the server keeps the first one, too."""
        if not self.read(f"written_before/{self.device}"):
            self.write(f"written_before/{self.device}", str(written_before))

    def next_number(self, tag: str) -> int:
        """Take the next counter for an incident number under a tag; it is never given again."""
        counter = int(self.read(f"numbers/{tag}") or 0) + 1
        self.write(f"numbers/{tag}", str(counter))
        return counter

    def note_number(self, number: str) -> None:
        """Reserve a number that this device gave before a restore."""
        _prefix, tag, counter = number.split("-")
        if int(counter) > int(self.read(f"numbers/{tag}") or 0):
            self.write(f"numbers/{tag}", str(int(counter)))
