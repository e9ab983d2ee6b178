"""Reading the cache on a disk without a free byte: SQLite needs room even to read, so all of it goes into memory."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

LOCK_WAIT_S: Final = 5.0


def read_into_memory(path: Path) -> sqlite3.Connection:
    """A copy of a cache in memory, with all that was ever saved, that refuses to be written.

    The lock is held while it is copied only. Locked exclusively, SQLite keeps the index of its write-ahead log in
    memory and not beside the file (sqlite.org/wal.html, 6); the file and its log stay as they are.

    Raises:
        sqlite3.Error: it cannot be read even so.
    """
    uri = f"{path.absolute().as_uri()}?mode=rw"  # an empty file is never made here
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=LOCK_WAIT_S, isolation_level=None)) as file:
            file.execute("PRAGMA locking_mode = EXCLUSIVE")
            file.backup(copy)
        copy.execute("PRAGMA query_only = ON")
    except BaseException:
        copy.close()
        raise
    return copy


def is_emergency(connection: sqlite3.Connection) -> bool:
    """Whether a connection is such a copy."""
    return bool(connection.execute("PRAGMA query_only").fetchone()[0])
