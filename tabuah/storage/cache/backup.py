"""Backup by SQLite's online copy, verified before it gets its name."""

import os
import sqlite3
from pathlib import Path

from tabuah.resources.localisation import _
from tabuah.storage.cache.connection import expected_errors, find_damage
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.data_files import is_data_file


def back_up(connection: sqlite3.Connection, source: Path, file: Path) -> None:
    """Copy an open database to `file`; an existing file stays until the copy is verified.

    Raises:
        CacheError: the copy could not be written or is damaged.
    """
    file = file.expanduser().absolute()
    if is_data_file(file) or (file.exists() and file.samefile(source)):
        raise CacheError(_("{file} is the data itself; choose another file.").format(file=file))
    if not file.parent.is_dir():
        raise CacheError(_("There is no folder {folder}.").format(folder=file.parent))
    temporary = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        with expected_errors(temporary):
            _copy(connection, temporary)
        temporary.replace(file)
    except OSError as error:
        raise CacheError(_("{file} cannot be written: {reason}").format(file=file, reason=error)) from error
    finally:
        temporary.unlink(missing_ok=True)


def _copy(connection: sqlite3.Connection, temporary: Path) -> None:
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    copy = sqlite3.connect(temporary, isolation_level=None)
    try:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # a single file that can be moved
        finding = find_damage(copy, thorough=True)
    finally:
        copy.close()
    if finding:
        raise CacheError(_("The copy is damaged ({finding}); try another disk.").format(finding=finding))
