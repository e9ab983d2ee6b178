"""Online copies of SQLite databases: one state of a database that is in use, without blocking its writer."""

import os
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tabuah.storage.backup.errors import DamagedBackup
from tabuah.storage.backup.write_pace import WritePace

STEP_PAGES: Final = 128
_PAGE_BYTES: Final = 4096
BUSY_TIMEOUT_S: Final = 10.0


class DatabaseSnapshot:
    """A read transaction on a database in WAL mode: it sees one state, and does not block writers.

    The copy is made from this transaction. Without it, SQLite would start a copy again after every commit
    of another process (sqlite.org/c3ref/backup_finish.html), and never finish on a busy server.
    """

    def __init__(self, path: Path) -> None:
        """Begin the transaction.

        Raises:
            sqlite3.Error: the database cannot be read.
        """
        self.path = path
        uri = f"{path.absolute().as_uri()}?mode=rw"  # mode=rw never creates an empty file
        self.connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        try:
            self.connection.execute("BEGIN")
            self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            self.connection.close()
            raise

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our names

    def copy_to(self, target: Path) -> None:
        """Copy the database in small steps, with pauses that leave half of the disk's time to the writer.

        Raises:
            sqlite3.Error, OSError: the copy could not be written.
        """
        # Opened before SQLite opens it and closed after SQLite has closed it: see `open_cache`.
        descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            copy = sqlite3.connect(target, isolation_level=None)
            try:
                copy.execute("PRAGMA synchronous = OFF")
                self.connection.backup(copy, pages=STEP_PAGES, progress=_Throttle(descriptor))
                copy.execute("PRAGMA journal_mode = DELETE")  # a single file that can be moved
            finally:
                copy.close()
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """End the transaction, and write the log back, which had to wait for it."""
        try:
            self.connection.execute("COMMIT")
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # here, not in the writer's next commit
        finally:
            self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Throttle:
    """Called after each step: pauses, and flushes before much is unwritten."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._pace = WritePace()
        self._copied = 0

    def __call__(self, _status: int, remaining: int, total: int) -> None:
        copied = (total - remaining) * _PAGE_BYTES
        self._pace.wrote(copied - self._copied, self._descriptor)
        self._copied = copied
        self._pace.pause()


def check_integrity(path: Path, *, quick: bool = False) -> None:
    """Let SQLite check a file, thoroughly unless `quick`.

    Raises:
        DamagedBackup: SQLite finds it damaged.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        pragma = "PRAGMA quick_check(1)" if quick else "PRAGMA integrity_check(1)"
        finding = str(connection.execute(pragma).fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise DamagedBackup(path, str(error)) from error
    finally:
        connection.close()
    if finding != "ok":
        raise DamagedBackup(path, finding)
