"""Updates of the maps: the map of the regency, imported layers and tiles."""

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.map.map_files import LoadedMap, tile_layers
from tabuah.console.window.shared.notifier import Notifier
from tabuah.console.window.state.window_settings import WindowSettings
from tabuah.resources.regency import current_regency
from tabuah.widgets.map.map_view import MapView


class MapUpdates(QObject):
    """Shows loaded maps. When they are loaded again, the person's choices are kept.

    Signals:
        base_map_changed: the base map that the map shows now.
    """

    base_map_changed = Signal(object)

    def __init__(self, view: MapView, notifier: Notifier, memory: WindowSettings) -> None:
        super().__init__(view)
        self._view, self._notifier, self._memory = view, notifier, memory
        self._regency = current_regency().kemendagri_code

    def show_map(self, loaded: LoadedMap) -> None:
        """Show the maps, and report problems that are new."""
        canvas, legend = self._view.canvas, self._view.legend
        is_first, known_problems = canvas.content.base_map is None, legend.problems
        known = frozenset() if is_first else canvas.content.style.hidden_by_default()
        canvas.show_style(loaded.style)
        for name in loaded.style.hidden_by_default() - known - set(self._memory.shown_layers):
            canvas.set_layer_visible(name, visible=False)
        canvas.show_tiles(tile_layers(loaded.tiles))
        canvas.show_base_map(loaded.base_map)
        self.base_map_changed.emit(loaded.base_map)
        canvas.show_layers(loaded.layers, removable=loaded.removable, missing=loaded.missing)
        legend.show_problems(loaded.problems)
        for problem in loaded.problems:
            if problem not in known_problems:
                self._notifier.refuse(problem)
        regency, before = current_regency().kemendagri_code, self._regency
        self._regency = regency
        if not is_first and (canvas.is_fitted or regency != before):
            canvas.fit_regency()  # the boundaries may have changed, or the log-in brought another regency
        view = self._memory.view
        if is_first and view is not None:
            canvas.centre_on(view.lon_deg, view.lat_deg, view.metres_per_px)
