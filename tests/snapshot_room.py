"""Snapshots without a line: made by the real journal, taken over by a real console."""

from collections.abc import Iterator
from pathlib import Path

from tabuah.server.journal import ServerJournal
from tabuah.server.snapshots.making import Made, make_snapshot
from tabuah.storage.cache.applying import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.snapshots import Snapshot, SnapshotContent, read_snapshot, unpack_piece
from tabuah.storage.journal.wire import PullReply, Record


def make(journal: ServerJournal, folder: Path, *, piece_bytes: int = 4_000) -> Made:
    """A snapshot of what is committed, in small pieces."""
    return journal.read(
        lambda connection: make_snapshot(
            connection, folder, key=journal.key, now=journal.clock(), piece_bytes=piece_bytes
        )
    )


def contents_of(made: Made, snapshot: Snapshot) -> Iterator[SnapshotContent]:
    """What is in the pieces, each checked against what was signed."""
    with made.path.open("rb") as file:
        for piece in snapshot.pieces:
            yield unpack_piece(file.read(piece.size), piece)


def own_records(store: ConsoleStore, journal: ServerJournal, until: int) -> list[Record]:
    """What the server has of a console's device and the console has not, up to a seq."""
    return [r for r in journal.records_by(store.device, store.head.seq, 10_000) if r.seq <= until]


def load(store: ConsoleStore, journal: ServerJournal, made: Made) -> Changes:
    """Take a snapshot over as a sync would."""
    snapshot = read_snapshot(made.signed, journal.key.public_key)
    return store.histories.load_snapshot(
        snapshot,
        contents_of(made, snapshot),
        lambda _last: own_records(store, journal, snapshot.seq),
        synced_at=store.clock(),
    )


def fetch_history(store: ConsoleStore, journal: ServerJournal, subject: str) -> None:
    """Take a subject's history over as a sync would."""
    records = journal.records_of(subject, 0, 10_000)
    reply = PullReply(
        records=records, personal=journal.personal_values_of(records), head=journal.head().seq, now=journal.clock()
    )
    store.histories.take(subject, (reply,))
