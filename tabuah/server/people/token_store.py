"""Where refresh tokens are kept: in the journal's database or, while the disk has no space, in memory."""

import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine, StaticPool, create_engine, delete, insert, select

from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.database.schema import REFRESH_TOKENS
from tabuah.server.errors import StorageFailed
from tabuah.server.journal import ServerJournal
from tabuah.server.read_only import ReadOnlyReason

T = TypeVar("T")


class TokenStore:
    """Lets users log in and renew sessions on a full disk. Thread-safe.

    The tokens that are kept in memory are saved when there is space again. If the server ends before, their users
    log in again.
    """

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._memory: Engine | None = None
        journal.read_only.on_end(self._save)

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run a change of the tokens in a transaction, and wait for it.

        Raises:
            StorageFailed: nothing was saved.
        """
        if self._memory is None and not self._has_no_space():
            try:
                return self._journal.submit(lambda batch: work(batch.connection)).result()
            except StorageFailed:
                if not self._has_no_space():
                    raise
        with self._lock, self._tokens_in_memory().begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Drop the tokens that are only in memory."""
        with self._lock:
            if self._memory is not None:
                self._memory.dispose()
                self._memory = None

    def _has_no_space(self) -> bool:
        return self._journal.read_only.applies(ReadOnlyReason.NO_SPACE)

    def _tokens_in_memory(self) -> Engine:
        if self._memory is None:
            rows = self._journal.read(lambda connection: connection.execute(select(REFRESH_TOKENS)).mappings().all())
            memory = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
            REFRESH_TOKENS.create(memory)
            with memory.begin() as connection:
                if rows:
                    connection.execute(insert(REFRESH_TOKENS), [dict(row) for row in rows])
            self._memory = memory
        return self._memory

    def _save(self) -> None:
        """Save the tokens of the memory, all or none."""
        with self._lock:
            if self._memory is None:
                return
            with self._memory.connect() as connection:
                rows = [dict(row) for row in connection.execute(select(REFRESH_TOKENS)).mappings()]

            def replace(batch: AdmissionBatch) -> None:
                batch.connection.execute(delete(REFRESH_TOKENS))
                if rows:
                    batch.connection.execute(insert(REFRESH_TOKENS), rows)

            self._journal.submit(replace).result()
            self._memory.dispose()
            self._memory = None
