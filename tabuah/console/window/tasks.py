"""Work off the GUI thread: plain functions on one named worker each, their results delivered on the GUI thread."""

import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from tabuah.widgets.fluency import step_back

ContextT = TypeVar("ContextT")
ResultT = TypeVar("ResultT")
Call = Callable[[], None]


class Mailbox(QObject):
    """Makes calls from any thread on the thread it lives in; many calls share one queued signal."""

    _filled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: deque[Call] = deque()
        self._lock = threading.Lock()
        self._announced = False
        self._closed = False
        self._filled.connect(self._on_filled, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Call) -> None:
        """Let `call` be made soon, after those posted before it."""
        with self._lock:
            if self._closed:
                return
            self._calls.append(call)
            announce, self._announced = not self._announced, True
        if announce:
            self._filled.emit()

    def close(self) -> None:
        """Drop what waits and take nothing more: whoever would answer is gone."""
        with self._lock:
            self._closed = True
            self._calls.clear()

    @Slot()
    def _on_filled(self) -> None:
        with self._lock:
            calls = list(self._calls)
            self._calls.clear()
            self._announced = False
        for index, call in enumerate(calls):
            try:
                call()
            except Exception:
                for later in calls[index + 1 :]:
                    self.post(later)
                raise


class TaskRunner(Generic[ContextT]):
    """One worker thread with what it works on, such as a store that belongs to it; tasks run one after the other."""

    def __init__(
        self,
        name: str,
        mailbox: Mailbox,
        *,
        open_context: Callable[[], ContextT],
        close_context: Callable[[ContextT], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._mailbox = mailbox
        self._open, self._close = open_context, close_context
        self._on_error = on_error
        self._tasks: queue.SimpleQueue[Callable[[ContextT], None] | None] = queue.SimpleQueue()
        self._opened = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread and wait until it has what it works on.

        Raises:
            Exception: whatever opening raised; there is no thread then.
        """
        self._thread.start()
        self._opened.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def run(
        self,
        work: Callable[[ContextT], ResultT],
        *,
        on_done: Callable[[ResultT], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run `work` on the worker, then `on_done` with its immutable result, or `on_error`, on the GUI thread."""

        def task(context: ContextT) -> None:
            try:
                result = work(context)
            except Exception as error:  # noqa: BLE001 - handed to whoever asked for the work
                self._deliver(on_error or self._on_error, error)
                return
            if on_done is not None:
                self._deliver(on_done, result)

        self._tasks.put(task)

    def close(self) -> None:
        """Finish what was asked for and join the thread."""
        self._tasks.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def _deliver(self, receiver: Callable[[ResultT], None], value: ResultT) -> None:
        self._mailbox.post(lambda: receiver(value))

    def _work(self) -> None:
        try:
            context = self._open()
        except Exception as error:  # noqa: BLE001 - raised again in `start`
            self._failure = error
            self._opened.set()
            return
        self._opened.set()
        try:
            while (task := self._tasks.get()) is not None:
                task(context)
        finally:
            self._close(context)


def plain_runner(name: str, mailbox: Mailbox, on_error: Callable[[Exception], None]) -> TaskRunner[None]:
    """A worker without a context, for what only computes, reads files or waits for the network, after the window."""
    return TaskRunner(name, mailbox, open_context=step_back, close_context=lambda _context: None, on_error=on_error)
