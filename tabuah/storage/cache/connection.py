"""Connections to the cache: header and schema check, pragmas, and translation of SQLite's errors."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tabuah.resources.localisation import _
from tabuah.storage.cache.data_directory import DirectoryLock
from tabuah.storage.cache.errors import CacheBusy, CacheError, DamagedCache, DiskFull, NewerCache
from tabuah.storage.cache.schema import MIGRATION_NAMES, MIGRATION_SET, OWN_TABLES, SEARCH_TABLES, migrate
from tabuah.storage.data_files import make_private

BUSY_TIMEOUT_S: Final = 15.0
QUICK_CHECK_BYTES: Final = 32 * 1024 * 1024  # a larger file takes too long to check at start
_FULL: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def open_cache(path: Path) -> sqlite3.Connection:
    """Open the cache, creating or migrating it where needed; the connection belongs to this thread.

    Only SQLite may open this file: closing any other descriptor of it drops all locks that this process
    has on it (sqlite.org/howtocorrupt.html, 2.2), and the next process to close would delete the
    write-ahead log under us.

    On a completely full disk the result is a read-only copy in memory; see `read_into_memory`.

    Raises:
        DamagedCache: it is damaged, or not a Tabuah cache.
        NewerCache: a newer version wrote it.
        DiskFull: it cannot be created, or needs a migration first.
    """
    try:
        return _open(path)
    except DiskFull:
        if not path.is_file() or path.stat().st_size == 0:
            raise
        return _open_on_full_disk(path)


def _open_on_full_disk(path: Path) -> sqlite3.Connection:
    with expected_errors(path):
        connection = read_into_memory(path)
        try:
            finding = find_damage(connection, thorough=False)
            if finding:
                raise DamagedCache(path, finding)
            if _applied(connection, path) != set(MIGRATION_NAMES):
                raise DiskFull(path)
            _check_tables(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


def _open(path: Path) -> sqlite3.Connection:
    with expected_errors(path):
        _create_private(path)
        connection = _connect(path)
        try:
            _initialise(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def expected_errors(path: Path) -> Iterator[None]:
    """Translate SQLite's expected errors into errors of the cache."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
        if code in _DAMAGED:
            raise DamagedCache(path, str(error)) from error
        if code in _BUSY:
            raise CacheBusy(path) from error
        if code in _FULL:
            raise DiskFull(path) from error
        raise


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Run a write transaction that takes the write lock first, so that its reads stay valid."""
    with expected_errors(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def find_damage(connection: sqlite3.Connection, *, thorough: bool) -> str:
    """Return SQLite's own check result; empty when the file is sound."""
    pragma = "PRAGMA integrity_check(1)" if thorough else "PRAGMA quick_check(1)"
    try:
        finding = str(connection.execute(pragma).fetchone()[0])
    except sqlite3.OperationalError as error:
        if "fts5" in str(error):  # the search index cannot even be opened
            return str(error)
        raise
    return "" if finding == "ok" else finding


def _create_private(path: Path) -> None:
    try:
        make_private(path)
    except OSError as error:
        raise DiskFull(path) from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, cached_statements=256)
    try:
        connection.create_function("tabuah_writer", 0, lambda: 1)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _initialise(connection: sqlite3.Connection, path: Path) -> None:
    if path.stat().st_size <= QUICK_CHECK_BYTES:
        finding = find_damage(connection, thorough=False)
        if finding:
            raise DamagedCache(path, finding)
    _use_wal(connection, path)
    if _applied(connection, path) != set(MIGRATION_NAMES):
        with DirectoryLock(path.parent, "migration", wait_s=BUSY_TIMEOUT_S):
            _migrate(connection)
    _check_tables(connection, path)


def _check_tables(connection: sqlite3.Connection, path: Path) -> None:
    """Check that all tables exist: triggers keep other programs from writing, but not from DROP TABLE."""
    lost = (OWN_TABLES | SEARCH_TABLES).difference(_tables(connection))
    if lost:
        raise DamagedCache(path, _("another program removed {tables}").format(tables=", ".join(sorted(lost))))


def _use_wal(connection: sqlite3.Connection, path: Path) -> None:
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise CacheError(_("SQLite cannot use its write-ahead log for {path}.").format(path=path))


def _migrate(connection: sqlite3.Connection) -> None:
    from sqlite_utils import Database  # noqa: PLC0415 - slow to load and rarely needed

    migrate(Database(connection))
    # other programs recognise a GeoPackage by the header of the main file, so the log is written back
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _applied(connection: sqlite3.Connection, path: Path) -> set[str]:
    tables = _tables(connection)
    if "_sqlite_migrations" not in tables:
        if tables:
            raise DamagedCache(path, _("another program made it"))
        return set()
    names = "SELECT name FROM _sqlite_migrations WHERE migration_set = ?"
    applied = {row[0] for row in connection.execute(names, (MIGRATION_SET,))}
    if applied - set(MIGRATION_NAMES):
        raise NewerCache(path)
    return applied


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


LOCK_WAIT_S: Final = 5.0


def read_into_memory(path: Path) -> sqlite3.Connection:
    """Return a read-only copy of the cache in memory, for a disk that is too full even for reading.

    The file is locked only while it is copied. In exclusive mode SQLite keeps the index of its
    write-ahead log in memory and creates no file for it (sqlite.org/wal.html, 6); the file and its log
    stay unchanged.

    Raises:
        sqlite3.Error: it cannot be read even so.
    """
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        if os.access(path, os.W_OK):
            _read_exclusively(path, copy)
        else:
            _read_from_read_only_disk(path, copy)
        copy.execute("PRAGMA query_only = ON")
    except BaseException:
        copy.close()
        raise
    return copy


def _read_exclusively(path: Path, copy: sqlite3.Connection) -> None:
    uri = f"{path.absolute().as_uri()}?mode=rw"  # mode=rw never creates an empty file
    with closing(sqlite3.connect(uri, uri=True, timeout=LOCK_WAIT_S, isolation_level=None)) as file:
        file.execute("PRAGMA locking_mode = EXCLUSIVE")
        file.backup(copy)


def _read_from_read_only_disk(path: Path, copy: sqlite3.Connection) -> None:
    """Read copies of the files: SQLite cannot open a database in WAL mode where it may not write at all.

    Nothing can be locked or written there, so that opening the files by other means is harmless.
    """
    with tempfile.TemporaryDirectory() as folder:
        for source in (path, path.with_name(f"{path.name}-wal")):
            if source.is_file():
                shutil.copyfile(source, Path(folder) / source.name)
        _read_exclusively(Path(folder) / path.name, copy)


def is_read_only_copy(connection: sqlite3.Connection) -> bool:
    """Return whether a connection is to a copy from `read_into_memory`."""
    return bool(connection.execute("PRAGMA query_only").fetchone()[0])
