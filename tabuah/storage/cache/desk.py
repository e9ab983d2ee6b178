"""One open connection to the cache with what works on it: tables, keys, clock, and who may do what."""

import getpass
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tabuah.operations.authority.authority import Authority
from tabuah.operations.authority.records import Device, User
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.incidents.resting import seen_first
from tabuah.storage.cache.blob_table import BlobTable
from tabuah.storage.cache.bundles.boxes import CarriedBoxes
from tabuah.storage.cache.bundles.carried_table import CarriedTable
from tabuah.storage.cache.connecting import open_cache, transaction
from tabuah.storage.cache.device_keys import DeviceKeys
from tabuah.storage.cache.emergency import is_emergency
from tabuah.storage.cache.forecast import TrustingAuthority, trusting
from tabuah.storage.cache.journal_table import JournalTable
from tabuah.storage.cache.meta import Meta
from tabuah.storage.cache.refolding import fold_again
from tabuah.storage.cache.subject_table import SubjectTable
from tabuah.storage.journal.identifiers import device_tag_of
from tabuah.storage.journal.signing import DeviceKey

CACHE_NAME: Final = "cache.gpkg"


def utc_now() -> datetime:
    """This computer's clock."""
    return datetime.now(UTC)


class Desk:
    """What the operations of the cache share. It belongs to the thread that made it."""

    def __init__(self, directory: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self.path = directory / CACHE_NAME
        self.connection: sqlite3.Connection = open_cache(self.path)
        self.meta = Meta(self.connection)
        self.subjects = SubjectTable(self.connection)
        self.journal = JournalTable(self.connection)
        self.blobs = BlobTable(self.connection)
        self.carried = CarriedTable(self.connection)
        self.boxes = CarriedBoxes(self.connection, directory)
        self.keys = DeviceKeys(directory)
        self._clock = clock
        self._key: DeviceKey | None = None
        self._authority: tuple[int, Authority] | None = None
        self.is_read_only = is_emergency(self.connection)
        if not self.is_read_only:
            fold_again(self)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One write transaction; what was remembered of the file is forgotten when it fails."""
        try:
            with transaction(self.connection, self.path):
                yield
        except BaseException:
            self.forget()
            raise

    def now(self) -> datetime:
        """The time, corrected by what was last measured against the server."""
        return self._clock() + timedelta(seconds=self.meta.clock_offset_s)

    def actor(self) -> str:
        """Who writes: the user who is logged in, else the name of the computer's user."""
        identity = self.meta.identity
        return identity.user if identity else _computer_user()

    def server(self) -> str:
        """The device id of the server that this data belongs to; empty before the first log-in or pull."""
        identity = self.meta.identity
        return self.meta.read("server") or (identity.server if identity else "")

    def waiting_among(self, subjects: Iterable[str]) -> dict[str, list[tuple[Entry, str]]]:
        """What waits for the server on these subjects, with its texts, each subject's in the order it is shown.

        That is carried work and own work on top of it; but carried work that was written in view of own work, as when
        a colleague brings back what was handed to them, comes after that.
        """
        wanted = tuple(subjects)
        found = self.journal.pending_among(wanted)
        for subject, carried in self.carried.shown_among(wanted).items():
            waiting = [*carried, *found.get(subject, ())]
            texts = {(entry.device, entry.n): text for entry, text in waiting}
            ordered = seen_first([entry for entry, _text in waiting])
            found[subject] = [(entry, texts[entry.device, entry.n]) for entry in ordered]
        return found

    def history_of(self, subject: str) -> tuple[tuple[Entry, Verdict | None], ...]:
        """A subject's entries in the server's order, then what waits, as it is shown."""
        known = self.journal.entries_of(subject)
        carried = self.carried.shown_among((subject,)).get(subject, ())
        confirmed = sum(verdict is not None for _entry, verdict in known)
        if not carried:
            return known
        own = (entry for entry, _verdict in known[confirmed:])
        waiting = seen_first([*(entry for entry, _text in carried), *own])
        return (*known[:confirmed], *((entry, None) for entry in waiting))

    def own_key(self) -> DeviceKey | None:
        """This device's key, made where there was none yet (in a write transaction); None when it was lost."""
        device = self.meta.device
        if not device:
            return self.new_key()
        if self._key is None or self._key.device_id != device:
            self._key = self.keys.find(device)
        return self._key

    def new_key(self) -> DeviceKey:
        """Make a key and keep it before anything is signed with it."""
        key = DeviceKey.generate()
        self.keys.keep(key)
        self.meta.write("device", key.device_id)
        self.meta.write("public_key", key.public_key.hex())
        self._key = key
        return key

    def authority(self) -> Authority:
        """Users, devices and grants as confirmed; read anew when anybody changed them."""
        newest = self.subjects.newest_change_of("user", "device")
        if self._authority is None or self._authority[0] != newest:
            authority = Authority()
            for kind in ("user", "device"):
                for row in self.subjects.of_kind(kind):
                    if isinstance(row.confirmed.value, User | Device):
                        authority.learn(row.confirmed.value)
            self._authority = (newest, authority)
        return self._authority[1]

    def forecast_authority(self) -> TrustingAuthority:
        """The authority under which own unconfirmed entries are judged here."""
        public_key = bytes.fromhex(self.meta.read("public_key"))
        tag, number_owner = device_tag_of(public_key), self.subjects.incident_numbered
        return trusting(self.authority(), self.meta.identity, self.meta.device, tag, number_owner=number_owner)

    def forget(self) -> None:
        """Drop what was remembered of the file."""
        self._authority = None
        self._key = None

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _computer_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "lokal"
