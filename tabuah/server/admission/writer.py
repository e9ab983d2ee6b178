"""The journal's only writer: a thread that commits queued requests in groups, one transaction and flush each."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from tabuah.server.admission.journal_cache import AdmissionBatch, JournalCache
from tabuah.server.admission.persistence import save_batch
from tabuah.server.database.error_translation import translate_database_error
from tabuah.server.errors import ServerStopping
from tabuah.server.request_groups import next_group
from tabuah.storage.journal.protocol import WriterHealth
from tabuah.storage.journal.wire import Record

log = logging.getLogger(__name__)

T = TypeVar("T")
BatchWork = Callable[[AdmissionBatch], T]
Listener = Callable[[tuple[Record, ...]], None]

MAX_GROUP: Final = 64
# How often the writer checks for entries written by a command.
LOOK_S: Final = 0.25


class _QueuedRequest:
    """A queued request and the future of its sender."""

    def __init__(self, work: BatchWork[Any]) -> None:
        self.work = work
        self.future: Future[Any] = Future()
        self.result: Any = None
        self.error: BaseException | None = None

    def resolve(self) -> None:
        """Resolve the future; the sender may have cancelled it."""
        try:
            if self.error is not None:
                self.future.set_exception(self.error)
            else:
                self.future.set_result(self.result)
        except InvalidStateError:
            log.debug("the sender of a request has cancelled it")


def _ignore(_error: Exception) -> None:
    """Ignore a failure; its senders learn of it."""


class JournalWriter:
    """Owns the writing connection. `submit` may be called from any thread; futures resolve after the commit."""

    def __init__(
        self,
        engine: Engine,
        journal_cache: JournalCache,
        clock: Callable[[], datetime],
        on_commit: Listener,
        on_failure: Callable[[Exception], None] = _ignore,
    ) -> None:
        self._engine = engine
        self._journal_cache = journal_cache
        self._clock = clock
        self._on_commit = on_commit
        self._on_failure = on_failure
        self._queue: queue.SimpleQueue[_QueuedRequest | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._stopping = False
        self._data_version = 0
        self._poll_s = LOOK_S
        self._group_began_s: float | None = None
        self._thread = threading.Thread(target=self._run, name="tabuah-writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the queued requests, then end."""
        with self._gate:
            self._stopping = True
            self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def submit(self, work: BatchWork[T]) -> "Future[T]":
        """Run `work` in a transaction of the writer.

        Raises, through the future:
            StorageFailed: nothing was saved.
            ServerStopping: the writer has ended.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a listener must not write: it would deadlock the writer")
        waiting = _QueuedRequest(work)
        with self._gate:
            if self._stopping:
                waiting.future.set_exception(ServerStopping("the server is stopping"))
            else:
                self._queue.put(waiting)
        return waiting.future

    def queued_requests(self) -> int:
        """Return the number of queued requests."""
        return self._queue.qsize()

    def health(self) -> WriterHealth:
        """Return the state of the thread; callable from any thread."""
        began_s = self._group_began_s
        busy_s = 0.0 if began_s is None else max(0.0, time.monotonic() - began_s)
        return WriterHealth(queued=self._queue.qsize(), busy_s=round(busy_s, 1), is_running=self._thread.is_alive())

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while (group := next_group(self._queue, wait_s=self._poll_s, most=MAX_GROUP)) is not None:
                if group:
                    self._group_began_s = time.monotonic()
                    self._commit_group(connection, group)
                    self._group_began_s = None
                else:
                    self._check_other_processes(connection)

    def _commit_group(self, connection: Connection, group: Sequence[_QueuedRequest]) -> None:
        """Commit a group in one transaction; results are delivered only when everything is on disk."""
        records: list[Record] = []
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            records += self._journal_cache.catch_up(connection)
            records += self._write(connection, group)
        except Exception as error:  # noqa: BLE001 - delivered to every sender
            connection.rollback()
            error_for_group = _group_error(error, len(group))
            self._on_failure(error_for_group)
            for waiting in group:
                waiting.error = error_for_group
        for waiting in group:
            waiting.resolve()
        self._publish(tuple(records))

    def _write(self, connection: Connection, group: Sequence[_QueuedRequest]) -> list[Record]:
        now = self._clock()
        # Consoles keep milliseconds; records that they carry in bundles must still match the hash.
        batch = AdmissionBatch(
            connection, self._journal_cache, now.replace(microsecond=now.microsecond // 1000 * 1000)
        )
        for waiting in group:
            self._do(batch, waiting)
        save_batch(batch)
        connection.commit()
        self._journal_cache.store_commit(
            head=batch.head, authority=batch.authority, chain_heads=batch.chain_heads, states=batch.states
        )
        return batch.records

    def _do(self, batch: AdmissionBatch, waiting: _QueuedRequest) -> None:
        """Run one request in a savepoint, so that its failure affects no other."""
        layer = batch.new_layer()
        batch.connection.exec_driver_sql("SAVEPOINT request")
        try:
            waiting.result = waiting.work(layer)
        except DBAPIError as error:
            if translate_database_error(error) is not None:
                raise
            self._roll_back(batch, waiting, error)
        except Exception as error:  # noqa: BLE001 - delivered to its sender
            self._roll_back(batch, waiting, error)
        else:
            batch.connection.exec_driver_sql("RELEASE request")
            batch.merge(layer)

    def _roll_back(self, batch: AdmissionBatch, waiting: _QueuedRequest, error: Exception) -> None:
        batch.connection.exec_driver_sql("ROLLBACK TO request")
        batch.connection.exec_driver_sql("RELEASE request")
        waiting.error = error

    def _check_other_processes(self, connection: Connection) -> None:
        """Pick up entries of other processes while nothing is pushed."""
        try:
            version = int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())
            connection.rollback()
            if version == self._data_version:
                return
            connection.exec_driver_sql("BEGIN")
            records = self._journal_cache.catch_up(connection)
            connection.rollback()
            self._data_version = version
        except DBAPIError:
            connection.rollback()
            log.exception("could not check for entries of other processes")
            return
        self._publish(records)

    def _publish(self, records: tuple[Record, ...]) -> None:
        if not records:
            return
        try:
            self._on_commit(records)
        except Exception:
            log.exception("a listener failed on entries %d to %d", records[0].seq, records[-1].seq)


def _group_error(error: Exception, requests: int) -> Exception:
    """Return the error for the senders of a group that could not be saved."""
    failure = translate_database_error(error) if isinstance(error, DBAPIError) else None
    if failure is None:
        log.exception("nothing of a group of %d requests was saved", requests, exc_info=error)
        return error
    log.error("nothing of a group of %d requests was saved: %s", requests, error)
    return failure
