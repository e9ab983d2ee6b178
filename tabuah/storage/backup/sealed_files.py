"""Files of a sealed backup: each is a sealed box of its own, so that unchanged ones can be shared between backups."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from tabuah.resources.localisation import _
from tabuah.storage.backup.errors import BackupError, DamagedBackup
from tabuah.storage.backup.write_pace import WritePace
from tabuah.storage.journal.errors import JournalError, NotForThisDevice
from tabuah.storage.journal.sealed_box import Recipient, open_pieces, seal_pieces
from tabuah.storage.journal.signatures import DeviceKey

_READ_BYTES: Final = 1024 * 1024


def seal_file(name: str, source: Path, target: Path, recipient: Recipient, pace: WritePace) -> tuple[int, str, str]:
    """Seal a file into a new one.

    Returns:
        Size and SHA-256 of the content, and SHA-256 of the sealed file.

    Raises:
        OSError: one of them cannot be read or written.
    """
    content, box, size = hashlib.sha256(), hashlib.sha256(), 0

    def pieces(file: IO[bytes]) -> Iterator[bytes]:
        nonlocal size
        while piece := file.read(_READ_BYTES):
            content.update(piece)
            size += len(piece)
            yield piece

    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as written, source.open("rb") as file:
        for sealed in seal_pieces(pieces(file), (recipient,), _context(name)):
            box.update(sealed)
            pace.wrote(written.write(sealed), descriptor)
        written.flush()
        os.fsync(descriptor)
    return size, content.hexdigest(), box.hexdigest()


def open_file(name: str, sealed: IO[bytes], key: DeviceKey, take: Callable[[bytes], object], path: Path) -> None:
    """Pass the content of a sealed file to `take`, piece by piece.

    Args:
        name: of the file in the backup.
        sealed: the sealed file.
        key: the private key.
        take: receives the content, of which only the end proves that it is whole.
        path: the backup, for messages.

    Raises:
        BackupError: it was sealed to another key.
        DamagedBackup: it was altered or cut.
    """
    try:
        for piece in open_pieces(sealed, key, _context(name)):
            take(piece)
    except NotForThisDevice as error:
        raise BackupError(_("{path} was sealed to another key; nothing was restored.").format(path=path)) from error
    except JournalError as error:
        raise DamagedBackup(path, f"{name}: {error}") from error


def _context(name: str) -> bytes:
    return b"backup/" + name.encode()
