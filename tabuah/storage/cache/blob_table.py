"""Which attachments must still be sent to the server or fetched from it, how far each is, and what went wrong."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

import msgspec

from tabuah.operations.attachments import Attachment

_COLUMNS: Final = "sha256, size, waits, rank, moved, tries, not_before, reason, about"
# What is here now need not come any more: it may have to go. What hangs on an incident, too, counts as an incident's.
_WANT_UPLOAD: Final = """INSERT INTO blobs (sha256, size, rank, about, waits) VALUES (?, ?, ?, ?, 'upload')
    ON CONFLICT (sha256) DO UPDATE SET waits = iif(waits = '', '', 'upload'), moved = iif(waits = '', moved, 0),
        tries = 0, not_before = '', reason = '', about = min(about, excluded.about)"""
_WANT_DOWNLOAD: Final = """INSERT INTO blobs (sha256, size, rank, about, waits) VALUES (?, ?, ?, ?, 'download')
    ON CONFLICT (sha256) DO UPDATE SET about = excluded.about WHERE excluded.about < about"""
_WANT_ARCHIVED: Final = "UPDATE blobs SET rank = ? WHERE sha256 = ? AND rank = 3"  # that of `Rank.ARCHIVE`
_NOTE_REMOVED: Final = "UPDATE blobs SET rank = ? WHERE sha256 = ? AND waits = 'download' AND about = 'station'"
# Small pictures before everything else, and incidents before stations; then what goes before what comes; then the
# smallest.
_ORDER: Final = "ORDER BY rank, about, waits DESC, size, sha256"


class Way(StrEnum):
    """Where an attachment must still go."""

    UPLOAD = "upload"
    DOWNLOAD = "download"
    NONE = ""


class Rank(IntEnum):
    """What travels first."""

    ASKED_FOR = 0  # somebody wants to see it now
    THUMBNAIL = 1
    FILE = 2
    ARCHIVE = 3  # of what is over: it comes when somebody wants to see it


class WaitingBlob(msgspec.Struct, frozen=True):
    """An attachment by its content: `size` in bytes, `moved` of which are over; `tries` failed.

    `about` is the kind of subject that it is attached to, `incident` where one is among several. `reason` says in
    words why it failed; it is empty for one whose turn has not come.
    """

    sha256: str
    size: int
    waits: Way = Way.NONE
    rank: Rank = Rank.FILE
    moved: int = 0
    tries: int = 0
    not_before: datetime | None = None
    reason: str = ""
    about: str = "incident"


class BlobTable:
    """Reads and writes what attachments wait for; writing needs an open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def want_upload(self, attached: Attachment, *, about: str) -> None:
        """An own attachment must go to the server, its thumbnail, too."""
        self._connection.executemany(_WANT_UPLOAD, _rows((attached,), about))

    def want_download(self, attached: Attachment, *, about: str) -> None:
        """An attachment should come here, its thumbnail, too."""
        self._connection.executemany(_WANT_DOWNLOAD, _rows((attached,), about))

    def note_archived(self, attached: Iterable[Attachment], *, about: str) -> None:
        """Attachments of what is over: they are at the server and come only when somebody asks for them."""
        self._connection.executemany(_WANT_DOWNLOAD, _rows(attached, about, rank=Rank.ARCHIVE))

    def note_removed(self, attached: Iterable[Attachment]) -> None:
        """Attachments that somebody has taken from a station: what has not come yet need not."""
        rows = [(Rank.ARCHIVE, sha256) for a in attached for sha256, _size in a.files]
        self._connection.executemany(_NOTE_REMOVED, rows)

    def want_archived(self, attached: Iterable[Attachment]) -> None:
        """Attachments of what is not over any more: those that are not here should come."""
        rows = [(_rank(is_file=sha256 == a.sha256), sha256) for a in attached for sha256, _size in a.files]
        self._connection.executemany(_WANT_ARCHIVED, rows)

    def find(self, sha256: str) -> WaitingBlob | None:
        """How an attachment stands; None for one that is not known."""
        query = f"SELECT {_COLUMNS} FROM blobs WHERE sha256 = ?"  # noqa: S608 - our own column names
        row = self._connection.execute(query, (sha256,)).fetchone()
        return _read(row) if row else None

    def waiting(self, *ways: Way, up_to: Rank = Rank.FILE) -> tuple[WaitingBlob, ...]:
        """What must go these ways, in the order in which it should."""
        marks = ", ".join("?" * len(ways))
        query = f"SELECT {_COLUMNS} FROM blobs WHERE waits IN ({marks}) AND rank <= ? {_ORDER}"  # noqa: S608 - likewise
        return tuple(_read(row) for row in self._connection.execute(query, (*ways, up_to)))

    def settled(self) -> tuple[str, ...]:
        """What is where it should be."""
        return tuple(row[0] for row in self._connection.execute("SELECT sha256 FROM blobs WHERE waits = ''"))

    def done(self, sha256: str) -> None:
        """It is where it should be."""
        self._connection.execute(
            "UPDATE blobs SET waits = '', moved = size, tries = 0, not_before = '', reason = '' WHERE sha256 = ?",
            (sha256,),
        )

    def moved(self, sha256: str, moved: int) -> None:
        """So many bytes of it are over: it is under way again, whatever was wrong before."""
        self._connection.execute("UPDATE blobs SET moved = ?, reason = '' WHERE sha256 = ?", (moved, sha256))

    def put_off(self, sha256: str, *, not_before: datetime, reason: str) -> None:
        """It did not move; `reason` is empty where nothing is wrong but its turn has not come."""
        self._connection.execute(
            "UPDATE blobs SET tries = tries + 1, not_before = ?, reason = ? WHERE sha256 = ?",
            (not_before.isoformat(), reason, sha256),
        )

    def turn(self, sha256: str, way: Way, *, rank: Rank | None = None) -> None:
        """Send it again, fetch it again, or fetch it before the others."""
        self._connection.execute(
            "UPDATE blobs SET waits = ?, rank = coalesce(?, rank), moved = 0, tries = 0, not_before = '', reason = ''"
            " WHERE sha256 = ?",
            (way, rank, sha256),
        )


def _rows(
    attached: Iterable[Attachment], about: str, *, rank: Rank | None = None
) -> Iterator[tuple[str, int, Rank, str]]:
    for attachment in attached:
        for sha256, size in attachment.files:
            own = _rank(is_file=sha256 == attachment.sha256)
            yield sha256, size, own if rank is None else rank, about


def _rank(*, is_file: bool) -> Rank:
    return Rank.FILE if is_file else Rank.THUMBNAIL


def _read(row: tuple[str, int, str, int, int, int, str, str, str]) -> WaitingBlob:
    sha256, size, waits, rank, moved, tries, not_before, reason, about = row
    due = datetime.fromisoformat(not_before) if not_before else None
    return WaitingBlob(sha256, size, Way(waits), Rank(rank), moved, tries, due, reason, about)
