"""Selection by area on the map: the board shows only those incidents, and a single object is selected."""

from PySide6.QtCore import QObject

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.widgets.incidents.incident_board import IncidentBoard
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.map.tools.map_query import QueryResult


class MapSelection(QObject):
    """One selection for the map and the board."""

    def __init__(self, context: WindowContext, view: MapView, board: IncidentBoard) -> None:
        super().__init__(view)
        self._context, self._tools, self._board = context, view.canvas.tools, board
        self._tools.results_changed.connect(self._on_results_changed)
        board.map_selection_cleared.connect(self._tools.clear_results)

    def _on_results_changed(self, found: QueryResult | None) -> None:
        if found is None:
            self._board.show_map_selection(None)
        elif found.area:
            incidents, stations = found.ids(MarkerKind.INCIDENT), found.ids(MarkerKind.STATION)
            self._board.show_map_selection(frozenset(incidents) if incidents else None)
            if len(incidents) == 1:
                self._context.selection.choose_incident(incidents[0])
            elif not incidents and len(stations) == 1:
                self._context.selection.choose_station(stations[0])
