"""The snapshot of a journal: the states that its entries fold to at one seq, in hashed pieces, signed by the server.

A snapshot is a list of pieces, each a zstd frame of JSON, and a signed text that names them by size and hash. Whoever
has the server's key can check every piece as it comes. Personal values are in no snapshot: the states hold only their
commitments, as the entries do.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final

import msgspec
import zstandard
from msgspec import Meta

from tabuah.operations.bodies import known_kinds
from tabuah.operations.subjects import FOLD_VERSION, SubjectState
from tabuah.storage.journal.errors import BadSignature, DamagedSnapshot
from tabuah.storage.journal.signing import DeviceKey, verify_signature

MAX_PIECE_BYTES: Final = 64 * 1024 * 1024  # of an unpacked piece; ours are a fraction of it
MAX_PIECES: Final = 100_000
COMPRESSION_LEVEL: Final = 9  # made once, sent to many over slow lines
_ENCODER: Final = msgspec.json.Encoder()


class SnapshotPiece(msgspec.Struct, frozen=True, kw_only=True):
    """One piece: its bytes as they are sent, their SHA-256 in hex, and how many they are unpacked."""

    size: Annotated[int, Meta(ge=1)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    unpacked: Annotated[int, Meta(ge=1, le=MAX_PIECE_BYTES)]


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What the server signs: after `seq`, whose hash is `hash`, its journal folded to what the pieces say.

    `shape` names how states are folded and written; a console of another shape cannot use them and replays.
    """

    server: str
    seq: Annotated[int, Meta(ge=1)]
    hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    at: Annotated[datetime, Meta(tz=True)]
    shape: str
    subjects: int
    pieces: Annotated[tuple[SnapshotPiece, ...], Meta(min_length=1, max_length=MAX_PIECES)]

    @property
    def size(self) -> int:
        """The bytes of all pieces, one after the other."""
        return sum(piece.size for piece in self.pieces)


class SignedSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot's JSON text and the server's Ed25519 signature of it in hex."""

    text: str
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]

    @property
    def id(self) -> str:
        """Names the snapshot in addresses and files: the first 32 hex digits of its text's SHA-256."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:32]


class SnapshotState(msgspec.Struct, frozen=True, array_like=True):
    """One subject: the seq of its last entry, and its state as JSON, the bytes that `state_text` gives."""

    subject: str
    last: int
    state: msgspec.Raw


class SnapshotChain(msgspec.Struct, frozen=True, array_like=True):
    """The last entry of one device: its number and the SHA-256 of its text."""

    device: str
    n: int
    hash: str


class SnapshotContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in a piece; the chains of all devices are in the first."""

    chains: tuple[SnapshotChain, ...] = ()
    states: tuple[SnapshotState, ...] = ()


_CONTENT: Final = msgspec.json.Decoder(SnapshotContent)


def sign_snapshot(snapshot: Snapshot, key: DeviceKey) -> SignedSnapshot:
    """Sign with the server's key."""
    text = _ENCODER.encode(snapshot)
    return SignedSnapshot(text=text.decode(), signature=key.sign(text).hex())


def read_snapshot(signed: SignedSnapshot, public_key: bytes) -> Snapshot:
    """Verify what the server signed and read it.

    Raises:
        BadSignature: it is not signed by this key, or is no snapshot.
    """
    text = signed.text.encode()
    verify_signature(public_key, text, bytes.fromhex(signed.signature))
    try:
        return msgspec.json.decode(text, type=Snapshot)
    except msgspec.DecodeError as error:
        raise BadSignature(f"what was signed is no snapshot: {error}") from error


def pack_piece(content: SnapshotContent) -> tuple[bytes, SnapshotPiece]:
    """The bytes of a piece, and how the snapshot names them."""
    plain = _ENCODER.encode(content)
    packed = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL).compress(plain)
    return packed, SnapshotPiece(size=len(packed), sha256=hashlib.sha256(packed).hexdigest(), unpacked=len(plain))


def unpack_piece(packed: bytes, piece: SnapshotPiece) -> SnapshotContent:
    """Check the bytes of a piece and read them.

    Raises:
        DamagedSnapshot: they are not what was signed.
    """
    check_piece(packed, piece)
    try:
        plain = zstandard.ZstdDecompressor().stream_reader(packed).read(piece.unpacked + 1)
        if len(plain) != piece.unpacked:
            raise DamagedSnapshot("a piece is larger or smaller than was signed")
        return _CONTENT.decode(plain)
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise DamagedSnapshot(f"a piece cannot be read: {error}") from error


def check_piece(packed: bytes, piece: SnapshotPiece) -> None:
    """Check the bytes of a piece against their hash.

    Raises:
        DamagedSnapshot: they are not what was signed.
    """
    if len(packed) != piece.size or hashlib.sha256(packed).hexdigest() != piece.sha256:
        raise DamagedSnapshot("a piece does not have the hash that was signed")


@cache
def state_shape() -> str:
    """How this version folds and writes states; two that differ in anything that could matter have different ones."""
    schema = msgspec.json.encode(_without_words(msgspec.json.schema(SubjectState)), order="deterministic")
    kinds = " ".join(known_kinds()).encode()
    return f"{FOLD_VERSION}-{hashlib.sha256(schema + kinds).hexdigest()[:16]}"


def _without_words(schema: Any) -> Any:
    """A JSON schema without its descriptions."""
    if isinstance(schema, dict):
        return {key: _without_words(value) for key, value in schema.items() if key != "description"}
    return [_without_words(value) for value in schema] if isinstance(schema, list | tuple) else schema


def in_pieces(states: Iterable[SnapshotState], piece_bytes: int) -> Iterable[tuple[SnapshotState, ...]]:
    """States in groups of about `piece_bytes` of JSON each."""
    group: list[SnapshotState] = []
    size = 0
    for state in states:
        group.append(state)
        size += len(state.state) + len(state.subject)
        if size >= piece_bytes:
            yield tuple(group)
            group, size = [], 0
    if group:
        yield tuple(group)
