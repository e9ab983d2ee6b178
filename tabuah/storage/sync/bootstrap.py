"""Catching up by a snapshot: fetched with breaks, checked piece by piece, then taken over instead of old entries."""

import logging
from collections.abc import Callable, Iterator, Sequence
from io import RawIOBase
from pathlib import Path
from typing import Final

import httpx2
import msgspec

from tabuah.storage.cache.applying import Changes
from tabuah.storage.cache.directory import write_private
from tabuah.storage.cache.errors import DiskFull
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.chain import ChainHead
from tabuah.storage.journal.errors import DamagedSnapshot, JournalError
from tabuah.storage.journal.identifiers import device_id_of
from tabuah.storage.journal.snapshots import (
    SignedSnapshot,
    Snapshot,
    SnapshotContent,
    check_piece,
    read_snapshot,
    state_shape,
    unpack_piece,
)
from tabuah.storage.journal.wire import Record
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Refused, StrangeAnswer

log = logging.getLogger(__name__)

FOLDER: Final = "snapshot"
_READ_BYTES: Final = 32 * 1024
_PAGE: Final = 500

Progress = Callable[[int, int], None]


def leap(
    store: ConsoleStore,
    client: ServerClient,
    *,
    worth: int,
    on_changes: Callable[[Changes], None] | None = None,
    on_progress: Progress | None = None,
) -> bool:
    """Bring a console further by the server's snapshot.

    Args:
        store: the console.
        client: its server.
        worth: how many entries a snapshot must save.
        on_changes: told which subjects look different.
        on_progress: told how many bytes of how many have come.

    Returns:
        Whether it was brought further; else the entries themselves must be pulled.

    Raises:
        Offline: the line is gone; what came is kept and the next time goes on after it.
        StrangeAnswer: what answers is no server of this version.
    """
    coming = _fetched(store, client, store.head.seq + worth, on_progress or _nobody_asks)
    if coming is None:
        _forget(store)
        return False
    until = coming.snapshot.seq
    changes = store.histories.load_snapshot(
        coming.snapshot,
        coming.contents(),
        lambda last: _own_records(store, client, last, until),
        synced_at=store.clock(),
    )
    _forget(store)
    if on_changes is not None:
        on_changes(changes)
    return True


def _fetched(store: ConsoleStore, client: ServerClient, needed: int, on_progress: Progress) -> "_Coming | None":
    """A snapshot of at least `needed`, whole: the one that was begun, else the newest; None where there is none."""
    for begun in (_coming_here(store), None):
        coming = begun if begun is not None and begun.snapshot.seq >= needed else _newest(store, client)
        if coming is None or coming.snapshot.seq < needed:
            return None
        try:
            coming.fetch(client, on_progress)
        except _NotKept:
            _forget(store)
        except DamagedSnapshot as error:
            log.warning("the snapshot of %s is of no use, the entries are pulled instead: %s", client.url, error)
            return None
        else:
            return coming
    log.warning("%s names a snapshot that it does not have; the entries are pulled instead", client.url)
    return None


class _NotKept(Exception):
    """The server has newer snapshots only."""


class _Coming:
    """A snapshot that is being fetched into a folder of its own: its signed text, and the pieces so far."""

    def __init__(self, folder: Path, signed: SignedSnapshot, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._id = signed.id
        self._path = folder / "pieces.part"
        self._ends: list[int] = []
        for piece in snapshot.pieces:
            self._ends.append(piece.size + (self._ends[-1] if self._ends else 0))

    def fetch(self, client: ServerClient, on_progress: Progress) -> None:
        """Fetch what is missing; a piece that is not what was signed is fetched once more.

        Raises:
            DamagedSnapshot: it still is not.
        """
        for _attempt in range(2):
            with self._path.open("ab", buffering=0) as file:
                first = self._checked_bytes(file.tell())
                file.truncate(first)
                if first < self.snapshot.size:
                    self._receive(client, file, first, on_progress)
            if self._checked_bytes(self._path.stat().st_size) == self.snapshot.size:
                return
        raise DamagedSnapshot("it was fetched twice and is not what was signed")

    def contents(self) -> Iterator[SnapshotContent]:
        """The pieces, checked once more as they are read."""
        with self._path.open("rb") as file:
            for piece in self.snapshot.pieces:
                yield unpack_piece(file.read(piece.size), piece)

    def _receive(self, client: ServerClient, file: RawIOBase, first: int, on_progress: Progress) -> None:
        total = self.snapshot.size
        with client.fetch(f"/v1/snapshot/{self._id}", first=first, end=total) as response:
            if response.status_code == httpx2.codes.NOT_FOUND:
                raise _NotKept
            if response.status_code not in (httpx2.codes.OK, httpx2.codes.PARTIAL_CONTENT):
                raise StrangeAnswer(client.url, f"HTTP {response.status_code}")
            if response.status_code == httpx2.codes.OK:
                first = 0
                file.truncate(0)
            for data in response.iter_bytes(_READ_BYTES):
                first += self._write(file, data[: total - first])
                on_progress(first, total)

    def _write(self, file: RawIOBase, data: bytes) -> int:
        try:
            return file.write(data) or 0
        except OSError as error:
            raise DiskFull(self._path) from error

    def _checked_bytes(self, size: int) -> int:
        """How many bytes of the file can stay: whole pieces that are what was signed, and the start of the next."""
        start = 0
        with self._path.open("rb") as file:
            for piece, end in zip(self.snapshot.pieces, self._ends, strict=True):
                if end > size:
                    return size
                try:
                    check_piece(file.read(piece.size), piece)
                except DamagedSnapshot:
                    return start
                start = end
        return start


def _coming_here(store: ConsoleStore) -> _Coming | None:
    """A snapshot that an earlier sync began to fetch and that is still of use."""
    folder = store.directory / FOLDER
    try:
        signed = msgspec.json.decode((folder / "snapshot.json").read_bytes(), type=SignedSnapshot)
    except (OSError, msgspec.DecodeError):
        return None
    snapshot = _usable(store, signed)
    return _Coming(folder, signed, snapshot) if snapshot is not None else None


def _newest(store: ConsoleStore, client: ServerClient) -> _Coming | None:
    """The server's newest snapshot, if it has one that this version can use."""
    try:
        signed = client.call("GET", "/v1/snapshot", SignedSnapshot)
    except Refused as refusal:
        if refusal.problem.status == httpx2.codes.NOT_FOUND:
            return None
        raise
    snapshot = _usable(store, signed)
    if snapshot is None:
        return None
    _forget(store)
    folder = store.directory / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        write_private(folder / "snapshot.json", msgspec.json.encode(signed))
        write_private(folder / "pieces.part", b"")
    except OSError as error:
        raise DiskFull(folder) from error
    return _Coming(folder, signed, snapshot)


def _usable(store: ConsoleStore, signed: SignedSnapshot) -> Snapshot | None:
    """What the server signed, when it is the server that this console knows and folds as this version does."""
    identity = store.identity
    if identity is None:
        return None
    try:
        public_key = bytes.fromhex(identity.server_public_key)
        snapshot = read_snapshot(signed, public_key)
    except (JournalError, ValueError):
        return None
    ours = device_id_of(public_key) == snapshot.server == store.server
    return snapshot if ours and snapshot.shape == state_shape() else None


def _own_records(store: ConsoleStore, client: ServerClient, last: ChainHead, until: int) -> Sequence[Record]:
    """The records of this device that the server has and this console has not, up to a seq."""
    found: list[Record] = []
    after = store.head.seq
    while store.histories.confirmed_length + len(found) < last.n:
        page = client.pull(after=after, limit=_PAGE, device=store.device).records
        found += [record for record in page if record.seq <= until]
        if not page or page[-1].seq > until:
            break
        after = page[-1].seq
    return found


def _forget(store: ConsoleStore) -> None:
    folder = store.directory / FOLDER
    for name in ("snapshot.json", "pieces.part"):
        (folder / name).unlink(missing_ok=True)


def _nobody_asks(_done: int, _total: int) -> None:
    """Progress that is told to nobody."""
