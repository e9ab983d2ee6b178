"""Making a snapshot: everything read in one transaction, so that the writer goes on and all of it is of one seq."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from tabuah.server.database.schema import CHAIN_HEADS, HEAD
from tabuah.storage.journal.signing import DeviceKey
from tabuah.storage.journal.snapshots import (
    SignedSnapshot,
    Snapshot,
    SnapshotChain,
    SnapshotContent,
    SnapshotPiece,
    SnapshotState,
    in_pieces,
    pack_piece,
    sign_snapshot,
    state_shape,
)

PIECE_BYTES: Final = 2 * 1024 * 1024  # of JSON; a tenth of it travels
_ROWS: Final = 500
# The index of entries by subject holds their seq, so the last one costs one look.
_STATES: Final = """SELECT subject, (SELECT max(seq) FROM entries e WHERE e.subject = s.subject), state
    FROM subject_states s"""


class Interrupted(Exception):
    """The server is being stopped; nothing is left behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
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
    goes_on: Callable[[], bool] = lambda: True,
    piece_bytes: int = PIECE_BYTES,
) -> Made:
    """Make the snapshot of what is committed.

    Args:
        connection: of its own; in no transaction.
        folder: where its file goes; the snapshot's signed text is put beside it.
        key: the server's.
        now: when it is made, UTC.
        goes_on: asked after each piece; the work ends when it says no.
        piece_bytes: of JSON a piece.

    Raises:
        Interrupted: it was told to end.
        OSError: the disk does not take it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{os.getpid()}.new"
    connection.exec_driver_sql("BEGIN")
    try:
        with unfinished.open("wb") as file:
            pieces = []
            for packed, piece in _pieces(connection, piece_bytes):
                if not goes_on():
                    raise Interrupted
                file.write(packed)
                pieces.append(piece)
            file.flush()
            os.fsync(file.fileno())
        snapshot = _describe(connection, pieces, key=key, now=now)
        signed = sign_snapshot(snapshot, key)
        path = folder / f"{signed.id}.zst"
        unfinished.replace(path)
        path.with_suffix(".json").write_bytes(msgspec.json.encode(signed))
        return Made(signed=signed, snapshot=snapshot, path=path)
    finally:
        connection.rollback()
        unfinished.unlink(missing_ok=True)


def _pieces(connection: Connection, piece_bytes: int) -> Iterator[tuple[bytes, SnapshotPiece]]:
    chains = connection.execute(select(CHAIN_HEADS.c.device, CHAIN_HEADS.c.n, CHAIN_HEADS.c.hash))
    yield pack_piece(SnapshotContent(chains=tuple(SnapshotChain(*row) for row in chains)))
    for states in in_pieces(_states(connection), piece_bytes):
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
