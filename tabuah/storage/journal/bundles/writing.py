"""Writing a bundle: part after part into a file that takes its name only when it is complete."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec

from tabuah.storage.journal.bundles.contents import CarriedRun, Ending, FileHead, Manifest, NewsPage
from tabuah.storage.journal.bundles.errors import BundleNotSaved, OwnDataSpared
from tabuah.storage.journal.bundles.frames import FrameKind, FrameWriter
from tabuah.storage.own_files import is_own_file

CONTENT_BYTES: Final = 1024 * 1024


class BundleWriter:
    """Writes the parts of one bundle in the order: manifest, news, entries, files."""

    def __init__(self, file: IO[bytes], manifest: Manifest) -> None:
        self._frames = FrameWriter(file)
        self._ending = Ending()
        self._write(FrameKind.MANIFEST, manifest)

    def add_news(self, page: NewsPage) -> None:
        """A page of the journal."""
        self._write(FrameKind.NEWS, page)
        self._count(records=self._ending.records + len(page.records))

    def add_run(self, run: CarriedRun) -> None:
        """Entries of one device."""
        self._write(FrameKind.ENTRIES, run)
        self._count(entries=self._ending.entries + len(run.entries))

    def add_file(self, head: FileHead, pieces: Iterable[bytes]) -> None:
        """A sealed attachment; the pieces are as many bytes as its head says."""
        self._write(FrameKind.FILE, head)
        for piece in _evenly(pieces):
            self._frames.write(FrameKind.CONTENT, piece)
        self._count(files=self._ending.files + 1)

    def end(self) -> Ending:
        """The last part."""
        self._write(FrameKind.END, self._ending)
        return self._ending

    def _write(self, kind: FrameKind, part: msgspec.Struct) -> None:
        self._frames.write(kind, msgspec.json.encode(part))

    def _count(self, **counts: int) -> None:
        self._ending = msgspec.structs.replace(self._ending, **counts)


@contextmanager
def bundle_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file that takes the place of `path` when the block ends well, and leaves nothing when it does not.

    Raises:
        BundleNotSaved: the disk did not take it.
        OwnDataSpared: Tabuah's own data stand there.
    """
    if is_own_file(path):
        raise OwnDataSpared(path)
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


def _evenly(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= CONTENT_BYTES:
            yield bytes(waiting[:CONTENT_BYTES])
            del waiting[:CONTENT_BYTES]
    if waiting:
        yield bytes(waiting)
