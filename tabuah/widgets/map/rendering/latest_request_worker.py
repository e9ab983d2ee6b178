"""Worker thread that processes only the latest request and drops those it replaced."""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, Signal

from tabuah.widgets.responsiveness import lower_thread_priority

Peek = Callable[[], Any]  # the waiting request, or None
Work = Callable[[Any, Peek], Iterable[Any]]  # (request, peek) → results one by one; none if the request was given up

logger = logging.getLogger(__name__)


class ResultSignals(QObject):
    """Delivers results to the thread of this object.

    Signals:
        done: a result of the work.
        failed: the exception; it is logged with its traceback.
    """

    done = Signal(object)
    failed = Signal(object)


class LatestRequestWorker:
    """Runs `work` in one thread, started by the first request. A new request replaces a waiting one."""

    def __init__(self, name: str, work: Work, *, finish: Callable[[], None] = lambda: None) -> None:
        self.delivery = ResultSignals()
        self._finish = finish  # called in the thread before it ends, to release its resources
        self._name = name
        self._work = work
        self._waiting: Any = None
        self._closing = False
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()

    @property
    def is_running(self) -> bool:
        """Whether the thread is alive."""
        return self._thread is not None and self._thread.is_alive()

    def submit(self, request: object) -> None:
        """Queue `request`, which replaces a waiting one."""
        with self._changed:
            self._waiting = request
            self._changed.notify()
        if not self.is_running:
            self._closing = False
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Finish the current work, drop the waiting request, and join the thread."""
        with self._changed:
            self._waiting = None
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _peek(self) -> Any:
        return self._waiting

    def _run(self) -> None:
        lower_thread_priority()
        while (request := self._next()) is not None:
            try:
                for result in self._work(request, self._peek):
                    self.delivery.done.emit(result)
                    if self._closing:
                        break
            except Exception as error:
                logger.exception("the %s thread could not do its work", self._name)
                self.delivery.failed.emit(error)
        self._finish()

    def _next(self) -> Any:
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._waiting is not None)
            request, self._waiting = self._waiting, None
            return None if self._closing else request
