"""Snapshots without a connection: built from a real journal, applied to a real console."""

from collections.abc import Iterator
from pathlib import Path

from tabuah.server.journal import ServerJournal
from tabuah.server.snapshots.snapshot_store import StoredSnapshot, make_snapshot
from tabuah.storage.cache.pulled_pages import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.snapshots import Snapshot, SnapshotContent, read_snapshot, unpack_piece
from tabuah.storage.journal.wire import PullReply, Record


def build_snapshot(journal: ServerJournal, folder: Path, *, piece_bytes: int = 4_000) -> StoredSnapshot:
    """Build a snapshot of the committed journal, in small pieces."""
    return journal.read(
        lambda connection: make_snapshot(
            connection, folder, key=journal.key, now=journal.clock(), piece_bytes=piece_bytes
        )
    )


def contents_of(made: StoredSnapshot, snapshot: Snapshot) -> Iterator[SnapshotContent]:
    """Yield the content of the pieces, each checked against the signature."""
    with made.path.open("rb") as file:
        for piece in snapshot.pieces:
            yield unpack_piece(file.read(piece.size), piece)


def missing_own_records(store: ConsoleStore, journal: ServerJournal, until: int) -> list[Record]:
    """Return the records of the console's device that the server has and the console lacks, up to a seq."""
    return [r for r in journal.records_by(store.device, store.head.seq, 10_000) if r.seq <= until]


def apply_snapshot(store: ConsoleStore, journal: ServerJournal, made: StoredSnapshot) -> Changes:
    """Apply a snapshot as a sync does."""
    snapshot = read_snapshot(made.signed, journal.key.public_key)
    return store.histories.load_snapshot(
        snapshot,
        contents_of(made, snapshot),
        lambda _last: missing_own_records(store, journal, snapshot.seq),
        synced_at=store.clock(),
    )


def fetch_history(store: ConsoleStore, journal: ServerJournal, subject: str) -> None:
    """Fetch a subject's history as a sync does."""
    records = journal.records_of(subject, 0, 10_000)
    reply = PullReply(
        records=records, personal=journal.personal_values_of(records), head=journal.head().seq, now=journal.clock()
    )
    store.histories.take(subject, (reply,))
