"""Sealed attachments that this console carries: a folder of boxes named by their own hash, and a list of them."""

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


class CarriedBox(msgspec.Struct, frozen=True):
    """A box in the folder: its hash, the hash of the attachment in it, and its size in bytes."""

    sha256: str
    content: str
    size: int
    thumbnail: bool = False


class CarriedBoxes:
    """Belongs to the thread of its connection; writing to the list needs an open transaction."""

    def __init__(self, connection: sqlite3.Connection, directory: Path) -> None:
        self._connection = connection
        self._folder = directory / FOLDER

    def store(self, pieces: Iterable[bytes], content: str, *, thumbnail: bool = False) -> CarriedBox:
        """Write a box into the folder; it is on the list only after `add`.

        Raises:
            OSError: the disk did not take it; nothing is left of it.
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
            box = CarriedBox(digest.hexdigest(), content, size, thumbnail)
            Path(name).replace(self.path_of(box))
        finally:
            Path(name).unlink(missing_ok=True)
        return box

    def path_of(self, box: CarriedBox) -> Path:
        """Where a box lies."""
        return self._folder / box.sha256

    def pieces(self, box: CarriedBox) -> Iterator[bytes]:
        """A box piece by piece."""
        with self.path_of(box).open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece

    def add(self, box: CarriedBox) -> None:
        """Put a box on the list."""
        self._connection.execute(
            "INSERT OR IGNORE INTO carried_boxes (sha256, content, size, thumbnail) VALUES (?, ?, ?, ?)",
            (box.sha256, box.content, box.size, box.thumbnail),
        )

    def all(self) -> list[CarriedBox]:
        """All boxes, the smallest first."""
        query = "SELECT sha256, content, size, thumbnail FROM carried_boxes ORDER BY size, sha256"
        return [CarriedBox(s, c, size, bool(small)) for s, c, size, small in self._connection.execute(query)]

    def holds(self, content: str) -> bool:
        """Whether a box with this attachment is carried."""
        query = "SELECT 1 FROM carried_boxes WHERE content = ?"
        return self._connection.execute(query, (content,)).fetchone() is not None

    def drop(self, box: CarriedBox) -> None:
        """Take a box off the list; `sweep` then removes its file."""
        self._connection.execute("DELETE FROM carried_boxes WHERE sha256 = ?", (box.sha256,))

    def sweep(self) -> None:
        """Remove files that are not on the list: a crash, or a full disk, may have left them."""
        listed = {box.sha256 for box in self.all()}
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name not in listed:
                    path.unlink(missing_ok=True)
