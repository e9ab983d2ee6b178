"""Keeps how the table of the board is sorted, for the user who is logged in."""

import logging
from functools import partial
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.storage.cache.list_layouts import ListLayout
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.incidents.incident_board import IncidentBoard

_LIST: Final = "board"

log = logging.getLogger(__name__)


class BoardSortOrder(QObject):
    """Sorts the table as the user last did, and saves another sorting."""

    def __init__(self, context: WindowContext, board: IncidentBoard) -> None:
        super().__init__(board)
        self._context, self._board = context, board
        self._is_closed = False
        board.sorting_changed.connect(self._save)
        context.state.changed.connect(self._on_state_changed)
        self._read()

    def close(self) -> None:
        """Stop following: the board is deleted."""
        self._is_closed = True

    def _read(self) -> None:
        self._context.store.run(lambda store: store.list_layouts.read(_LIST), on_done=self._on_read)

    def _on_read(self, layout: ListLayout) -> None:
        if not self._is_closed:
            self._board.show_sorting(layout.order)

    def _save(self, sorting: str) -> None:
        work = partial(_write, sorting=sorting)
        self._context.store.run(work, on_error=lambda error: log.warning("the sorting was not saved: %s", error))

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if StatePart.PERSON in parts:
            self._read()


def _write(store: ConsoleStore, *, sorting: str) -> None:
    store.list_layouts.write(_LIST, ListLayout(order=sorting))
