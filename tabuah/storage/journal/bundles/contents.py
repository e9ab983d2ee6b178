"""What is in a bundle: where it comes from, runs of entries, pages of the journal, sealed photos."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.entries import Moment
from tabuah.storage.journal.checkpoint import SignedCheckpoint
from tabuah.storage.journal.wire import MAX_ENTRIES_A_PUSH, Record, SealedValues, SignedEntry

MAX_ENTRIES: Final = 200_000
MAX_RECORDS: Final = 2_000_000
MAX_FILES: Final = 20_000
MAX_FILE_BYTES: Final = 50 * 1024 * 1024 + 64 * 1024  # an attachment with what sealing adds

Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
Hex64 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Where a bundle comes from. It is not signed: nothing is believed because it stands here.

    `server` is the device id of the server whose journal the console belongs to, empty before its first log-in.
    `head` is how far it has the journal. `after` is the seq on which the news follow, `checkpoint` what the server
    signed for them.
    """

    server: Annotated[str, Meta(pattern=r"^([0-9a-f]{32})?$")]
    device: Annotated[str, Meta(pattern=r"^([0-9a-f]{32})?$")]
    actor: Annotated[str, Meta(max_length=80)]
    created_at: Moment
    head: Annotated[int, Meta(ge=0)] = 0
    after: Annotated[int, Meta(ge=0)] = 0
    checkpoint: SignedCheckpoint | None = None


class CarriedRun(msgspec.Struct, frozen=True, kw_only=True):
    """Entries of one device that follow on each other; its key proves itself, since the id is the key's hash."""

    device: Hex32
    public_key: Hex64
    entries: Annotated[tuple[SignedEntry, ...], Meta(min_length=1, max_length=MAX_ENTRIES_A_PUSH)]
    sealed: Annotated[tuple[SealedValues, ...], Meta(max_length=MAX_ENTRIES_A_PUSH)] = ()


class NewsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Records of the server's journal that follow on each other."""

    records: Annotated[tuple[Record, ...], Meta(min_length=1)]


class FileHead(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed attachment: the SHA-256 of what is in the box, and the size of the box in bytes.

    `thumbnail` says that it is the small picture of another one.
    """

    content: Hex64
    size: Annotated[int, Meta(ge=1, le=MAX_FILE_BYTES)]
    thumbnail: bool = False


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How much there was."""

    entries: int = 0
    records: int = 0
    files: int = 0


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A sealed attachment on its way in; its pieces must be read before the next part is asked for."""

    head: FileHead
    pieces: Iterator[bytes]


Part = CarriedRun | NewsPage | SealedFile
