"""The files of a setup import: replaced after its entries are committed, also by the next start."""

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.entries import Draft
from tabuah.resources.localisation import _
from tabuah.server.errors import UnusableDirectory
from tabuah.server.journal import ServerJournal
from tabuah.storage.data_files import replace_private
from tabuah.storage.journal.wire import decode_entry
from tabuah.storage.process_lock import AlreadyLocked, ProcessLock
from tabuah.storage.small_files import DamagedSmallFile, read_json_file, read_small_text

log = logging.getLogger(__name__)

PENDING_NAME: Final = "setup-import.json"
MAX_PENDING_BYTES: Final = 64 << 20  # the texts of five files and the body of an entry
LOCK_NAME: Final = "setup-import.lock"


class PendingFiles(msgspec.Struct, frozen=True, kw_only=True):
    """Texts of files that wait for the commit of an import: an entry after `after_seq` proves it."""

    texts: dict[str, str]
    after_seq: int
    subject: str
    kind: str
    body: msgspec.Raw


@contextlib.contextmanager
def locked_import(journal: ServerJournal) -> Iterator[None]:
    """Hold the lock of imports, so that a start leaves the pending files alone; files of a killed import come first.

    Raises:
        AlreadyLocked: another import runs.
        OSError: the disk is full or read-only.
    """
    lock = ProcessLock(journal.directory.path / LOCK_NAME)
    lock.acquire()
    try:
        finish_files(journal)
        yield
    finally:
        lock.release()


def finish_killed_import(journal: ServerJournal) -> None:
    """Finish the files of an import that was killed, at a start; those of a running import belong to it."""
    if not (journal.directory.path / PENDING_NAME).exists():
        return
    try:
        with locked_import(journal):
            pass
    except AlreadyLocked:
        pass
    except OSError as error:
        log.warning("the files of a setup import stay pending: %s", error)


def present_text(directory: Path, name: str) -> str | None:
    """Return the text of a file of the server; None where there is none.

    Raises:
        UnusableDirectory: it cannot be read.
    """
    path = directory / name
    try:
        return read_small_text(path) if path.exists() else None
    except (OSError, ValueError) as error:
        text = _("{file} cannot be read: {reason}. Nothing was changed.")
        raise UnusableDirectory(text.format(file=path, reason=getattr(error, "strerror", "") or error)) from error


def prepare_files(journal: ServerJournal, texts: Mapping[str, str], drafts: Sequence[Draft]) -> None:
    """Keep the texts of files until `finish_files`; without drafts nothing has to be committed before.

    Raises:
        OSError: they cannot be written; nothing was changed.
    """
    if not drafts:
        _replace(journal.directory.path, texts)
    elif texts:
        first = drafts[0]
        after_seq = journal.head().seq
        pending = PendingFiles(
            texts=dict(texts), after_seq=after_seq, subject=first.subject, kind=first.kind, body=first.body
        )
        replace_private(journal.directory.path / PENDING_NAME, msgspec.json.encode(pending))


def finish_files(journal: ServerJournal) -> None:
    """Put pending files in place if the entries of their import are committed, and discard them if not.

    Raises:
        OSError: one cannot be written; they stay pending.
    """
    file = journal.directory.path / PENDING_NAME
    pending = _read(file)
    if pending is not None and _is_committed(journal, pending):
        _replace(journal.directory.path, pending.texts)
    file.unlink(missing_ok=True)


def _read(file: Path) -> PendingFiles | None:
    """Return the pending files; None without any, or if the file is damaged: it was written before the entries."""
    with contextlib.suppress(FileNotFoundError, DamagedSmallFile):
        return read_json_file(file, PendingFiles, at_most=MAX_PENDING_BYTES)
    return None


def _is_committed(journal: ServerJournal, pending: PendingFiles) -> bool:
    entries = (decode_entry(record.text) for record in journal.records_of(pending.subject, pending.after_seq))
    return any(entry.kind == pending.kind and entry.body == pending.body for entry in entries)


def _replace(directory: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        replace_private(directory / name, text.encode())
