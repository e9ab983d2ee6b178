"""Updates of the map surfaces: computes those that are switched on, on a worker."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Slot

from tabuah.console.window.map.surface_values import (
    incident_points,
    station_points,
    station_values,
    stations_measuring,
)
from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.gis.layers.map_style import LayerSpec
from tabuah.gis.layers.surfaces import Surface, make_surface, value_source
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.layers.layer_rows import surface_specs

_EVERY_MS: Final = 20_000  # interval for new readings
_SOON_MS: Final = 50


class SurfaceUpdates(QObject):
    """Updates visible surfaces: at once when switched on, then every 20 seconds."""

    PARTS = frozenset({StatePart.STATIONS, StatePart.READINGS, StatePart.INCIDENTS})

    def __init__(
        self, state: ConsoleState, readings: ConsoleReadings, work: TaskRunner[None], canvas: MapCanvas
    ) -> None:
        super().__init__(canvas)
        self._state, self._readings, self._work, self._canvas = state, readings, work, canvas
        self._wanted: tuple[LayerSpec, ...] = ()
        self._made: dict[str, Surface] = {}
        self._held = False  # the map shows the past, which these surfaces are not part of
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._on_due)
        canvas.content_changed.connect(self._on_content_changed)

    def refresh(self) -> None:
        """Schedule an update."""
        if self._wanted and not self._held and not self._due.isActive():
            self._due.start(_EVERY_MS)

    def hold_map(self, *, held: bool) -> None:
        """Hide the surfaces while the map shows the past, or show them again."""
        self._held = held
        self._show()
        if not held and self._wanted:
            self._due.start(_SOON_MS)

    def close(self) -> None:
        """Stop all updates."""
        self._due.stop()
        self._wanted = ()
        self._canvas.content_changed.disconnect(self._on_content_changed)

    @Slot()
    def _on_content_changed(self) -> None:
        content = self._canvas.content
        wanted = tuple(spec for spec in surface_specs(content) if content.shows(spec.name))
        if content.basemap is None or wanted == self._wanted:
            return
        self._wanted = wanted
        kept = {spec.name for spec in wanted}
        self._made = {name: surface for name, surface in self._made.items() if name in kept}
        self._due.start(_SOON_MS)

    @Slot()
    def _on_due(self) -> None:
        self._show()
        for spec in self._wanted if not self._held else ():
            self._begin(spec)

    def _begin(self, spec: LayerSpec) -> None:
        """Query the values on the readings worker, then compute the surface on the general worker."""
        source, snapshot, now = value_source(spec), self._state.snapshot, self._state.now()
        if source is None:
            points = incident_points(snapshot.incidents)
            self._compute(spec, lambda basemap: make_surface(spec, basemap, *points))
            return
        stations = stations_measuring(snapshot.stations.values(), source.parameter)
        points = station_points(stations)

        def on_read(values: Any) -> None:
            if spec in self._wanted:
                self._compute(spec, lambda basemap: make_surface(spec, basemap, *points, values=values))

        self._readings.query(lambda store: station_values(store, stations, source, now), on_read)

    def _compute(self, spec: LayerSpec, make: Callable[[Any], Surface]) -> None:
        basemap = self._canvas.content.basemap
        self._work.run(lambda _context: make(basemap), on_done=partial(self._on_made, spec))

    def _on_made(self, spec: LayerSpec, surface: Surface) -> None:
        if spec in self._wanted:
            self._made[spec.name] = surface
            self._show()

    def _show(self) -> None:
        wanted = self._wanted if not self._held else ()
        surfaces = tuple(self._made[spec.name] for spec in wanted if spec.name in self._made)
        if surfaces != self._canvas.content.surfaces:
            self._canvas.show_surfaces(surfaces)
