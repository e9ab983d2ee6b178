"""Follows the values of which the map makes surfaces; computes only those that are switched on, beside the window."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Slot

from tabuah.console.window.presenting.surface_values import (
    incident_points,
    measuring,
    station_points,
    station_values,
)
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Part, Room
from tabuah.console.window.tasks import TaskRunner
from tabuah.gis.layers.specification import LayerSpec
from tabuah.gis.layers.surfaces import Surface, make_surface, value_source
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.layer_rows import surface_specs

_EVERY_MS: Final = 20_000  # how often new readings are worth a new surface
_SOON_MS: Final = 50


class SurfaceShowing(QObject):
    """Keeps the surfaces right that are switched on: at once when they are, then every twenty seconds."""

    PARTS = frozenset({Part.STATIONS, Part.READINGS, Part.INCIDENTS})

    def __init__(self, room: Room, readings: ReadingsDesk, work: TaskRunner[None], canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._room, self._readings, self._work, self._canvas = room, readings, work, canvas
        self._wanted: tuple[LayerSpec, ...] = ()
        self._made: dict[str, Surface] = {}
        self._held = False  # the map shows the past, of which these surfaces are not
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._on_due)
        canvas.content_changed.connect(self._on_content_changed)

    def refresh(self) -> None:
        """Make them anew before long: something has changed."""
        if self._wanted and not self._held and not self._due.isActive():
            self._due.start(_EVERY_MS)

    def hold(self, *, held: bool) -> None:
        """Show none while the map shows the past, and those of now again."""
        self._held = held
        self._show()
        if not held and self._wanted:
            self._due.start(_SOON_MS)

    def close(self) -> None:
        """Follow nothing any more."""
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
        """Ask for the values, then for the surface, each where it belongs."""
        source, snapshot, now = value_source(spec), self._room.snapshot, self._room.now()
        if source is None:
            points = incident_points(snapshot.incidents)
            self._compute(spec, lambda basemap: make_surface(spec, basemap, *points))
            return
        stations = measuring(snapshot.stations.values(), source.parameter)
        points = station_points(stations)

        def on_read(values: Any) -> None:
            if spec in self._wanted:
                self._compute(spec, lambda basemap: make_surface(spec, basemap, *points, values=values))

        self._readings.ask(lambda store: station_values(store, stations, source, now), on_read)

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
