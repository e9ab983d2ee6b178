"""Errors of backups.

BackupError
└── DamagedBackup   a backup, or the data to copy, is damaged or incomplete
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tabuah.resources.localisation import _

_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class BackupError(Exception):
    """A backup cannot be written or restored; the message is shown to the user. Nothing was replaced."""


class DamagedBackup(BackupError):
    """A backup, or the data to copy, cannot be trusted."""

    def __init__(self, path: Path | str, finding: str) -> None:
        message = _("{path} is damaged or incomplete ({finding}).")
        super().__init__(message.format(path=path, finding=" ".join(finding.split())))


@contextmanager
def expected_backup_errors(path: Path) -> Iterator[None]:
    """Translate errors of the disk and of SQLite into errors of backups."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF in _DAMAGED:
            raise DamagedBackup(path, str(error)) from error
        raise BackupError(_failed(path, str(error))) from error
    except OSError as error:
        raise BackupError(_failed(path, error.strerror or str(error))) from error


def _failed(path: Path, reason: str) -> str:
    return _("The backup failed at {path}: {reason}").format(path=path, reason=reason)
