"""The snapshot store: writes a new snapshot when the journal has grown, and deletes old ones."""

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from tabuah.server.database.schema import CHAIN_HEADS, ENTRIES, HEAD
from tabuah.server.errors import ServerError
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.snapshots import (
    MAX_DESCRIPTION_BYTES,
    SignedSnapshot,
    Snapshot,
    SnapshotChain,
    SnapshotContent,
    SnapshotPiece,
    SnapshotState,
    group_states,
    pack_piece,
    read_snapshot,
    sign_snapshot,
    state_shape,
)
from tabuah.storage.small_files import DamagedSmallFile, read_json_file

PIECE_BYTES: Final = 2 * 1024 * 1024  # of JSON; compressed to about a tenth
_ROWS: Final = 500
# The index of entries by subject contains the seq, so max(seq) costs one look-up.
_STATES: Final = """SELECT subject, (SELECT max(seq) FROM entries e WHERE e.subject = s.subject), state
    FROM subject_states s"""


class SnapshotInterrupted(Exception):
    """The server is stopping; no file is left behind."""


class StoredSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot and the file with its pieces."""

    signed: SignedSnapshot
    snapshot: Snapshot
    path: Path


def make_snapshot(
    connection: Connection,
    folder: Path,
    *,
    key: DeviceKey,
    server: str = "",
    now: datetime,
    should_continue: Callable[[], bool] = lambda: True,
    piece_bytes: int = PIECE_BYTES,
) -> StoredSnapshot:
    """Write a snapshot of the committed state.

    Args:
        connection: a separate connection without a transaction.
        folder: destination of the file and of the signed description.
        key: the server's key.
        server: the server's id, by default that of the key.
        now: time of the snapshot, UTC.
        should_continue: called after each piece; False ends the work.
        piece_bytes: size of a piece in bytes of JSON.

    Raises:
        SnapshotInterrupted: `should_continue` returned False.
        OSError: the disk failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{os.getpid()}.new"
    connection.exec_driver_sql("BEGIN")
    try:
        pieces = _write_pieces(unfinished, _pieces(connection, piece_bytes), should_continue)
        snapshot = _describe(connection, pieces, server=server or key.device_id, now=now)
        signed = sign_snapshot(snapshot, key)
        path = folder / f"{signed.id}.zst"
        unfinished.replace(path)
        path.with_suffix(".json").write_bytes(msgspec.json.encode(signed))
        return StoredSnapshot(signed=signed, snapshot=snapshot, path=path)
    finally:
        connection.rollback()
        unfinished.unlink(missing_ok=True)


def _write_pieces(
    path: Path, pieces: Iterator[tuple[bytes, SnapshotPiece]], should_continue: Callable[[], bool]
) -> list[SnapshotPiece]:
    """Write the packed pieces to a file and to disk; return their descriptions."""
    described = []
    with path.open("wb") as file:
        for packed, piece in pieces:
            if not should_continue():
                raise SnapshotInterrupted
            file.write(packed)
            described.append(piece)
        file.flush()
        os.fsync(file.fileno())
    return described


def _pieces(connection: Connection, piece_bytes: int) -> Iterator[tuple[bytes, SnapshotPiece]]:
    chains = connection.execute(select(CHAIN_HEADS.c.device, CHAIN_HEADS.c.n, CHAIN_HEADS.c.hash))
    yield pack_piece(SnapshotContent(chains=tuple(SnapshotChain(*row) for row in chains)))
    for states in group_states(_states(connection), piece_bytes):
        yield pack_piece(SnapshotContent(states=states))


def _states(connection: Connection) -> Iterable[SnapshotState]:
    with connection.exec_driver_sql(_STATES) as rows:
        for part in rows.partitions(_ROWS):
            for subject, last, state in part:
                yield SnapshotState(subject, last, msgspec.Raw(state.encode()))


def _describe(connection: Connection, pieces: list[SnapshotPiece], *, server: str, now: datetime) -> Snapshot:
    seq, hash_ = connection.execute(select(HEAD.c.seq, HEAD.c.hash)).one()
    (subjects,) = connection.exec_driver_sql("SELECT count(*) FROM subject_states").one()
    return Snapshot(
        server=server,
        seq=seq,
        hash=hash_,
        at=now,
        shape=state_shape(),
        subjects=subjects,
        pieces=tuple(pieces),
    )


log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 60.0
WORTH_ENTRIES: Final = 5_000  # with fewer entries a console pulls the entries themselves
GROWN_ENTRIES: Final = 20_000  # new entries after which a new snapshot is made
ASKED_ENTRIES: Final = 5_000  # the same, when a console has requested one
KEPT: Final = 2  # a console on a slow connection may still be fetching the previous one


class SnapshotStore:
    """Owns the snapshot folder. `newest` and `find` may be called from any thread.

    Args of the constructor:
        journal: the journal.
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
        self._kept: tuple[StoredSnapshot, ...] = ()  # newest first; replaced as a whole
        self._asked = False
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-snapshots", daemon=True)

    def start(self) -> None:
        """Load the existing snapshots and start the thread."""
        self._kept = tuple(self._usable())
        self._clear_folder()
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread, also while it is making a snapshot."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether the thread runs; callable from any thread."""
        return self._thread.is_alive()

    def newest(self) -> StoredSnapshot | None:
        """Return the newest snapshot; if the journal has outgrown it, the request also triggers a new one."""
        self._asked = True
        self._woken.set()
        return next(self._present(), None)

    def find(self, snapshot_id: str) -> StoredSnapshot | None:
        """Return the snapshot with this id, if it is still kept."""
        return next((made for made in self._present() if made.signed.id == snapshot_id), None)

    def _present(self) -> Iterator[StoredSnapshot]:
        """Return the snapshots whose file exists: deleting files by hand must not lock out consoles."""
        return (made for made in self._kept if made.path.is_file())

    def make(self) -> StoredSnapshot | None:
        """Make a snapshot now; None when the server is stopping."""
        try:
            made = self._journal.read(
                lambda connection: make_snapshot(
                    connection,
                    self._folder,
                    key=self._journal.key,
                    server=self._journal.server_id,
                    now=self._journal.clock(),
                    should_continue=lambda: not self._stopping.is_set(),
                )
            )
        except SnapshotInterrupted:
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

    def _usable(self) -> Iterator[StoredSnapshot]:
        """Return usable snapshots of an earlier run for this journal and version, newest first."""
        found = [made for path in self._folder.glob("*.json") if (made := self._read(path)) is not None]
        yield from sorted(found, key=lambda made: -made.snapshot.seq)[:KEPT]

    def _read(self, path: Path) -> StoredSnapshot | None:
        try:
            signed = read_json_file(path, SignedSnapshot, at_most=MAX_DESCRIPTION_BYTES)
            snapshot = read_snapshot(signed, self._journal.key.public_key)
            pieces = path.with_suffix(".zst")
            if path.stem != signed.id or pieces.stat().st_size != snapshot.size or snapshot.shape != state_shape():
                return None
        except (OSError, DamagedSmallFile, JournalError):
            return None
        if self._hash_at(snapshot.seq) != snapshot.hash:
            return None  # the journal has been restored from a backup since
        return StoredSnapshot(signed=signed, snapshot=snapshot, path=pieces)

    def _hash_at(self, seq: int) -> str | None:
        query = select(ENTRIES.c.hash).where(ENTRIES.c.seq == seq)
        return self._journal.read(lambda connection: connection.execute(query).scalar_one_or_none())

    def _clear_folder(self) -> None:
        wanted = {made.signed.id for made in self._kept}
        for path in self._folder.glob("*"):
            if path.stem not in wanted:
                with suppress(OSError):  # Windows locks a file that is being sent; the next run deletes it
                    path.unlink()
