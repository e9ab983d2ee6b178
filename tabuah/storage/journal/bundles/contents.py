"""Contents of a bundle: its manifest, runs of entries, pages of journal records, sealed files."""

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.entries import Moment
from tabuah.storage.journal.checkpoint import SignedCheckpoint
from tabuah.storage.journal.push import MAX_ENTRIES_A_PUSH
from tabuah.storage.journal.server_keys import KeyCertificates
from tabuah.storage.journal.wire import Record, SealedValues, SignedEntry

MAX_ENTRIES: Final = 200_000
MAX_RECORDS: Final = 2_000_000
MAX_FILES: Final = 20_000
MAX_FILE_BYTES: Final = 50 * 1024 * 1024 + 64 * 1024  # an attachment and the overhead of sealing

Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
Hex64 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The origin of a bundle. It is not signed, so nothing in it is trusted.

    `server` is the device id of the server whose journal the console belongs to, empty before its
    first log-in. `head` is the newest seq of the exporting console. The records follow seq `after`;
    `checkpoint` is the server's signature for them, `server_keys` are the certificates of its key.
    """

    server: Annotated[str, Meta(pattern=r"^([0-9a-f]{32})?$")]
    device: Annotated[str, Meta(pattern=r"^([0-9a-f]{32})?$")]
    actor: Annotated[str, Meta(max_length=80)]
    created_at: Moment
    head: Annotated[int, Meta(ge=0)] = 0
    after: Annotated[int, Meta(ge=0)] = 0
    checkpoint: SignedCheckpoint | None = None
    server_keys: KeyCertificates = ()


class EntryRun(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive entries of one device.

    The key authenticates itself, since the device id is the key's hash.
    """

    device: Hex32
    public_key: Hex64
    entries: Annotated[tuple[SignedEntry, ...], Meta(min_length=1, max_length=MAX_ENTRIES_A_PUSH)]
    sealed: Annotated[tuple[SealedValues, ...], Meta(max_length=MAX_ENTRIES_A_PUSH)] = ()


class RecordPage(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive records of the server's journal."""

    records: Annotated[tuple[Record, ...], Meta(min_length=1)]


class FileHead(msgspec.Struct, frozen=True, kw_only=True):
    """Header of a sealed attachment: the SHA-256 of its content, and the size of the box in bytes.

    `thumbnail` marks the thumbnail of another attachment.
    """

    content: Hex64
    size: Annotated[int, Meta(ge=1, le=MAX_FILE_BYTES)]
    thumbnail: bool = False


class BundleTotals(msgspec.Struct, frozen=True, kw_only=True):
    """The totals of a bundle, in its last part."""

    entries: int = 0
    records: int = 0
    files: int = 0


class SealedFile(msgspec.Struct, frozen=True):
    """A sealed attachment while it is read; its pieces must be consumed before the next part."""

    head: FileHead
    pieces: Iterator[bytes]


BundlePart = EntryRun | RecordPage | SealedFile
