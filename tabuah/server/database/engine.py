"""The database engine: SQLite in WAL mode that syncs every commit to disk."""

import atexit
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, Final

from sqlalchemy import URL, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from tabuah.operations.hidden_characters import is_plain
from tabuah.resources.localisation import _
from tabuah.server.errors import StorageFull, UnsupportedDatabase, UnusableDirectory
from tabuah.server.masked_url import without_password
from tabuah.storage.data_files import make_private

FILE_NAME: Final = "journal.db"
# A command that writes in parallel holds the lock for milliseconds; a longer wait means that something is wrong.
LOCK_WAIT_S: Final = 10.0


def database_url(directory: Path, wanted: str = "") -> URL:
    """Return the URL of the database: the file in `directory`, unless `wanted` names another.

    Raises:
        UnsupportedDatabase: `wanted` is not an SQLite URL.
    """
    if not wanted:
        return URL.create("sqlite", database=str(directory / FILE_NAME))
    try:
        url = make_url(wanted)
    except ArgumentError as error:
        message = _("{url} is not a supported database URL; expected sqlite:///FILE.").format(
            url=without_password(wanted)
        )
        raise UnsupportedDatabase(message) from error
    if url.get_backend_name() == "postgresql":
        raise UnsupportedDatabase(
            _("PostgreSQL is not supported yet; leave --database out to use the built-in SQLite.")
        )
    if url.drivername != "sqlite" or not url.database or url.query or not _is_file_name(url.database):
        raise UnsupportedDatabase(
            _("{url} is not a supported database URL; expected sqlite:///FILE.").format(url=without_password(wanted))
        )
    return url


def _is_file_name(text: str) -> bool:
    """Return whether SQLite takes a text as the name of a file; the others are a URI, and no file at all."""
    return is_plain(text) and not text.startswith("file:") and not text.startswith(":")


def open_engine(url: URL) -> Engine:
    """Open an engine whose connections begin no transaction by themselves; the writer executes BEGIN IMMEDIATE.

    The file is readable by its owner only: it contains password hashes and personal data of callers.

    Raises:
        UnusableDirectory: the file cannot be created.
    """
    path = Path(url.database or "")
    try:
        make_private(path)
    except OSError as error:
        raise UnusableDirectory(
            _("{path} cannot be used: {reason}").format(path=path, reason=error.strerror or error)
        ) from error
    engine = create_engine(
        url, connect_args={"isolation_level": None, "timeout": LOCK_WAIT_S}, pool_size=8, max_overflow=32
    )
    event.listen(engine, "connect", _prepare)
    return engine


def open_read_only_engine(url: URL) -> Engine:
    """Open an engine with one connection that writes nothing, for a disk without space.

    In exclusive mode SQLite keeps the index of its write-ahead log in memory and creates no file for it
    (sqlite.org/wal.html, 6). Where it may not write at all it reads the file as immutable, or a copy of the file
    and its log.

    Raises:
        StorageFull: there is a log that cannot be read in place, and no space for a copy.
    """
    path = Path(url.database or "")
    return create_engine("sqlite://", creator=lambda: _connect_read_only(path), poolclass=StaticPool)


def _connect_read_only(path: Path) -> SqliteConnection:
    log = path.with_name(f"{path.name}-wal")
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return _connect_exclusively(path)
    if not log.is_file() or log.stat().st_size == 0:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    folder = Path(tempfile.mkdtemp(prefix="tabuah-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        for source in (path, log):
            shutil.copyfile(source, folder / source.name)
    except OSError as error:
        raise StorageFull(
            _("The server's disk is full: nothing was saved. Free some space and try again.")
        ) from error
    return _connect_exclusively(folder / path.name)


def _connect_exclusively(path: Path) -> SqliteConnection:
    uri = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=LOCK_WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: SqliteConnection, _record: Any) -> None:
    try:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -32000"):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()  # otherwise the pool leaves it to the garbage collector
        raise
