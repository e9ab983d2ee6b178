"""Writing of a snapshot: read in one transaction, so that the writer continues and everything belongs to one seq."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from tabuah.server.database.schema import CHAIN_HEADS, HEAD
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.snapshots import (
    SignedSnapshot,
    Snapshot,
    SnapshotChain,
    SnapshotContent,
    SnapshotPiece,
    SnapshotState,
    group_states,
    pack_piece,
    sign_snapshot,
    state_shape,
)

PIECE_BYTES: Final = 2 * 1024 * 1024  # of JSON; compressed to about a tenth
_ROWS: Final = 500
# The index of entries by subject contains the seq, so max(seq) costs one look-up.
_STATES: Final = """SELECT subject, (SELECT max(seq) FROM entries e WHERE e.subject = s.subject), state
    FROM subject_states s"""


class SnapshotInterrupted(Exception):
    """The server is stopping; no file is left behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSnapshot:
    """A snapshot and the file with its pieces."""

    signed: SignedSnapshot
    snapshot: Snapshot
    path: Path


def make_snapshot(
    connection: Connection,
    folder: Path,
    *,
    key: DeviceKey,
    now: datetime,
    should_continue: Callable[[], bool] = lambda: True,
    piece_bytes: int = PIECE_BYTES,
) -> StoredSnapshot:
    """Write a snapshot of the committed state.

    Args:
        connection: a separate connection without a transaction.
        folder: destination of the file and of the signed description.
        key: the server's key.
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
        with unfinished.open("wb") as file:
            pieces = []
            for packed, piece in _pieces(connection, piece_bytes):
                if not should_continue():
                    raise SnapshotInterrupted
                file.write(packed)
                pieces.append(piece)
            file.flush()
            os.fsync(file.fileno())
        snapshot = _describe(connection, pieces, key=key, now=now)
        signed = sign_snapshot(snapshot, key)
        path = folder / f"{signed.id}.zst"
        unfinished.replace(path)
        path.with_suffix(".json").write_bytes(msgspec.json.encode(signed))
        return StoredSnapshot(signed=signed, snapshot=snapshot, path=path)
    finally:
        connection.rollback()
        unfinished.unlink(missing_ok=True)


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


def _describe(connection: Connection, pieces: list[SnapshotPiece], *, key: DeviceKey, now: datetime) -> Snapshot:
    seq, hash_ = connection.execute(select(HEAD.c.seq, HEAD.c.hash)).one()
    (subjects,) = connection.exec_driver_sql("SELECT count(*) FROM subject_states").one()
    return Snapshot(
        server=key.device_id,
        seq=seq,
        hash=hash_,
        at=now,
        shape=state_shape(),
        subjects=subjects,
        pieces=tuple(pieces),
    )
