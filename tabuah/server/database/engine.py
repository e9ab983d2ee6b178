"""Opening the server's database: SQLite in WAL mode that is only satisfied when the disk is."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from tabuah.resources.catalogue import _
from tabuah.server.errors import UnsupportedDatabase, UnusableDirectory
from tabuah.storage.private_files import make_private

FILE_NAME: Final = "journal.db"
# A command that writes beside the server holds the lock for milliseconds; longer means that something is wrong.
LOCK_WAIT_S: Final = 10.0


def database_url(directory: Path, wanted: str = "") -> URL:
    """Where the database is: the file in `directory` unless `wanted` names another.

    Raises:
        UnsupportedDatabase: `wanted` is no SQLite URL.
    """
    if not wanted:
        return URL.create("sqlite", database=str(directory / FILE_NAME))
    try:
        url = make_url(wanted)
    except ArgumentError as error:
        message = _("{url} is no database URL; expected sqlite:///FILE.").format(url=wanted)
        raise UnsupportedDatabase(message) from error
    if url.get_backend_name() == "postgresql":
        raise UnsupportedDatabase(
            _("PostgreSQL comes with a later version of Tabuah; leave --database out to use the built-in SQLite.")
        )
    if url.drivername != "sqlite" or not url.database or url.database == ":memory:":
        raise UnsupportedDatabase(_("{url} is no database URL; expected sqlite:///FILE.").format(url=wanted))
    return url


def open_engine(url: URL) -> Engine:
    """An engine whose connections begin no transaction by themselves; the writer says BEGIN IMMEDIATE.

    The file is its owner's only: it holds password hashes and what callers said about themselves.

    Raises:
        UnusableDirectory: the file cannot be made.
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


def _prepare(connection: SqliteConnection, _record: Any) -> None:
    try:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -32000"):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()  # the pool leaves one whose preparation fails to the collector
        raise
