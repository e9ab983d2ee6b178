"""Connections to `readings.db`: check, migration, and translation of SQLite's errors."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tabuah.storage.data_files import make_private
from tabuah.storage.readings.errors import (
    DamagedReadings,
    NewerReadings,
    ReadingsBusy,
    ReadingsError,
    ReadingsNotSaved,
)
from tabuah.storage.readings.schema import NEWEST_VERSION, migrate, version_of

BUSY_TIMEOUT_S: Final = 15.0
_CACHE_KIB: Final = 16_000  # keeps in memory the pages of the hour being written, for some thousand series
_CHECKPOINT_PAGES: Final = 4_000  # a page of that hour changes many times before copying it back pays off
_UNWRITABLE: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def open_readings(path: Path, *, durable: bool) -> sqlite3.Connection:
    """Open the file, creating or migrating it where needed; the connection belongs to this thread.

    Args:
        path: path of `readings.db`; its folder must exist.
        durable: wait for the disk at every commit, as a server must before it acknowledges.

    Raises:
        DamagedReadings: it is damaged, or another program's file.
        NewerReadings: a newer version wrote it.
        ReadingsNotSaved: it cannot be created.
    """
    _make_private(path)
    try:
        return _open(path, durable=durable)
    except ReadingsNotSaved:
        if not path.is_file() or path.stat().st_size == 0:
            raise
        return _open_on_full_disk(path)


def _open(path: Path, *, durable: bool) -> sqlite3.Connection:
    with expected_errors(path):
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        try:
            _initialise(connection, path, durable=durable)
        except BaseException:
            connection.close()
            raise
        return connection


def _open_on_full_disk(path: Path) -> sqlite3.Connection:
    """Open read-only and locked on a full disk, so that SQLite needs no shared-memory file."""
    with expected_errors(path):
        uri = f"{path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA query_only = ON")
            if version_of(connection) != NEWEST_VERSION:
                raise ReadingsNotSaved(path)
        except BaseException:
            connection.close()
            raise
        return connection


def _make_private(path: Path) -> None:
    if str(path) == ":memory:":
        return  # SQLite's name for a database without a file
    try:
        make_private(path)
    except OSError as error:
        raise ReadingsNotSaved(path) from error


def _initialise(connection: sqlite3.Connection, path: Path, *, durable: bool) -> None:
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    version = version_of(connection)
    if version > NEWEST_VERSION:
        raise NewerReadings(path)
    if version < NEWEST_VERSION:
        if version == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise DamagedReadings(path, "another program's file")
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode not in ("wal", "memory"):
            raise ReadingsError(f"SQLite refuses WAL for {path}: {mode}")
        migrate(connection)


@contextmanager
def expected_errors(path: Path) -> Iterator[None]:
    """Translate SQLite's expected errors into errors of the store."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
        if code in _DAMAGED:
            raise DamagedReadings(path, str(error)) from error
        if code in _BUSY:
            raise ReadingsBusy(path) from error
        if code in _UNWRITABLE:
            raise ReadingsNotSaved(path) from error
        raise


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Run a write transaction; inside another one, take part in that."""
    if connection.in_transaction:
        yield
        return
    with expected_errors(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            _roll_back(connection)
            raise


def _roll_back(connection: sqlite3.Connection) -> None:
    """Roll back, unless SQLite has done so itself, as it does on a full disk."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")
