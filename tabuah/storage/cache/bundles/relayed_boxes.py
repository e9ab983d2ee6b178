"""Sealed attachments that this console relays: a folder of boxes named by their hash, and a list."""

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

PIECE_BYTES: Final = 256 * 1024
FOLDER: Final = "carried"


class RelayedBox(msgspec.Struct, frozen=True):
    """A box in the folder: its hash, the hash of the attachment in it, and its size in bytes."""

    sha256: str
    content: str
    size: int
    thumbnail: bool = False


class RelayedBoxes:
    """Belongs to the thread of its connection; writing to the list needs an open transaction."""

    def __init__(self, connection: sqlite3.Connection, directory: Path) -> None:
        self._connection = connection
        self._folder = directory / FOLDER

    def store(self, pieces: Iterable[bytes], content: str, *, thumbnail: bool = False) -> RelayedBox:
        """Write a box into the folder; `add` puts it on the list.

        Raises:
            OSError: the disk did not accept it; no file is left.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        digest, size = hashlib.sha256(), 0
        try:
            with os.fdopen(descriptor, "wb") as file:
                for piece in pieces:
                    digest.update(piece)
                    size += len(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            box = RelayedBox(digest.hexdigest(), content, size, thumbnail)
            Path(name).replace(self.path_of(box))
        finally:
            Path(name).unlink(missing_ok=True)
        return box

    def path_of(self, box: RelayedBox) -> Path:
        return self._folder / box.sha256

    def pieces(self, box: RelayedBox) -> Iterator[bytes]:
        """Yield a box piece by piece."""
        with self.path_of(box).open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece

    def add(self, box: RelayedBox) -> None:
        self._connection.execute(
            "INSERT OR IGNORE INTO carried_boxes (sha256, content, size, thumbnail) VALUES (?, ?, ?, ?)",
            (box.sha256, box.content, box.size, box.thumbnail),
        )

    def all(self) -> list[RelayedBox]:
        """Return all boxes, the smallest first."""
        query = "SELECT sha256, content, size, thumbnail FROM carried_boxes ORDER BY size, sha256"
        return [RelayedBox(s, c, size, bool(small)) for s, c, size, small in self._connection.execute(query)]

    def holds(self, content: str) -> bool:
        """Return whether a box with this attachment is relayed."""
        query = "SELECT 1 FROM carried_boxes WHERE content = ?"
        return self._connection.execute(query, (content,)).fetchone() is not None

    def drop(self, box: RelayedBox) -> None:
        """Remove a box from the list; `sweep` then deletes its file."""
        self._connection.execute("DELETE FROM carried_boxes WHERE sha256 = ?", (box.sha256,))

    def sweep(self) -> None:
        """Delete files that are not on the list, left by a crash or a full disk."""
        listed = {box.sha256 for box in self.all()}
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name not in listed:
                    path.unlink(missing_ok=True)
