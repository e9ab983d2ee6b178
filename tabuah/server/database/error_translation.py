"""Translation of database errors: disk full, damaged, locked, or unexpected."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError

from tabuah.resources.localisation import _
from tabuah.server.errors import DamagedData, ServerError, StorageFailed, StorageFull

_PRIMARY_CODE: Final = 0xFF  # SQLite's extended codes keep the primary one in the low byte


def translate_database_error(error: DBAPIError) -> ServerError | None:
    """Return the server error for a database error; None when it is a bug."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY_CODE
    match code:
        case sqlite3.SQLITE_FULL:
            return StorageFull(_("The server's disk is full: nothing was saved. Free some space and try again."))
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return DamagedData(_("The server's database is damaged: restore the newest backup."))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageFailed(_("The server's database is locked by another program: nothing was saved."))
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return StorageFailed(
                _("The server cannot write to its disk: nothing was saved. Is the disk full, read-only or failing?")
            )
    return None
