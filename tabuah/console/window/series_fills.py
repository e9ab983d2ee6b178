"""Fills of series with what the server has and this console has not, off the GUI thread; what came is kept."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from tabuah.console.window.long_work import LongWork, OnError, OnProgress
from tabuah.console.window.series_filling import Filled, Wanted, fill
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore


class SeriesFills(LongWork):
    """One fill at a time."""

    def __init__(self, directory: Path, parent: QObject) -> None:
        super().__init__(directory, parent, thread="tabuah-fills")

    def begin(
        self, wanted: Wanted, *, on_progress: OnProgress, on_done: Callable[[Filled], None], on_error: OnError
    ) -> None:
        """Fetch what is missing; a fill that runs is ended. All three are called on the GUI thread."""

        def work(store: ConsoleStore, tell: OnProgress) -> Filled:
            from tabuah.storage.sync.session import ConsoleSession  # noqa: PLC0415 - loads the HTTP client

            session = ConsoleSession(store)
            with session.client as client, ReadingsStore(store.directory / FILE_NAME) as kept:
                return fill(client, kept, wanted, tell)

        self.run(work, on_progress=on_progress, on_done=on_done, on_error=on_error)
