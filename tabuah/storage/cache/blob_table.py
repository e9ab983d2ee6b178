"""Which attachments must still be sent to the server or fetched from it."""

import sqlite3
from typing import Final

import msgspec

_WANT: Final = "INSERT INTO blobs (sha256, size, waits) VALUES (?, ?, ?) ON CONFLICT (sha256) DO NOTHING"


class WaitingBlob(msgspec.Struct, frozen=True):
    """An attachment by its content; `size` in bytes."""

    sha256: str
    size: int


class BlobTable:
    """Reads and writes what attachments wait for; writing needs an open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def want_upload(self, sha256: str, size: int) -> None:
        """An own attachment must go to the server."""
        self._connection.execute(_WANT, (sha256, size, "upload"))

    def want_download(self, sha256: str, size: int) -> None:
        """Somebody else's attachment should come here."""
        self._connection.execute(_WANT, (sha256, size, "download"))

    def uploads(self) -> tuple[WaitingBlob, ...]:
        """What must be sent, the smallest first: a note's photo should not wait for a film."""
        return self._waiting("upload")

    def downloads(self) -> tuple[WaitingBlob, ...]:
        """What should be fetched, the smallest first."""
        return self._waiting("download")

    def done(self, sha256: str) -> None:
        """It is where it should be."""
        self._connection.execute("UPDATE blobs SET waits = '' WHERE sha256 = ?", (sha256,))

    def _waiting(self, what: str) -> tuple[WaitingBlob, ...]:
        rows = self._connection.execute("SELECT sha256, size FROM blobs WHERE waits = ? ORDER BY size", (what,))
        return tuple(WaitingBlob(*row) for row in rows)
