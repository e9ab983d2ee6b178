"""A small SQLite file of the server for what waits to be sent; each commit waits for the disk."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import msgspec

from tabuah.resources.localisation import _
from tabuah.server.errors import ServerError
from tabuah.storage.data_files import make_private

BUSY_TIMEOUT_S: Final = 15.0

StructT = TypeVar("StructT", bound=msgspec.Struct)


class QueueFile:
    """A connection; it belongs to the thread that opened it."""

    def __init__(self, file: Path, scripts: Sequence[str], *, error: type[ServerError]) -> None:
        """Open the file, and create it if needed.

        Args:
            file: readable by its owner only.
            scripts: the statements that lead to each version of the schema; a file of a newer one is not opened.
            error: raised when the file cannot be used.

        Raises:
            ServerError: of the class `error`.
        """
        self._file, self._error = file, error
        try:
            make_private(file)
            self._connection = sqlite3.connect(file, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        except (OSError, sqlite3.Error) as problem:
            raise self._unusable(problem) from problem
        try:
            self._prepare(scripts)
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all or nothing.

        Raises:
            ServerError: the file cannot be written; nothing was saved.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as problem:
            raise self._unusable(problem) from problem

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement.

        Raises:
            ServerError: the file cannot be used.
        """
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as problem:
            raise self._unusable(problem) from problem

    def structs(
        self, kind: type[StructT], columns: Sequence[str], rest: str, values: Sequence[Any] = ()
    ) -> list[StructT]:
        """Return rows as values with these columns as their fields.

        Args:
            kind: the class of a value.
            columns: their names.
            rest: the statement after `SELECT …`, such as `FROM deliveries`.
            values: the parameters.

        Raises:
            ServerError: the file cannot be used.
        """
        found = self.rows(f"SELECT {', '.join(columns)} {rest}", values)
        return [msgspec.convert(dict(zip(columns, row, strict=True)), kind, strict=False) for row in found]

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement and return the number of rows that it changed; call it in a transaction."""
        return self._connection.execute(statement, values).rowcount

    def run_each(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement with each of some rows of parameters; call it in a transaction."""
        self._connection.executemany(statement, rows)

    def insert(self, table: str, columns: Sequence[str], value: msgspec.Struct) -> None:
        """Save a value with these columns as its fields; call it in a transaction."""
        row = [_stored(getattr(value, name)) for name in columns]
        places = ", ".join("?" * len(row))
        self.run(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", row)  # noqa: S608

    def _prepare(self, scripts: Sequence[str]) -> None:
        if self._version() != len(scripts):  # the usual case needs no lock, and waits for no writer
            with self.transaction():
                self._migrate(scripts)
        self.rows("PRAGMA journal_mode = WAL")
        self.rows("PRAGMA synchronous = FULL")

    def _version(self) -> int:
        return int(self.rows("PRAGMA user_version")[0][0])

    def _migrate(self, scripts: Sequence[str]) -> None:
        found = self._version()
        if found > len(scripts):
            text = _("{file} was written by a newer version of Tabuah. Update this one; nothing was changed.")
            raise self._error(text.format(file=self._file))
        for statement in (each for script in scripts[found:] for each in script.split(";")[:-1]):
            self.run(statement)
        self.run(f"PRAGMA user_version = {len(scripts)}")

    def _unusable(self, problem: Exception) -> ServerError:
        return self._error(_("{file} cannot be used: {error}").format(file=self._file, error=problem))


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
