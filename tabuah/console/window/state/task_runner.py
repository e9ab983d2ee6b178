"""Task runner: functions on one named worker thread, with results delivered on the GUI thread."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from tabuah.widgets.responsiveness import lower_thread_priority

ContextT = TypeVar("ContextT")
ResultT = TypeVar("ResultT")
ValueT = TypeVar("ValueT")
Call = Callable[[], None]


class GuiMailbox(QObject):
    """Runs calls from any thread on its own thread. Many calls share one queued signal."""

    _filled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: deque[Call] = deque()
        self._lock = threading.Lock()
        self._announced = False
        self._closed = False
        self._filled.connect(self._on_filled, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Call) -> None:
        """Queue a call."""
        with self._lock:
            if self._closed:
                return
            self._calls.append(call)
            announce, self._announced = not self._announced, True
        if announce:
            self._filled.emit()

    def close(self) -> None:
        """Drop queued calls and accept no more; their receivers are gone."""
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
    """One worker thread with a context, such as a store that belongs to the thread.

    Tasks run one after the other.
    """

    def __init__(
        self,
        name: str,
        mailbox: GuiMailbox,
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
        """Start the thread and wait until its context is open.

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
        """Run `work` on the worker, then `on_done` with its result, or `on_error`, on the GUI thread.

        A receiver whose window was deleted meanwhile gets no result; an error then goes to the runner's own
        receiver, so that a failed write is still reported.
        """

        def task(context: ContextT) -> None:
            try:
                result = work(context)
            except Exception as error:  # noqa: BLE001 - handed to whoever asked for the work
                self._deliver(on_error or self._on_error, error, instead=self._on_error)
                return
            if on_done is not None:
                self._deliver(on_done, result)

        self._tasks.put(task)

    def close(self) -> None:
        """Finish queued tasks and join the thread."""
        self._tasks.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def _deliver(
        self, receiver: Callable[[ValueT], None], value: ValueT, *, instead: Callable[[ValueT], None] | None = None
    ) -> None:
        def call() -> None:  # checked on the GUI thread, which is the one that deletes windows
            if is_receiver_alive(receiver):
                receiver(value)
            elif instead is not None and is_receiver_alive(instead):
                instead(value)

        self._mailbox.post(call)

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


def is_receiver_alive(receiver: object) -> bool:
    """Return False if a receiver belongs to a Qt object that was deleted.

    The objects are those that a bound method, the arguments of a `partial` or the variables of a nested function
    refer to.
    """
    return all(shiboken6.isValid(each) for each in _qt_objects_of(receiver))


def _qt_objects_of(receiver: object) -> Iterator[QObject]:
    pending, seen = [receiver], set()
    while pending:
        each = pending.pop()
        if id(each) in seen:  # a nested function can refer to itself
            continue
        seen.add(id(each))
        if isinstance(each, QObject):
            yield each
        elif isinstance(each, partial):
            pending += [each.func, *each.args, *each.keywords.values()]
        else:
            pending += [getattr(each, "__self__", None), *_variables_of(each)]


def _variables_of(function: object) -> Iterator[object]:
    for cell in getattr(function, "__closure__", None) or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not assigned yet
            continue


def plain_runner(name: str, mailbox: GuiMailbox, on_error: Callable[[Exception], None]) -> TaskRunner[None]:
    """Return a worker without a context, for computation, files and the network."""
    return TaskRunner(
        name, mailbox, open_context=lower_thread_priority, close_context=lambda _context: None, on_error=on_error
    )
