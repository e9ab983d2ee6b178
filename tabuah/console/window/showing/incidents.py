"""Follows the incidents: the board, the marks on the map and the affected area of the one that is looked at."""

from datetime import timedelta
from typing import Final

import numpy as np
from PySide6.QtCore import QObject

from tabuah.console.window.presenting.cards import board_cards, board_groups, board_summary
from tabuah.console.window.presenting.incident_marks import incident_markers
from tabuah.console.window.presenting.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.room import Part, Room
from tabuah.console.window.selection import Selection
from tabuah.widgets.board.incident_board import IncidentBoard
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.markers import MarkerClass

_MANY: Final = 1_000
_SELDOM: Final = timedelta(minutes=1)


class IncidentShowing(QObject):
    """Keeps board and map right, and one selection in both."""

    PARTS = frozenset({Part.INCIDENTS, Part.ASIDES})

    def __init__(self, room: Room, selection: Selection, board: IncidentBoard, canvas: MapCanvas) -> None:
        super().__init__(board)
        self._room, self._selection, self._board, self._canvas = room, selection, board, canvas
        self._shown_at = room.now()
        self.leaves_map = False  # while the map shows the past
        board.selection_changed.connect(selection.choose_incident)
        selection.incident_changed.connect(self._on_incident_changed)
        canvas.selection_changed.connect(self._on_map_selection_changed)

    def refresh(self) -> None:
        """Show the incidents of now."""
        snapshot, now = self._room.snapshot, self._room.now()
        self._board.show_incidents(board_cards(snapshot, now), board_groups())
        self._board.show_summary(board_summary(snapshot.incidents.values(), now))
        if not self.leaves_map:
            self._canvas.show_incidents(incident_markers(snapshot, now))
        self._show_area()

    def tick(self) -> None:
        """Ages have changed, nothing else; with very many incidents once a minute is enough."""
        snapshot, now = self._room.snapshot, self._room.now()
        if len(snapshot.incidents) > _MANY and now - self._shown_at < _SELDOM:
            return
        self._shown_at = now
        self._board.show_incidents(board_cards(snapshot, now), board_groups())
        self._board.show_summary(board_summary(snapshot.incidents.values(), now))

    def _on_incident_changed(self, incident_id: str) -> None:
        self._board.select(incident_id)
        incident = self._room.snapshot.incidents.get(incident_id)
        on_map = incident is not None and incident.place is not None
        self._canvas.set_selection("incident" if on_map else "", incident_id if on_map else "")
        self._show_area()

    def _on_map_selection_changed(self, kind: str, marker_id: str) -> None:
        if kind == "incident":
            self._selection.choose_incident(marker_id)
        elif kind == "station":
            self._selection.choose_station(marker_id)

    def _show_area(self) -> None:
        incident = self._room.snapshot.incidents.get(self._selection.incident)
        if incident is None or incident.area is None:
            self._canvas.show_area(None)
            return
        ring = np.array(incident.area, dtype=np.float64)
        self._canvas.show_area((ring,), MarkerClass.of(LEVEL_OF_SEVERITY[incident.severity]))
