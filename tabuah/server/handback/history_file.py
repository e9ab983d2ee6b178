"""History files: the records of a history that was given up, kept with a signed checkpoint for audits and exports.

The first line is the header, each other line one record. The file has no personal values: entries hold only
commitments to them, and an erasure does not reach copies of a file.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from tabuah.operations.entries import GENESIS
from tabuah.resources.localisation import _
from tabuah.server.errors import DamagedData, UnusableDirectory
from tabuah.storage.journal.checkpoint import SignedCheckpoint
from tabuah.storage.journal.handback import JournalPosition
from tabuah.storage.journal.wire import Record

FOLDER: Final = "histories"
SUFFIX: Final = ".jsonl"
_FORMAT: Final = "tabuah-history/1"

LineT = TypeVar("LineT", bound=msgspec.Struct)


class HistoryHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: the last record that both histories have, and the server's signature of the newest one here."""

    format: str
    server: str
    after: JournalPosition
    checkpoint: SignedCheckpoint


class HistoryFile(msgspec.Struct, frozen=True):
    """An opened history file; `records` reads it once more each time."""

    path: Path
    header: HistoryHeader

    def records(self) -> Iterator[Record]:
        """Yield the records in order.

        Raises:
            DamagedData: a line is not a record.
        """
        with self.path.open("rb") as file:
            next(file, None)
            for line in file:
                yield _decoded(line, Record, self.path)


def write_history(
    directory: Path, records: Sequence[Record], *, after: JournalPosition, checkpoint: SignedCheckpoint, server: str
) -> Path:
    """Write the records of a history into the server's directory; a file of the same history is replaced.

    Raises:
        UnusableDirectory: the disk does not take it.
    """
    header = HistoryHeader(format=_FORMAT, server=server, after=after, checkpoint=checkpoint)
    path = directory / FOLDER / f"{records[0].seq}-{records[-1].hash[:12]}{SUFFIX}"
    new = path.with_suffix(".new")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(_open_private(new), "wb") as file:
            for line in (header, *records):
                file.write(msgspec.json.encode(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        message = _("{path} cannot be used: {reason}").format(path=path, reason=error.strerror or error)
        raise UnusableDirectory(message) from error
    return path


def open_history(path: Path) -> HistoryFile:
    """Open a history file.

    Raises:
        DamagedData: it is none.
    """
    with path.open("rb") as file:
        header = _decoded(file.readline(), HistoryHeader, path)
    if header.format != _FORMAT or (header.after.seq == 0 and header.after.hash != GENESIS):
        raise DamagedData(_("{path} is not a history that was given up.").format(path=path))
    return HistoryFile(path, header)


def _open_private(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)


def _decoded(line: bytes, kind: type[LineT], path: Path) -> LineT:
    try:
        return msgspec.json.decode(line, type=kind)
    except msgspec.DecodeError as error:
        raise DamagedData(_("{path} is not a history that was given up.").format(path=path)) from error
