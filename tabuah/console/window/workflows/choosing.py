"""What is selected on the map by an area: the board shows just that, and one of a kind is looked at at once."""

from PySide6.QtCore import QObject

from tabuah.console.window.workplace import Workplace
from tabuah.widgets.board.incident_board import IncidentBoard
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.map.tools.found import Found


class Choosing(QObject):
    """One selection for the map and the board."""

    def __init__(self, place: Workplace, view: MapView, board: IncidentBoard) -> None:
        super().__init__(view)
        self._at, self._tools, self._board = place, view.canvas.tools, board
        self._tools.found_changed.connect(self._on_found_changed)
        board.chosen_cleared.connect(self._tools.clear_found)

    def _on_found_changed(self, found: Found | None) -> None:
        if found is None:
            self._board.show_chosen(None)
        elif found.area:
            incidents, stations = found.ids(MarkerKind.INCIDENT), found.ids(MarkerKind.STATION)
            self._board.show_chosen(frozenset(incidents) if incidents else None)
            if len(incidents) == 1:
                self._at.selection.choose_incident(incidents[0])
            elif not incidents and len(stations) == 1:
                self._at.selection.choose_station(stations[0])
