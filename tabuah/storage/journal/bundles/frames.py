"""Frames, the outer format of a bundle: hash-chained, so that no cut or reordering goes unnoticed.

A file begins with `MAGIC`. A frame is a header of ten bytes (kind, 1 if the payload is compressed,
its stored length, its plain length; big-endian), the payload, and SHA-256(hash of the previous
frame, header, payload). The first frame follows SHA-256(`MAGIC`). The last frame has the kind
`END`; nothing comes after it.
"""

import hashlib
import struct
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import IO, Final

import msgspec
import zstandard

from tabuah.resources.localisation import _
from tabuah.storage.journal.bundles.errors import DamagedBundle, NewerBundle, NotABundle, TooLargeBundle

MAGIC: Final = b"TABUAH-BUNDLE/1\n"
MAX_PLAIN_BYTES: Final = 4 * 1024 * 1024  # of one frame
MAX_STORED_BYTES: Final = MAX_PLAIN_BYTES + 1024 * 16
MAX_WHOLE_BYTES: Final = 4 * 1024**3  # of all frames, plain
LEVEL: Final = 3
_FAMILY: Final = b"TABUAH-BUNDLE/"
_HEADER: Final = struct.Struct(">BBII")
_HASH_BYTES: Final = 32
_WINDOW_BYTES: Final = 8 * 1024 * 1024


class FrameKind(IntEnum):
    """The kind of a frame's payload."""

    MANIFEST = 1
    ENTRIES = 2
    RECORDS = 3
    FILE = 4  # the header of a sealed photo; its content follows
    CONTENT = 5
    END = 6


_KINDS: Final = frozenset(FrameKind)


class BundleFrame(msgspec.Struct, frozen=True):
    """A frame's kind and its plain payload."""

    kind: FrameKind
    payload: bytes


class FrameWriter:
    """Writes the frames of a bundle."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._compressor = zstandard.ZstdCompressor(level=LEVEL)
        self._hash = hashlib.sha256(MAGIC).digest()
        file.write(MAGIC)

    def write(self, kind: FrameKind, payload: bytes) -> None:
        """Write a frame, compressed where that makes it smaller."""
        if len(payload) > MAX_PLAIN_BYTES:
            raise ValueError(f"{len(payload)} bytes in one frame")
        stored = payload if kind is FrameKind.CONTENT else self._compressor.compress(payload)
        if len(stored) >= len(payload):
            stored = payload
        header = _HEADER.pack(kind, int(stored is not payload), len(stored), len(payload))
        self._hash = hashlib.sha256(self._hash + header + stored).digest()
        self._file.write(header + stored + self._hash)


class FrameReader:
    """Reads and verifies the frames of a file that claims to be a bundle."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        """Check the magic.

        Raises:
            NotABundle: it is something else.
            NewerBundle: it has a newer version.
        """
        self._file = file
        self._path = path
        self._hash = hashlib.sha256(MAGIC).digest()
        start = file.read(len(MAGIC))
        if start != MAGIC:
            raise _wrong_start(start, path)

    def frames(self) -> Iterator[BundleFrame]:
        """Yield all frames, including the last one; each is verified before it is yielded.

        Raises:
            DamagedBundle: the file was cut or altered.
            TooLargeBundle: it exceeds the limits of a bundle.
        """
        room = MAX_WHOLE_BYTES
        while True:
            frame = self._next()
            room -= len(frame.payload)
            if room < 0:
                raise TooLargeBundle(self._path)
            is_last = frame.kind is FrameKind.END
            if is_last and self._file.read(1):
                raise DamagedBundle(self._path, _("data was added at the end"))
            yield frame
            if is_last:
                return

    def _next(self) -> BundleFrame:
        header = self._exactly(_HEADER.size)
        kind, compressed, stored_size, plain_size = _HEADER.unpack(header)
        if stored_size > MAX_STORED_BYTES or plain_size > MAX_PLAIN_BYTES:
            raise TooLargeBundle(self._path)
        stored = self._exactly(stored_size)
        self._hash = hashlib.sha256(self._hash + header + stored).digest()
        if self._exactly(_HASH_BYTES) != self._hash:
            raise DamagedBundle(self._path, _("a checksum does not match"))
        payload = self._plain(stored, plain_size) if compressed else stored
        if compressed > 1 or len(payload) != plain_size or kind not in _KINDS:
            raise DamagedBundle(self._path, _("a part is not valid"))
        return BundleFrame(FrameKind(kind), payload)

    def _plain(self, stored: bytes, size: int) -> bytes:
        """Decompress a payload, but never more than the announced size."""
        try:
            decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
            payload: bytes = decompressor.stream_reader(stored).read(size + 1)
        except zstandard.ZstdError as error:
            raise DamagedBundle(self._path, _("a part is not valid")) from error
        return payload

    def _exactly(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) != size:
            raise DamagedBundle(self._path, _("its end is missing"))
        return data


def _wrong_start(start: bytes, path: Path) -> NotABundle | NewerBundle | DamagedBundle:
    """Return the error for a file that does not begin like a bundle of this version."""
    if start.startswith(_FAMILY) and start[len(_FAMILY) :].strip().isdigit():
        return NewerBundle(path)
    if start and MAGIC.startswith(start):
        return DamagedBundle(path, _("its end is missing"))
    text = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml")):
        return NotABundle(path, _("a web page"))
    if start.startswith(b"PK"):
        return NotABundle(path, _("a ZIP archive"))
    if start.startswith((b"\xff\xd8", b"\x89PNG", b"GIF8", b"RIFF")):
        return NotABundle(path, _("a picture"))
    if start.startswith(b"SQLite format 3"):
        return NotABundle(path, _("a database"))
    return NotABundle(path, _("an empty file") if not start else "")
