"""Everything that follows the room in one window: which parts redraw which views, and the clock that ages them."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.actions import Situation
from tabuah.console.window.parts import Parts
from tabuah.console.window.room import Part
from tabuah.console.window.selection import Selection
from tabuah.console.window.services import Services
from tabuah.console.window.showing.alarms import AlarmShowing
from tabuah.console.window.showing.bulletins import BulletinShowing
from tabuah.console.window.showing.details import DetailsShowing
from tabuah.console.window.showing.frame import FrameShowing
from tabuah.console.window.showing.incidents import IncidentShowing
from tabuah.console.window.showing.layers import LayerShowing
from tabuah.console.window.showing.stations import StationShowing
from tabuah.console.window.showing.surfaces import SurfaceShowing
from tabuah.console.window.showing.units import UnitShowing

_CLOCK_MS = 1_000
_AGES_EVERY = 10  # ticks of the clock


class Following(QObject):
    """Hands what has changed to the views that show it."""

    def __init__(
        self,
        services: Services,
        parts: Parts,
        selection: Selection,
        *,
        situation: Callable[[], Situation],
        on_conflicts: Callable[[], None],
        on_asides: Callable[[], None],
    ) -> None:
        super().__init__(parts.side)
        room, canvas = services.room, parts.map.canvas
        self._room, self._on_conflicts, self._on_asides = room, on_conflicts, on_asides
        self.alarms = AlarmShowing(room, services.readings, parts.strip)
        self.incidents = IncidentShowing(room, selection, parts.board, canvas)
        self.details = DetailsShowing(
            room,
            selection,
            parts.details,
            store=services.store,
            work=services.work,
            blobs=services.directory / "blobs",
            situation=situation,
        )
        self.stations = StationShowing(
            room, selection, services.readings, services.forecasts, canvas=canvas, chart=parts.chart
        )
        self.units = UnitShowing(room, selection, services.readings, canvas=canvas, panel=parts.units)
        self.frame = FrameShowing(room, parts.header, parts.status, severities=lambda: self.stations.severities)
        self.bulletins = BulletinShowing(room, services.work, canvas, parts.sources)
        self.surfaces = SurfaceShowing(room, services.readings, services.work, canvas)
        self.layers = LayerShowing(canvas, parts.layers, forget=services.forget_tiles)
        self._ticks = 0
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self._on_tick)
        room.changed.connect(self._on_room_changed)
        selection.incident_changed.connect(room.look_up)
        self.frame.show_time()

    def start(self) -> None:
        """Show everything that is known, and tick."""
        self._clock.start()
        if self._room.is_loaded:
            self._on_room_changed(frozenset(Part))

    def close(self) -> None:
        """Follow nothing any more."""
        self._clock.stop()
        self._room.changed.disconnect(self._on_room_changed)
        self.stations.close()
        self.units.close()
        self.surfaces.close()

    def hold_map(self, held: bool) -> None:
        """Leave the marks on the map alone while it shows the past, or show those of now again."""
        for showing in (self.stations, self.incidents, self.units, self.bulletins):
            showing.leaves_map = held
        self.surfaces.hold(held=held)
        self.bulletins.tick()
        if not held:
            self.stations.tick()
            self.incidents.refresh()
            self.units.tick()

    def _on_room_changed(self, parts: frozenset[Part]) -> None:
        board = (self.alarms, self.incidents, self.details)
        for showing in (*board, self.stations, self.units, self.bulletins, self.surfaces, self.frame):
            if parts & showing.PARTS:
                showing.refresh()
        if Part.INCIDENTS in parts:
            self._on_conflicts()
        if parts & {Part.ASIDES, Part.INCIDENTS, Part.PERSON}:
            self._on_asides()

    def _on_tick(self) -> None:
        self.frame.show_time()
        self._ticks += 1
        if self._ticks % _AGES_EVERY == 0:
            self.alarms.refresh()
            self.incidents.tick()
            self.details.tick()
            self.stations.tick()
            self.units.tick()
            self.bulletins.refresh()
            self.stations.show_chart()
        self.frame.refresh()
