"""Snapshot download: resumable, verified piece by piece, loaded instead of the old entries."""

import logging
from collections.abc import Callable, Iterator, Sequence
from io import RawIOBase
from pathlib import Path
from typing import Final

import httpx2
import msgspec

from tabuah.storage.cache.data_directory import write_private
from tabuah.storage.cache.errors import DiskFull
from tabuah.storage.cache.pulled_pages import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.chain import ChainHead
from tabuah.storage.journal.errors import DamagedSnapshot, JournalError
from tabuah.storage.journal.snapshots import (
    MAX_DESCRIPTION_BYTES,
    SignedSnapshot,
    Snapshot,
    SnapshotContent,
    check_piece,
    read_snapshot,
    state_shape,
    unpack_piece,
)
from tabuah.storage.journal.wire import Record
from tabuah.storage.small_files import DamagedSmallFile, read_json_file
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import RequestRefused, UnexpectedAnswer

log = logging.getLogger(__name__)

FOLDER: Final = "snapshot"
_READ_BYTES: Final = 32 * 1024
_PAGE: Final = 500

OnProgress = Callable[[int, int], None]


def catch_up_by_snapshot(
    store: ConsoleStore,
    client: ServerClient,
    *,
    min_saved_entries: int,
    on_changes: Callable[[Changes], None] | None = None,
    on_progress: OnProgress | None = None,
) -> bool:
    """Catch up with the server by its snapshot.

    Args:
        store: the console.
        client: its server.
        min_saved_entries: how many entries the snapshot must save.
        on_changes: called with the subjects that changed.
        on_progress: called with the received and the total bytes.

    Returns:
        Whether a snapshot was loaded; if not, the entries must be pulled.

    Raises:
        Offline: the connection is lost; the received part is kept for the next attempt.
        UnexpectedAnswer: the answer is not from a server of this version.
    """
    coming = _download(store, client, store.head.seq + min_saved_entries, on_progress or _ignore_progress)
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
    store.delete_wiped_exercises()
    if on_changes is not None:
        on_changes(changes)
    return True


def _download(
    store: ConsoleStore, client: ServerClient, needed: int, on_progress: OnProgress
) -> "_SnapshotDownload | None":
    """Return a complete snapshot of seq `needed` or newer; None where there is none.

    A download that was begun is resumed if it is new enough; otherwise the newest is fetched.
    """
    for begun in (_resumable_download(store), None):
        coming = begun if begun is not None and begun.snapshot.seq >= needed else _newest(store, client)
        if coming is None or coming.snapshot.seq < needed:
            return None
        try:
            coming.fetch(client, on_progress)
        except _SnapshotGone:
            _forget(store)
        except DamagedSnapshot as error:
            log.warning("the snapshot of %s is of no use, the entries are pulled instead: %s", client.url, error)
            return None
        else:
            return coming
    log.warning("%s names a snapshot that it does not have; the entries are pulled instead", client.url)
    return None


class _SnapshotGone(Exception):
    """The server keeps newer snapshots only."""


class _SnapshotDownload:
    """A snapshot download in a folder of its own: the signed text, and the pieces received so far."""

    def __init__(self, folder: Path, signed: SignedSnapshot, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._id = signed.id
        self._path = folder / "pieces.part"
        self._ends: list[int] = []
        for piece in snapshot.pieces:
            self._ends.append(piece.size + (self._ends[-1] if self._ends else 0))

    def fetch(self, client: ServerClient, on_progress: OnProgress) -> None:
        """Fetch the missing part; a piece that does not match the signature is fetched once more.

        Raises:
            DamagedSnapshot: it still does not match.
        """
        for _attempt in range(2):
            with self._path.open("ab", buffering=0) as file:
                first = self._checked_bytes(file.tell())
                file.truncate(first)
                if first < self.snapshot.size:
                    self._receive(client, file, first, on_progress)
            if self._checked_bytes(self._path.stat().st_size) == self.snapshot.size:
                return
        raise DamagedSnapshot("it was fetched twice and differs from its signature both times")

    def contents(self) -> Iterator[SnapshotContent]:
        """Yield the pieces' contents, verified again while they are read."""
        with self._path.open("rb") as file:
            for piece in self.snapshot.pieces:
                yield unpack_piece(file.read(piece.size), piece)

    def _receive(self, client: ServerClient, file: RawIOBase, first: int, on_progress: OnProgress) -> None:
        total = self.snapshot.size
        with client.fetch(f"/v1/snapshot/{self._id}", first=first, end=total) as response:
            if response.status_code == httpx2.codes.NOT_FOUND:
                raise _SnapshotGone
            if response.status_code not in (httpx2.codes.OK, httpx2.codes.PARTIAL_CONTENT):
                raise UnexpectedAnswer(client.url, f"HTTP {response.status_code}")
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
        """Return how many bytes of the file are usable: verified pieces, and the start of the next."""
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


def _resumable_download(store: ConsoleStore) -> _SnapshotDownload | None:
    """Return the download that an earlier sync began, if it is still usable."""
    folder = store.directory / FOLDER
    try:
        signed = read_json_file(folder / "snapshot.json", SignedSnapshot, at_most=MAX_DESCRIPTION_BYTES)
    except (OSError, DamagedSmallFile):
        return None
    snapshot = _usable(store, signed)
    return _SnapshotDownload(folder, signed, snapshot) if snapshot is not None else None


def _newest(store: ConsoleStore, client: ServerClient) -> _SnapshotDownload | None:
    """Return a new download of the server's newest snapshot, if this version can use it."""
    try:
        signed = client.call("GET", "/v1/snapshot", SignedSnapshot)
    except RequestRefused as refusal:
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
    return _SnapshotDownload(folder, signed, snapshot)


def _usable(store: ConsoleStore, signed: SignedSnapshot) -> Snapshot | None:
    """Return the signed snapshot if it is from the known server and has this version's shape."""
    identity = store.identity
    if identity is None:
        return None
    try:
        public_key = bytes.fromhex(identity.server_public_key)
        snapshot = read_snapshot(signed, public_key)
    except (JournalError, ValueError):
        return None
    ours = snapshot.server == store.server
    return snapshot if ours and snapshot.shape == state_shape() else None


def _own_records(store: ConsoleStore, client: ServerClient, last: ChainHead, until: int) -> Sequence[Record]:
    """Return the records of this device up to `until` that the server has and this console lacks."""
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


def _ignore_progress(_done: int, _total: int) -> None:
    """Ignore the progress of a download."""
