"""The transfer queue of attachments: direction, priority, progress and failures."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

import msgspec

from tabuah.operations.attachments.attachment import Attachment

_COLUMNS: Final = "sha256, size, waits, rank, moved, tries, not_before, reason, about"
# An attachment that is here may have to be uploaded, but not downloaded. The server deletes one that only rejected
# entries name, so that of a reissued entry is offered again. One that is attached to an
# incident and to a station counts as the incident's.
_WANT_UPLOAD: Final = """INSERT INTO blobs (sha256, size, rank, about, waits) VALUES (?, ?, ?, ?, 'upload')
    ON CONFLICT (sha256) DO UPDATE SET waits = iif(waits = '', '', 'upload'), moved = iif(waits = '', moved, 0),
        tries = 0, not_before = '', reason = '', about = min(about, excluded.about)"""
_WANT_DOWNLOAD: Final = """INSERT INTO blobs (sha256, size, rank, about, waits) VALUES (?, ?, ?, ?, 'download')
    ON CONFLICT (sha256) DO UPDATE SET about = excluded.about WHERE excluded.about < about"""
_WANT_ARCHIVED: Final = "UPDATE blobs SET rank = ? WHERE sha256 = ? AND rank = 3"  # `TransferPriority.ARCHIVE`
_NOTE_REMOVED: Final = "UPDATE blobs SET rank = ? WHERE sha256 = ? AND waits = 'download' AND about = 'station'"
# Thumbnails first, incidents before stations, then uploads before downloads, then the smallest.
_ORDER: Final = "ORDER BY rank, about, waits DESC, size, sha256"


class TransferDirection(StrEnum):
    """The direction in which an attachment must still be transferred."""

    UPLOAD = "upload"
    DOWNLOAD = "download"
    NONE = ""


class TransferPriority(IntEnum):
    """The priority of a transfer."""

    ASKED_FOR = 0  # a user wants to see it now
    THUMBNAIL = 1
    FILE = 2
    ARCHIVE = 3  # of a closed subject: downloaded only on request


class QueuedBlob(msgspec.Struct, frozen=True):
    """An attachment in the queue: `moved` of `size` bytes are transferred, `tries` attempts failed.

    `about` is the kind of subject that it is attached to, `incident` if one of several is an incident.
    `reason` describes a failure; it is empty for one that is merely waiting.
    """

    sha256: str
    size: int
    waits: TransferDirection = TransferDirection.NONE
    rank: TransferPriority = TransferPriority.FILE
    moved: int = 0
    tries: int = 0
    not_before: datetime | None = None
    reason: str = ""
    about: str = "incident"


class BlobTable:
    """Reads and writes the transfer queue; writing needs an open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def queue_upload(self, attached: Attachment, *, about: str, reissued: bool = False) -> None:
        """Queue the upload of an own attachment and its thumbnail; one that was sent before only if `reissued`."""
        self._connection.executemany(_WANT_UPLOAD, _rows((attached,), about))
        if reissued:
            for sha256, _size in attached.files:
                self.requeue(sha256, TransferDirection.UPLOAD)

    def queue_download(self, attached: Attachment, *, about: str) -> None:
        """Queue the download of an attachment and its thumbnail."""
        self._connection.executemany(_WANT_DOWNLOAD, _rows((attached,), about))

    def queue_archived(self, attached: Iterable[Attachment], *, about: str) -> None:
        """Queue attachments of closed subjects; they are downloaded only on request."""
        self._connection.executemany(_WANT_DOWNLOAD, _rows(attached, about, rank=TransferPriority.ARCHIVE))

    def archive_removed(self, attached: Iterable[Attachment]) -> None:
        """Lower the priority of attachments removed from a station that have not arrived."""
        rows = [(TransferPriority.ARCHIVE, sha256) for a in attached for sha256, _size in a.files]
        self._connection.executemany(_NOTE_REMOVED, rows)

    def requeue_archived(self, attached: Iterable[Attachment]) -> None:
        """Restore the priority of attachments of reopened subjects."""
        rows = [(_rank(is_file=sha256 == a.sha256), sha256) for a in attached for sha256, _size in a.files]
        self._connection.executemany(_WANT_ARCHIVED, rows)

    def find(self, sha256: str) -> QueuedBlob | None:
        """Return an attachment's place in the queue; None if it is unknown."""
        query = f"SELECT {_COLUMNS} FROM blobs WHERE sha256 = ?"  # noqa: S608 - our own column names
        row = self._connection.execute(query, (sha256,)).fetchone()
        return _read(row) if row else None

    def waiting(
        self, *ways: TransferDirection, up_to: TransferPriority = TransferPriority.FILE
    ) -> tuple[QueuedBlob, ...]:
        """Return the attachments to transfer in these directions, in queue order."""
        marks = ", ".join("?" * len(ways))
        query = f"SELECT {_COLUMNS} FROM blobs WHERE waits IN ({marks}) AND rank <= ? {_ORDER}"  # noqa: S608 - likewise
        return tuple(_read(row) for row in self._connection.execute(query, (*ways, up_to)))

    def settled(self) -> tuple[str, ...]:
        """Return the attachments that need no transfer."""
        return tuple(row[0] for row in self._connection.execute("SELECT sha256 FROM blobs WHERE waits = ''"))

    def known(self) -> tuple[str, ...]:
        """Return all attachments that were ever queued."""
        return tuple(row[0] for row in self._connection.execute("SELECT sha256 FROM blobs"))

    def forget(self, attachments: Iterable[str]) -> None:
        """Delete attachments from the queue and from those that are known."""
        self._connection.executemany("DELETE FROM blobs WHERE sha256 = ?", ((each,) for each in attachments))

    def done(self, sha256: str) -> None:
        """Record a completed transfer."""
        self._connection.execute(
            "UPDATE blobs SET waits = '', moved = size, tries = 0, not_before = '', reason = '' WHERE sha256 = ?",
            (sha256,),
        )

    def moved(self, sha256: str, moved: int) -> None:
        """Record the number of transferred bytes and clear an earlier failure."""
        self._connection.execute("UPDATE blobs SET moved = ?, reason = '' WHERE sha256 = ?", (moved, sha256))

    def postpone(self, sha256: str, *, not_before: datetime, reason: str) -> None:
        """Postpone a transfer; `reason` is empty where nothing is wrong."""
        self._connection.execute(
            "UPDATE blobs SET tries = tries + 1, not_before = ?, reason = ? WHERE sha256 = ?",
            (not_before.isoformat(), reason, sha256),
        )

    def requeue(self, sha256: str, way: TransferDirection, *, rank: TransferPriority | None = None) -> None:
        """Queue a transfer again, optionally with another priority."""
        self._connection.execute(
            "UPDATE blobs SET waits = ?, rank = coalesce(?, rank), moved = 0, tries = 0, not_before = '', reason = ''"
            " WHERE sha256 = ?",
            (way, rank, sha256),
        )


def _rows(
    attached: Iterable[Attachment], about: str, *, rank: TransferPriority | None = None
) -> Iterator[tuple[str, int, TransferPriority, str]]:
    for attachment in attached:
        for sha256, size in attachment.files:
            own = _rank(is_file=sha256 == attachment.sha256)
            yield sha256, size, own if rank is None else rank, about


def _rank(*, is_file: bool) -> TransferPriority:
    return TransferPriority.FILE if is_file else TransferPriority.THUMBNAIL


def _read(row: tuple[str, int, str, int, int, int, str, str, str]) -> QueuedBlob:
    sha256, size, waits, rank, moved, tries, not_before, reason, about = row
    due = datetime.fromisoformat(not_before) if not_before else None
    return QueuedBlob(
        sha256, size, TransferDirection(waits), TransferPriority(rank), moved, tries, due, reason, about
    )
