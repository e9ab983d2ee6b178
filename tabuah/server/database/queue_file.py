"""A small SQLite file of the server for what waits to be sent; each commit waits for the disk."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tabuah.resources.localisation import _
from tabuah.server.errors import ServerError
from tabuah.storage.data_files import make_private

BUSY_TIMEOUT_S: Final = 15.0


class QueueFile:
    """A connection; it belongs to the thread that opened it."""

    def __init__(self, file: Path, schema: str, *, version: int, error: type[ServerError]) -> None:
        """Open the file, and create it if needed.

        Args:
            file: readable by its owner only.
            schema: statements of a new file.
            version: of the schema; a file of a newer one is not opened.
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
            self._prepare(schema, version)
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

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement and return the number of rows that it changed; call it in a transaction."""
        return self._connection.execute(statement, values).rowcount

    def _prepare(self, schema: str, version: int) -> None:
        with self.transaction():
            found = self._connection.execute("PRAGMA user_version").fetchone()[0]
            if found > version:
                text = _("{file} was written by a newer version of Tabuah. Update this one; nothing was changed.")
                raise self._error(text.format(file=self._file))
            if found == 0:
                for statement in schema.split(";")[:-1]:
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {version}")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")

    def _unusable(self, problem: Exception) -> ServerError:
        return self._error(_("{file} cannot be used: {error}").format(file=self._file, error=problem))
