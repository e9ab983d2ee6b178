"""Snapshots of a journal: the folded states at one seq, in hashed pieces, signed by the server.

A snapshot is a list of pieces, each a zstd frame of JSON, and a signed text that lists their sizes
and hashes, so a client can check each piece as it arrives. A snapshot contains no personal values:
the states hold only commitments to them, as the entries do.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final

import msgspec
import zstandard
from msgspec import Meta

from tabuah.operations.entry_kinds import known_kinds
from tabuah.operations.subject_state import FOLD_VERSION, SubjectState
from tabuah.storage.journal.errors import BadSignature, DamagedSnapshot
from tabuah.storage.journal.signatures import DeviceKey, verify_signature

MAX_PIECE_BYTES: Final = 64 * 1024 * 1024  # unpacked; real pieces are far smaller
MAX_PIECES: Final = 100_000
MAX_DESCRIPTION_BYTES: Final = 32 << 20  # a signed snapshot with that many pieces
COMPRESSION_LEVEL: Final = 9  # made once, sent to many over slow connections
_ENCODER: Final = msgspec.json.Encoder()


class SnapshotPiece(msgspec.Struct, frozen=True, kw_only=True):
    """One piece: its size and SHA-256 (hex) as sent, and its size unpacked."""

    size: Annotated[int, Meta(ge=1)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    unpacked: Annotated[int, Meta(ge=1, le=MAX_PIECE_BYTES)]


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The content that the server signs: the state of its journal after `seq`, as a list of pieces.

    `hash` is the journal hash at `seq`. `shape` identifies how states are folded and encoded; a
    console with another shape cannot use the snapshot and replays the entries.
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
        """Return the total size of all pieces in bytes."""
        return sum(piece.size for piece in self.pieces)


class SignedSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot's JSON text and the server's Ed25519 signature of it in hex."""

    text: str
    signature: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]

    @property
    def id(self) -> str:
        """Return the snapshot's name in URLs and files: the first 32 hex digits of its text's SHA-256."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:32]


class SnapshotState(msgspec.Struct, frozen=True, array_like=True):
    """One subject: the seq of its last entry, and its state in the JSON encoding of `state_text`."""

    subject: str
    last: int
    state: msgspec.Raw


class SnapshotChain(msgspec.Struct, frozen=True, array_like=True):
    """The last entry of one device: its number and the SHA-256 of its text."""

    device: str
    n: int
    hash: str


class SnapshotContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The content of a piece; the chains of all devices are in the first one."""

    chains: tuple[SnapshotChain, ...] = ()
    states: tuple[SnapshotState, ...] = ()


_CONTENT: Final = msgspec.json.Decoder(SnapshotContent)


def sign_snapshot(snapshot: Snapshot, key: DeviceKey) -> SignedSnapshot:
    text = _ENCODER.encode(snapshot)
    return SignedSnapshot(text=text.decode(), signature=key.sign(text).hex())


def read_snapshot(signed: SignedSnapshot, public_key: bytes) -> Snapshot:
    """Verify and decode a signed snapshot.

    Raises:
        BadSignature: it is not signed by this key, or is not a snapshot.
    """
    text = signed.text.encode()
    verify_signature(public_key, text, bytes.fromhex(signed.signature))
    try:
        return msgspec.json.decode(text, type=Snapshot)
    except msgspec.DecodeError as error:
        raise BadSignature(f"the signed text is not a snapshot: {error}") from error


def pack_piece(content: SnapshotContent) -> tuple[bytes, SnapshotPiece]:
    """Return the bytes of a piece and its entry in the snapshot's list."""
    plain = _ENCODER.encode(content)
    packed = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL).compress(plain)
    return packed, SnapshotPiece(size=len(packed), sha256=hashlib.sha256(packed).hexdigest(), unpacked=len(plain))


def unpack_piece(packed: bytes, piece: SnapshotPiece) -> SnapshotContent:
    """Check and decode the bytes of a piece.

    Raises:
        DamagedSnapshot: they do not match the signed hash.
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
        DamagedSnapshot: they do not match.
    """
    if len(packed) != piece.size or hashlib.sha256(packed).hexdigest() != piece.sha256:
        raise DamagedSnapshot("a piece does not have the hash that was signed")


@cache
def state_shape() -> str:
    """Return an identifier of how this version folds and encodes states.

    Versions that differ in anything relevant have different identifiers.
    """
    shape = msgspec.json.encode(schema_shape(SubjectState), order="deterministic")
    kinds = " ".join(known_kinds()).encode()
    return f"{FOLD_VERSION}-{hashlib.sha256(shape + kinds).hexdigest()[:16]}"


def schema_shape(type_: Any) -> Any:
    """Return the JSON schema of a type without names of classes and without descriptions.

    Classes may be renamed, and docstrings edited, without a change of the stored form.
    """
    (root,), definitions = msgspec.json.schema_components((type_,), ref_template="{name}")
    return _expand(root, definitions, ())


def _expand(schema: Any, definitions: dict[str, Any], path: tuple[str, ...]) -> Any:
    if isinstance(schema, list | tuple):
        return [_expand(value, definitions, path) for value in schema]
    if not isinstance(schema, dict):
        return schema
    name = schema.get("$ref")
    if name is not None:
        # A type that contains itself is named by its distance, so that the expansion ends.
        if name in path:
            return {"$ref": len(path) - path.index(name)}
        return _expand(definitions[name], definitions, (*path, name))
    expanded = {
        key: _expand(value, definitions, path)
        for key, value in schema.items()
        if key not in ("title", "description", "discriminator")
    }
    if "anyOf" in expanded:  # its order follows the names of the classes
        expanded["anyOf"].sort(key=lambda choice: msgspec.json.encode(choice, order="deterministic"))
    return expanded


def group_states(states: Iterable[SnapshotState], piece_bytes: int) -> Iterable[tuple[SnapshotState, ...]]:
    """Group states into lists of about `piece_bytes` of JSON each."""
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
