"""Small facts about this console: its device, its server, where it stands in the journal."""

import sqlite3
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.authority.records import Grant
from tabuah.operations.authority.roles import Role
from tabuah.operations.entries import GENESIS
from tabuah.storage.journal.chain import ChainHead
from tabuah.storage.journal.checkpoint import SignedCheckpoint

_READ: Final = "SELECT value FROM meta WHERE key = ?"
_WRITE: Final = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who works on this console and with which server; no secrets. `server` is the server's device id."""

    server_url: str
    server: str
    server_public_key: str
    user: str
    role: Role
    opd: str = ""
    grant: Grant | None = None
    enrolled: bool = False
    approved: bool = False


class JournalHead(msgspec.Struct, frozen=True):
    """Where this console stands in the server's journal: the last seq it has, and its hash."""

    seq: int = 0
    hash: str = GENESIS


class Meta:
    """Reads and writes the facts; writing needs an open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def read(self, key: str) -> str:
        """A fact as text; empty when it is not known."""
        row = self._connection.execute(_READ, (key,)).fetchone()
        return str(row[0]) if row else ""

    def write(self, key: str, value: str) -> None:
        """Keep a fact."""
        self._connection.execute(_WRITE, (key, value))

    @property
    def device(self) -> str:
        """The id of this device; empty before its key is made."""
        return self.read("device")

    @property
    def former_devices(self) -> tuple[str, ...]:
        """Ids that this console wrote under before its key was replaced."""
        return tuple(self.read("former_devices").split())

    @property
    def chain_head(self) -> ChainHead:
        """The last entry of this device's own chain."""
        text = self.read("chain_head")
        return msgspec.json.decode(text, type=ChainHead) if text else ChainHead()

    @chain_head.setter
    def chain_head(self, head: ChainHead) -> None:
        self.write("chain_head", msgspec.json.encode(head).decode())

    @property
    def journal_head(self) -> JournalHead:
        """The last record that was pulled."""
        text = self.read("journal_head")
        return msgspec.json.decode(text, type=JournalHead) if text else JournalHead()

    @journal_head.setter
    def journal_head(self, head: JournalHead) -> None:
        self.write("journal_head", msgspec.json.encode(head).decode())

    @property
    def snapshot_seq(self) -> int:
        """Up to which seq the states came by a snapshot, so that not all records are here; 0 where they all are."""
        return int(self.read("snapshot_seq") or 0)

    @property
    def identity(self) -> Identity | None:
        """Who is logged in; None before the first log-in."""
        text = self.read("identity")
        return msgspec.json.decode(text, type=Identity) if text else None

    @identity.setter
    def identity(self, identity: Identity) -> None:
        self.write("identity", msgspec.json.encode(identity).decode())

    @property
    def clock_offset_s(self) -> float:
        """What must be added to this computer's clock to have the server's, in seconds."""
        return float(self.read("clock_offset_s") or 0.0)

    @property
    def checkpoint(self) -> SignedCheckpoint | None:
        """The newest record up to which the server has vouched for what is here."""
        text = self.read("checkpoint")
        return msgspec.json.decode(text, type=SignedCheckpoint) if text else None

    @checkpoint.setter
    def checkpoint(self, signed: SignedCheckpoint) -> None:
        self.write("checkpoint", msgspec.json.encode(signed).decode())

    @property
    def personal_missing_after(self) -> int | None:
        """The record after which personal values were not brought by the bundle that brought the records."""
        text = self.read("personal_missing_after")
        return int(text) if text else None

    def note_missing_personal(self, after: int | None) -> None:
        """Records after this one came without personal values; None: all values are here."""
        known = self.personal_missing_after
        if after is not None and known is not None:
            after = min(after, known)
        self.write("personal_missing_after", "" if after is None else str(after))

    @property
    def given_away(self) -> int:
        """Up to which number the entries of this device have left it by a bundle: they stay as they are."""
        return int(self.read(f"given_away/{self.device}") or 0)

    def note_given_away(self, n: int) -> None:
        """Remember that entries up to this number are in somebody's hands."""
        self.write(f"given_away/{self.device}", str(max(n, self.given_away)))

    @property
    def last_sync_at(self) -> datetime | None:
        """When the last sync ended well."""
        text = self.read("last_sync_at")
        return datetime.fromisoformat(text) if text else None

    @property
    def version(self) -> int:
        """Counts the transactions that changed any subject."""
        return int(self.read("version") or 0)

    def next_version(self) -> int:
        """Count one more."""
        version = self.version + 1
        self.write("version", str(version))
        return version

    @property
    def written_before(self) -> int:
        """How many entries of this device its user vouched for when it was enrolled."""
        return int(self.read(f"written_before/{self.device}") or 0)

    def note_enrolment(self, written_before: int) -> None:
        """Remember what the first enrolment of this device said; the server keeps that one, too."""
        if not self.read(f"written_before/{self.device}"):
            self.write(f"written_before/{self.device}", str(written_before))

    def next_number(self, tag: str) -> int:
        """The next counter for an incident number under a tag; taken for good."""
        counter = int(self.read(f"numbers/{tag}") or 0) + 1
        self.write(f"numbers/{tag}", str(counter))
        return counter

    def note_number(self, number: str) -> None:
        """Never give a number again that this device has given before a restore."""
        _prefix, tag, counter = number.split("-")
        if int(counter) > int(self.read(f"numbers/{tag}") or 0):
            self.write(f"numbers/{tag}", str(int(counter)))
