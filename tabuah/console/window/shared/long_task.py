"""Long tasks of minutes: one at a time on a worker of their own, with progress and cancellation."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TypeVar

from PySide6.QtCore import QObject

from tabuah.console.window.state.task_runner import GuiMailbox, TaskRunner
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.cache.store import ConsoleStore

ResultT = TypeVar("ResultT")
OnProgress = Callable[[int, int], None]
OnError = Callable[[Exception], None]


class LongTaskCancelledError(Exception):
    """The task was cancelled; raised inside it when it reports progress."""


class LongTask(QObject):
    """A task runner that opens its own store on the first task."""

    def __init__(self, directory: Path, parent: QObject, *, thread: str) -> None:
        super().__init__(parent)
        self._directory, self._thread = directory, thread
        self._mailbox = GuiMailbox(self)
        self._runner: TaskRunner[ConsoleStore] | None = None
        self._ended = Event()

    def run(
        self,
        work: Callable[[ConsoleStore, OnProgress], ResultT],
        *,
        on_progress: OnProgress,
        on_done: Callable[[ResultT], None],
        on_error: OnError,
    ) -> None:
        """Run a task; a running one is cancelled.

        Args:
            work: called on the worker with its store and a function that reports progress.
            on_progress: called with done and total. Like the next two on the GUI thread, unless the task
                was cancelled.
            on_done: called with the result.
            on_error: called with the error.
        """
        self.cancel()
        ended = self._ended = Event()

        def tell(done: int, of: int) -> None:
            if ended.is_set():
                raise LongTaskCancelledError
            self._mailbox.post(lambda: None if ended.is_set() else on_progress(done, of))

        def done(result: ResultT) -> None:
            if not ended.is_set():
                on_done(result)

        def failed(error: Exception) -> None:
            if not ended.is_set():
                on_error(error)

        try:
            self._worker().run(lambda store: work(store, tell), on_done=done, on_error=failed)
        except CacheError as error:  # the store could not be opened a second time
            on_error(error)

    def cancel(self) -> None:
        """Cancel the running task; none of its callbacks is called any more."""
        self._ended.set()

    def close(self) -> None:
        """Cancel the task and stop the worker."""
        self.cancel()
        if self._runner is not None:
            self._runner.close()
            self._runner = None
        self._mailbox.close()

    def _worker(self) -> TaskRunner[ConsoleStore]:
        if self._runner is None:
            directory = self._directory
            runner = TaskRunner(
                self._thread,
                self._mailbox,
                open_context=lambda: ConsoleStore(directory),
                close_context=ConsoleStore.close,
                on_error=lambda _error: None,
            )
            runner.start()
            self._runner = runner
        return self._runner
