"""Pieces of a stored file: every range, and the file is closed before the last piece is used."""

from pathlib import Path

import pytest

from tabuah.storage.blobs.store import PIECE_BYTES, BlobStore

CONTENT = bytes(range(251)) * (2 * PIECE_BYTES // 251) + b"end"


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path)


@pytest.mark.parametrize(
    ("first", "end"),
    [(0, None), (0, 1), (1, PIECE_BYTES), (1, PIECE_BYTES + 1), (1, PIECE_BYTES + 2), (7, None), (0, 10**9)],
)
def test_pieces_give_the_bytes_of_the_range(blobs: BlobStore, first: int, end: int | None):
    sha256 = blobs.add(CONTENT).sha256
    pieces = list(blobs.pieces(sha256, first, end))
    assert b"".join(pieces) == CONTENT[first:end]
    assert all(0 < len(piece) <= PIECE_BYTES for piece in pieces)


def test_file_without_bytes_has_no_pieces(blobs: BlobStore):
    assert list(blobs.pieces(blobs.add(b"").sha256)) == []


def test_file_is_closed_when_the_last_piece_is_taken(blobs: BlobStore):
    pieces = blobs.pieces(blobs.add(b"foto").sha256)
    assert next(pieces) == b"foto"
    frame = pieces.gi_frame
    assert frame is not None
    assert frame.f_locals["file"].closed
