"""Work that may take minutes: one piece at a time on a worker of its own, with progress, and ended when asked."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TypeVar

from PySide6.QtCore import QObject

from tabuah.console.window.tasks import Mailbox, TaskRunner
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.cache.store import ConsoleStore

ResultT = TypeVar("ResultT")
OnProgress = Callable[[int, int], None]
OnError = Callable[[Exception], None]


class WorkEndedError(Exception):
    """Nobody waits for the work any more; raised within it when it tells how far it is."""


class LongWork(QObject):
    """Its worker begins with the first piece of work, and reads and writes beside the window's own."""

    def __init__(self, directory: Path, parent: QObject, *, thread: str) -> None:
        super().__init__(parent)
        self._directory, self._thread = directory, thread
        self._mailbox = Mailbox(self)
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
        """Do this piece of work; one that runs is ended.

        Args:
            work: called on the worker with its store, and with what it is to call now and then.
            on_progress: told how much of how much is done; like the next two on the GUI thread, unless it was ended.
            on_done: given the result.
            on_error: given what went wrong.
        """
        self.end()
        ended = self._ended = Event()

        def tell(done: int, of: int) -> None:
            if ended.is_set():
                raise WorkEndedError
            self._mailbox.post(lambda: None if ended.is_set() else on_progress(done, of))

        def done(result: ResultT) -> None:
            if not ended.is_set():
                on_done(result)

        def failed(error: Exception) -> None:
            if not ended.is_set():
                on_error(error)

        try:
            self._worker().run(lambda store: work(store, tell), on_done=done, on_error=failed)
        except CacheError as error:  # the store could not be opened once more
            on_error(error)

    def end(self) -> None:
        """Let the work that runs end soon; nobody is told of it any more."""
        self._ended.set()

    def close(self) -> None:
        """End the work and its worker."""
        self.end()
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
