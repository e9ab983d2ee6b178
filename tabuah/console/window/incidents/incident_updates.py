"""Updates of the incidents: board, map markers and the affected area of the selected one."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np
from PySide6.QtCore import QObject

from tabuah.console.window.incidents.board_cards import board_cards, board_groups
from tabuah.console.window.incidents.incident_markers import incident_markers
from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.selection import WindowSelection
from tabuah.text.incidents.incident_text import board_summary
from tabuah.text.tasks.task_text import late_text
from tabuah.widgets.incidents.incident_board import IncidentBoard
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import MarkerClass

_MANY: Final = 1_000
_SLOW_REFRESH: Final = timedelta(minutes=1)


class IncidentUpdates(QObject):
    """Updates the board and the map, with one selection for both."""

    PARTS = frozenset({StatePart.INCIDENTS, StatePart.TASKS, StatePart.TRAYS})

    def __init__(
        self, state: ConsoleState, selection: WindowSelection, board: IncidentBoard, canvas: MapCanvas
    ) -> None:
        super().__init__(board)
        self._state, self._selection, self._board, self._canvas = state, selection, board, canvas
        self._shown_at = state.now()
        self._is_map_held = False  # while the map shows the past
        board.selection_changed.connect(selection.choose_incident)
        selection.incident_changed.connect(self._on_incident_changed)
        canvas.selection_changed.connect(self._on_map_selection_changed)

    def refresh(self) -> None:
        snapshot, now = self._state.snapshot, self._state.now()
        self._board.show_incidents(board_cards(snapshot, now), board_groups())
        self._board.show_summary(_summary(snapshot, now))
        if not self._is_map_held:
            self._canvas.show_incidents(incident_markers(snapshot, now))
        self._show_area()

    def hold_map(self, *, held: bool) -> None:
        """Suspend the updates of the map while it shows the past, or resume them."""
        self._is_map_held = held
        if not held:
            self.refresh()

    def tick(self) -> None:
        """Update displayed ages; with very many incidents once a minute is enough."""
        snapshot, now = self._state.snapshot, self._state.now()
        if len(snapshot.incidents) > _MANY and now - self._shown_at < _SLOW_REFRESH:
            return
        self._shown_at = now
        self._board.show_incidents(board_cards(snapshot, now), board_groups())
        self._board.show_summary(_summary(snapshot, now))

    def _on_incident_changed(self, incident_id: str) -> None:
        self._board.select(incident_id)
        incident = self._state.snapshot.incidents.get(incident_id)
        on_map = incident is not None and incident.place is not None
        self._canvas.set_selection("incident" if on_map else "", incident_id if on_map else "")
        self._show_area()

    def _on_map_selection_changed(self, kind: str, marker_id: str) -> None:
        if kind == "incident":
            self._selection.choose_incident(marker_id)
        elif kind == "station":
            self._selection.choose_station(marker_id)

    def _show_area(self) -> None:
        incident = self._state.snapshot.incidents.get(self._selection.incident)
        if incident is None or incident.area is None:
            self._canvas.show_area(None)
            return
        ring = np.array(incident.area, dtype=np.float64)
        self._canvas.show_area((ring,), MarkerClass.of(LEVEL_OF_SEVERITY[incident.severity]))


def _summary(snapshot: ConsoleSnapshot, now: datetime) -> str:
    """Return the numbers of open and late incidents, and of overdue tasks."""
    late = sum(task.is_overdue(now) for task in snapshot.tasks.values())
    return " · ".join(filter(None, (board_summary(snapshot.incidents.values(), now), late_text(late))))
