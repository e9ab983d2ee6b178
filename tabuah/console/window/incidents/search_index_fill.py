"""The first fill of the search index, in steps on the cache worker between other tasks."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.storage.cache.store import ConsoleStore

_PAUSE_MS: Final = 20  # in which other tasks of the worker run


class SearchIndexFill(QObject):
    """Takes steps until the index is complete. A step that fails ends the fill; the next start continues it."""

    def __init__(self, store: TaskRunner[ConsoleStore], parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.start)
        self._is_closed = False

    def start(self) -> None:
        """Take the next step."""
        self._store.run(ConsoleStore.fill_search_index, on_done=self._on_step)

    def close(self) -> None:
        """Stop; the next start continues."""
        self._is_closed = True
        self._pause.stop()

    def _on_step(self, is_complete: bool) -> None:
        if not is_complete and not self._is_closed:
            self._pause.start()
