"""The one writer: a thread that takes waiting requests in groups, one transaction and one flush for each."""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from tabuah.server.admission.memory import Memory
from tabuah.server.admission.saving import save_sheet
from tabuah.server.admission.sheet import Sheet
from tabuah.server.database.failures import failure_of
from tabuah.server.errors import ServerStopping
from tabuah.server.groups import next_group
from tabuah.storage.journal.wire import Record

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[Sheet], T]
Listener = Callable[[tuple[Record, ...]], None]

MAX_GROUP: Final = 64
# How often the writer looks whether a command has written beside it.
LOOK_S: Final = 0.25


class _Waiting:
    """A request and the future that tells its sender."""

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self.future: Future[Any] = Future()
        self.result: Any = None
        self.error: BaseException | None = None

    def tell(self) -> None:
        """Resolve the future; the sender may have gone."""
        try:
            if self.error is not None:
                self.future.set_exception(self.error)
            else:
                self.future.set_result(self.result)
        except InvalidStateError:
            log.debug("nobody waited for a request any more")


class Writer:
    """Owns the writing connection. `submit` may be called from any thread; futures resolve after the commit."""

    def __init__(self, engine: Engine, memory: Memory, clock: Callable[[], datetime], on_commit: Listener) -> None:
        self._engine = engine
        self._memory = memory
        self._clock = clock
        self._on_commit = on_commit
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._stopping = False
        self._data_version = 0
        self._look_s = LOOK_S
        self._thread = threading.Thread(target=self._run, name="tabuah-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what waits, then end."""
        with self._gate:
            self._stopping = True
            self._queue.put(None)
        self._thread.join()

    def submit(self, work: Work[T]) -> "Future[T]":
        """Let the writer do `work` in a transaction.

        Raises, through the future:
            StorageFailed: nothing was saved.
            ServerStopping: the writer has ended.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a listener must not write: it would wait for itself")
        waiting = _Waiting(work)
        with self._gate:
            if self._stopping:
                waiting.future.set_exception(ServerStopping("the server is stopping"))
            else:
                self._queue.put(waiting)
        return waiting.future

    def waiting(self) -> int:
        """How many requests wait."""
        return self._queue.qsize()

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while (group := next_group(self._queue, wait_s=self._look_s, most=MAX_GROUP)) is not None:
                if group:
                    self._settle(connection, group)
                else:
                    self._look_beside(connection)

    def _settle(self, connection: Connection, group: Sequence[_Waiting]) -> None:
        """One transaction: all that succeeded is on disk before anybody is told, or nothing is."""
        records: list[Record] = []
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            records += self._memory.catch_up(connection)
            records += self._write(connection, group)
        except Exception as error:  # noqa: BLE001 - told to every sender
            connection.rollback()
            told = _told(error, len(group))
            for waiting in group:
                waiting.error = told
        for waiting in group:
            waiting.tell()
        self._publish(tuple(records))

    def _write(self, connection: Connection, group: Sequence[_Waiting]) -> list[Record]:
        now = self._clock()
        # consoles keep milliseconds, and what they pass on by hand must still fit the hash
        sheet = Sheet(connection, self._memory, now.replace(microsecond=now.microsecond // 1000 * 1000))
        for waiting in group:
            self._do(sheet, waiting)
        save_sheet(sheet)
        connection.commit()
        self._memory.take_over(
            head=sheet.head, authority=sheet.authority, chain_heads=sheet.chain_heads, states=sheet.states
        )
        return sheet.records

    def _do(self, sheet: Sheet, waiting: _Waiting) -> None:
        """One request in a savepoint, so that it harms no other."""
        upper = sheet.over()
        sheet.connection.exec_driver_sql("SAVEPOINT request")
        try:
            waiting.result = waiting.work(upper)
        except DBAPIError as error:
            if failure_of(error) is not None:
                raise
            self._undo(sheet, waiting, error)
        except Exception as error:  # noqa: BLE001 - told to its sender
            self._undo(sheet, waiting, error)
        else:
            sheet.connection.exec_driver_sql("RELEASE request")
            sheet.merge(upper)

    def _undo(self, sheet: Sheet, waiting: _Waiting, error: Exception) -> None:
        sheet.connection.exec_driver_sql("ROLLBACK TO request")
        sheet.connection.exec_driver_sql("RELEASE request")
        waiting.error = error

    def _look_beside(self, connection: Connection) -> None:
        """Notice what a command has written while nothing was pushed."""
        try:
            version = int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())
            connection.rollback()
            if version == self._data_version:
                return
            connection.exec_driver_sql("BEGIN")
            records = self._memory.catch_up(connection)
            connection.rollback()
            self._data_version = version
        except DBAPIError:
            connection.rollback()
            log.exception("could not look for entries of other processes")
            return
        self._publish(records)

    def _publish(self, records: tuple[Record, ...]) -> None:
        if not records:
            return
        try:
            self._on_commit(records)
        except Exception:
            log.exception("a listener failed on entries %d to %d", records[0].seq, records[-1].seq)


def _told(error: Exception, requests: int) -> Exception:
    """What the senders of a group hear that could not be saved."""
    failure = failure_of(error) if isinstance(error, DBAPIError) else None
    if failure is None:
        log.exception("nothing of a group of %d requests was saved", requests, exc_info=error)
        return error
    log.error("nothing of a group of %d requests was saved: %s", requests, error)
    return failure
