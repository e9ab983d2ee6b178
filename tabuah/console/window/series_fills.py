"""Fills of series off the GUI thread: one at a time on a worker of its own, with progress, and ended when asked."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.series_filling import Filled, Wanted, fill
from tabuah.console.window.tasks import Mailbox, TaskRunner
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

OnProgress = Callable[[int, int], None]
OnFilled = Callable[[Filled], None]
OnError = Callable[[Exception], None]
_THREAD: Final = "tabuah-fills"


class FillEndedError(Exception):
    """Nobody waits for the fill any more; what came is kept."""


class SeriesFills(QObject):
    """Its worker begins with the first fill, and writes beside the window's own."""

    def __init__(self, directory: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._directory = directory
        self._mailbox = Mailbox(self)
        self._runner: TaskRunner[ConsoleStore] | None = None
        self._ended = Event()

    def run(self, wanted: Wanted, *, on_progress: OnProgress, on_done: OnFilled, on_error: OnError) -> None:
        """Fetch what is missing; a fill that runs is ended. All three are called on the GUI thread."""
        self.end()
        ended = self._ended = Event()

        def tell(done: int, of: int) -> None:
            if ended.is_set():
                raise FillEndedError
            self._mailbox.post(lambda: None if ended.is_set() else on_progress(done, of))

        def done(filled: Filled) -> None:
            if not ended.is_set():
                on_done(filled)

        def failed(error: Exception) -> None:
            if not ended.is_set():
                on_error(error)

        try:
            self._worker().run(lambda store: _fill(store, wanted, tell), on_done=done, on_error=failed)
        except CacheError as error:  # the store could not be opened once more
            on_error(error)

    def end(self) -> None:
        """Let the fill that runs end soon; nobody is told of it any more."""
        self._ended.set()

    def close(self) -> None:
        """End the fill and its worker."""
        self.end()
        if self._runner is not None:
            self._runner.close()
            self._runner = None
        self._mailbox.close()

    def _worker(self) -> TaskRunner[ConsoleStore]:
        if self._runner is None:
            directory = self._directory
            runner = TaskRunner(
                _THREAD,
                self._mailbox,
                open_context=lambda: ConsoleStore(directory),
                close_context=ConsoleStore.close,
                on_error=lambda _error: None,
            )
            runner.start()
            self._runner = runner
        return self._runner


def _fill(store: ConsoleStore, wanted: Wanted, tell: OnProgress) -> Filled:
    from tabuah.storage.sync.session import ConsoleSession  # noqa: PLC0415 - loads the HTTP client

    session = ConsoleSession(store)
    with session.client as client, ReadingsStore(store.directory / FILE_NAME) as kept:
        return fill(client, kept, wanted, tell)
