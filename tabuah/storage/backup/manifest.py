"""The manifest of a backup: what it is a copy of, and every file with its SHA-256."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

MANIFEST_NAME: Final = "backup.json"
FORMAT: Final = 1
SEALED_FORMAT: Final = 2  # earlier versions cannot read sealed files, and say that the backup is newer


class BackupKind(StrEnum):
    """The owner of the data in a backup."""

    CONSOLE = "console"
    SERVER = "server"


class BackupFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file of a backup: its path with `/`, its size in bytes and its SHA-256 in hex.

    Of a sealed file they describe the content; `sealed_sha256` is then the SHA-256 of the file as it is on the disk.
    """

    name: str
    size: int
    sha256: str
    sealed_sha256: str = ""


class BackupManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The contents of a backup.

    `seq` and `hash` are the head of the journal, `pending` counts unsynced entries, `damaged` names
    attachments that were damaged at the time of the copy and are not in it. `sealed_to` is the id of the key to
    which its files are sealed, or empty.
    """

    format: int = FORMAT
    kind: BackupKind
    program: str
    copied_at: datetime
    server: str
    seq: int
    hash: str
    subjects: int
    readings: int
    attachments: int
    pending: int = 0
    damaged: tuple[str, ...] = ()
    sealed_to: str = ""
    files: tuple[BackupFile, ...] = ()
