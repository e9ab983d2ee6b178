"""The journal on a disk without space: it can be read, and nothing is written."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine

from tabuah.resources.localisation import _
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.database.engine import database_url, open_read_only_engine
from tabuah.server.database.migrations import check_migrated
from tabuah.server.directory import ServerDirectory
from tabuah.server.errors import NotInitialised, ServerReadOnly
from tabuah.server.journal import ServerJournal, utc_now
from tabuah.server.read_only import ReadOnlyReason
from tabuah.server.server_keys import key_of
from tabuah.storage.journal.signatures import DeviceKey

T = TypeVar("T")


class ReadOnlyJournal(ServerJournal):
    """A journal without a writer. Its only connection runs one query at a time."""

    def __init__(
        self, directory: ServerDirectory, engine: Engine, key: DeviceKey, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(directory, engine, key, clock)
        self._one_reader = threading.RLock()
        self.read_only.begin(ReadOnlyReason.NO_SPACE)

    @classmethod
    def open_in(cls, path: Path, *, database: str = "", clock: Callable[[], datetime] = utc_now) -> Self:
        """Open the journal in a directory.

        Raises:
            ServerError: it cannot be read even so.
        """
        directory = ServerDirectory(path)
        url = database_url(path, database)
        if directory.is_backup or not Path(url.database or "").exists():
            raise NotInitialised(
                _("There is no server data in {directory}. Run: tabuah server init").format(directory=path)
            )
        journal = cls(directory, open_read_only_engine(url), key_of(directory, is_new=False), clock)
        try:
            journal.read(check_migrated)
            journal.read(journal._load)
        except BaseException:
            journal.close()
            raise
        return journal

    def _load(self, connection: Connection) -> None:
        self._journal_cache.load(connection)
        self._check_key(connection)
        self._check_policy()

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def check_space(self) -> None:
        """Do nothing: another server takes over when there is space."""

    def catch_up(self) -> None:
        """Do nothing: no command can write either."""

    def submit(self, work: Callable[[AdmissionBatch], T]) -> "Future[T]":  # noqa: ARG002 - the signature of the base
        """Refuse the work, through the future."""
        refused: Future[T] = Future()
        refused.set_exception(ServerReadOnly(ReadOnlyReason.NO_SPACE.value))
        return refused

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query; others wait meanwhile."""
        with self._one_reader:
            return super().read(query)
