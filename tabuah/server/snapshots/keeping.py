"""Keeping snapshots: a thread that makes a new one when the journal has grown, and forgets old ones."""

import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import select

from tabuah.server.database.schema import ENTRIES
from tabuah.server.errors import ServerError
from tabuah.server.journal import ServerJournal
from tabuah.server.snapshots.making import Interrupted, Made, make_snapshot
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.snapshots import SignedSnapshot, read_snapshot, state_shape

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 60.0
WORTH_ENTRIES: Final = 5_000  # below this a console pulls the entries themselves
GROWN_ENTRIES: Final = 20_000  # since the last one, then a new one is made
ASKED_ENTRIES: Final = 5_000  # the same when somebody asks for one
KEPT: Final = 2  # a console on a slow line may still be fetching the one before


class SnapshotKeeper:
    """Owns the folder of snapshots. `newest` and `find` may be called from any thread.

    Args of the constructor:
        journal: whose snapshots are kept.
        worth_entries, grown_entries, asked_entries: see the constants of the same names.
    """

    def __init__(
        self,
        journal: ServerJournal,
        *,
        worth_entries: int = WORTH_ENTRIES,
        grown_entries: int = GROWN_ENTRIES,
        asked_entries: int = ASKED_ENTRIES,
    ) -> None:
        self._journal = journal
        self._folder = journal.directory.snapshots_path
        self._worth, self._grown, self._asked_for = worth_entries, grown_entries, asked_entries
        self._kept: tuple[Made, ...] = ()  # the newest first; replaced whole
        self._asked = False
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-snapshots", daemon=True)

    def start(self) -> None:
        """Take over what is in the folder and begin to look."""
        self._kept = tuple(self._usable())
        self._clear_folder()
        self._thread.start()

    def stop(self) -> None:
        """End, also in the middle of making one."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()

    def newest(self) -> Made | None:
        """The newest snapshot; when the journal has outgrown it, asking brings a newer one in a while."""
        self._asked = True
        self._woken.set()
        return next(self._present(), None)

    def find(self, snapshot_id: str) -> Made | None:
        """A snapshot that is still kept."""
        return next((made for made in self._present() if made.signed.id == snapshot_id), None)

    def _present(self) -> Iterator[Made]:
        """Those whose file is still there: whoever tidies up the folder must not keep consoles from the journal."""
        return (made for made in self._kept if made.path.is_file())

    def make(self) -> Made | None:
        """Make one now; None when the server is being stopped."""
        try:
            made = self._journal.read(
                lambda connection: make_snapshot(
                    connection,
                    self._folder,
                    key=self._journal.key,
                    now=self._journal.clock(),
                    goes_on=lambda: not self._stopping.is_set(),
                )
            )
        except Interrupted:
            return None
        log.info(
            "snapshot at %d: %d subjects, %d bytes", made.snapshot.seq, made.snapshot.subjects, made.snapshot.size
        )
        self._kept = (made, *self._kept)[:KEPT]
        self._clear_folder()
        return made

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if self._is_due():
                    self.make()
            except (OSError, ServerError):
                log.exception("no snapshot could be made; consoles pull the entries instead")
            self._woken.wait(LOOK_EVERY_S)
            self._woken.clear()

    def _is_due(self) -> bool:
        asked, self._asked = self._asked, False
        head = self._journal.head().seq
        if not self._kept:
            return head >= self._worth
        return head - self._kept[0].snapshot.seq >= (self._asked_for if asked else self._grown)

    def _usable(self) -> Iterator[Made]:
        """What an earlier run has left and is still of this journal and version, the newest first."""
        found = [made for path in self._folder.glob("*.json") if (made := self._read(path)) is not None]
        yield from sorted(found, key=lambda made: -made.snapshot.seq)[:KEPT]

    def _read(self, path: Path) -> Made | None:
        try:
            signed = msgspec.json.decode(path.read_bytes(), type=SignedSnapshot)
            snapshot = read_snapshot(signed, self._journal.key.public_key)
            pieces = path.with_suffix(".zst")
            if path.stem != signed.id or pieces.stat().st_size != snapshot.size or snapshot.shape != state_shape():
                return None
        except (OSError, msgspec.DecodeError, JournalError):
            return None
        if self._hash_at(snapshot.seq) != snapshot.hash:
            return None  # of a journal that was restored from a backup since
        return Made(signed=signed, snapshot=snapshot, path=pieces)

    def _hash_at(self, seq: int) -> str | None:
        query = select(ENTRIES.c.hash).where(ENTRIES.c.seq == seq)
        return self._journal.read(lambda connection: connection.execute(query).scalar_one_or_none())

    def _clear_folder(self) -> None:
        wanted = {made.signed.id for made in self._kept}
        for path in self._folder.glob("*"):
            if path.stem not in wanted:
                with suppress(OSError):  # Windows keeps what somebody is just fetching; it goes the next time
                    path.unlink()
