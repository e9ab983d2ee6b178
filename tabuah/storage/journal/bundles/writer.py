"""Writer of bundles: the file gets its name only when it is complete."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec

from tabuah.storage.data_files import is_data_file
from tabuah.storage.journal.bundles.contents import BundleTotals, EntryRun, FileHead, Manifest, RecordPage
from tabuah.storage.journal.bundles.errors import BundleNotSaved, BundleOverwritesData
from tabuah.storage.journal.bundles.frames import FrameKind, FrameWriter

CONTENT_BYTES: Final = 1024 * 1024


class BundleWriter:
    """Writes the parts of one bundle in the order: manifest, records, entries, files."""

    def __init__(self, file: IO[bytes], manifest: Manifest) -> None:
        self._frames = FrameWriter(file)
        self._totals = BundleTotals()
        self._write(FrameKind.MANIFEST, manifest)

    def add_record_page(self, page: RecordPage) -> None:
        self._write(FrameKind.RECORDS, page)
        self._count(records=self._totals.records + len(page.records))

    def add_run(self, run: EntryRun) -> None:
        self._write(FrameKind.ENTRIES, run)
        self._count(entries=self._totals.entries + len(run.entries))

    def add_file(self, head: FileHead, pieces: Iterable[bytes]) -> None:
        """Add a sealed attachment; the pieces must have as many bytes as its header says."""
        self._write(FrameKind.FILE, head)
        for piece in _split_evenly(pieces):
            self._frames.write(FrameKind.CONTENT, piece)
        self._count(files=self._totals.files + 1)

    def end(self) -> BundleTotals:
        """Write the last part."""
        self._write(FrameKind.END, self._totals)
        return self._totals

    def _write(self, kind: FrameKind, part: msgspec.Struct) -> None:
        self._frames.write(kind, msgspec.json.encode(part))

    def _count(self, **counts: int) -> None:
        self._totals = msgspec.structs.replace(self._totals, **counts)


@contextmanager
def bundle_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file that replaces `path` when the block succeeds and disappears when it fails.

    Raises:
        BundleNotSaved: the disk did not accept it.
        BundleOverwritesData: `path` is part of Tabuah's own data.
    """
    if is_data_file(path):
        raise BundleOverwritesData(path)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise BundleNotSaved(path, error) from error


def _split_evenly(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= CONTENT_BYTES:
            yield bytes(waiting[:CONTENT_BYTES])
            del waiting[:CONTENT_BYTES]
    if waiting:
        yield bytes(waiting)
