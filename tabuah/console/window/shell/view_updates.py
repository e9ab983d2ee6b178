"""View updates of one window: maps changes of the console state to the views that show them."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.alarms.alarm_updates import AlarmUpdates
from tabuah.console.window.bulletins.bulletin_updates import BulletinUpdates
from tabuah.console.window.incidents.details_updates import DetailsUpdates
from tabuah.console.window.incidents.incident_updates import IncidentUpdates
from tabuah.console.window.map.layer_updates import LayerUpdates
from tabuah.console.window.map.surface_updates import SurfaceUpdates
from tabuah.console.window.shell.services import Services
from tabuah.console.window.shell.status_updates import StatusUpdates
from tabuah.console.window.shell.window_widgets import WindowWidgets
from tabuah.console.window.state.console_state import StatePart
from tabuah.console.window.state.selection import WindowSelection
from tabuah.console.window.stations.station_updates import StationUpdates
from tabuah.console.window.units.unit_updates import UnitUpdates
from tabuah.widgets.values import ActionState

_CLOCK_MS = 1_000
_AGES_EVERY_TICKS = 10  # clock ticks between updates of displayed ages


class ViewUpdates(QObject):
    """Passes state changes to the updates of each subject, and refreshes displayed ages."""

    def __init__(
        self,
        services: Services,
        parts: WindowWidgets,
        selection: WindowSelection,
        *,
        details_actions: Callable[[], tuple[ActionState, ...]],
        on_conflicts: Callable[[], None],
        on_trays_changed: Callable[[], None],
    ) -> None:
        super().__init__(parts.side)
        state, canvas = services.state, parts.map.canvas
        self._state, self._on_conflicts, self._on_trays_changed = state, on_conflicts, on_trays_changed
        self.alarms = AlarmUpdates(state, services.readings, parts.strip)
        self.incidents = IncidentUpdates(state, selection, parts.board, canvas)
        self.details = DetailsUpdates(
            state,
            selection,
            parts.details,
            store=services.store,
            work=services.work,
            blobs=services.directory / "blobs",
            actions=details_actions,
        )
        self.stations = StationUpdates(
            state, selection, services.readings, services.forecasts, canvas=canvas, chart=parts.chart
        )
        self.units = UnitUpdates(state, selection, services.readings, canvas=canvas, panel=parts.units)
        self.frame = StatusUpdates(state, parts.header, parts.status, severities=lambda: self.stations.severities)
        self.bulletins = BulletinUpdates(state, services.work, canvas, parts.sources)
        self.surfaces = SurfaceUpdates(state, services.readings, services.work, canvas)
        self.layers = LayerUpdates(canvas, parts.layers, forget=services.forget_tiles)
        self._ticks = 0
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self._on_tick)
        state.changed.connect(self._on_room_changed)
        selection.incident_changed.connect(state.look_up)
        self.frame.show_time()

    def start(self) -> None:
        """Show the current state and start the clock."""
        self._clock.start()
        if self._state.is_loaded:
            self._on_room_changed(frozenset(StatePart))

    def close(self) -> None:
        """Stop all updates."""
        self._clock.stop()
        self._state.changed.disconnect(self._on_room_changed)
        self.stations.close()
        self.units.close()
        self.surfaces.close()

    def hold_map_updates(self, held: bool) -> None:
        """Suspend the updates of the map while it shows the past, or resume them."""
        for updates in (self.stations, self.incidents, self.units, self.bulletins):
            updates.is_map_held = held
        self.surfaces.hold(held=held)
        self.bulletins.tick()
        if not held:
            self.stations.tick()
            self.incidents.refresh()
            self.units.tick()

    def _on_room_changed(self, parts: frozenset[StatePart]) -> None:
        board = (self.alarms, self.incidents, self.details)
        for updates in (*board, self.stations, self.units, self.bulletins, self.surfaces, self.frame):
            if parts & updates.PARTS:
                updates.refresh()
        if StatePart.INCIDENTS in parts:
            self._on_conflicts()
        if parts & {StatePart.TRAYS, StatePart.INCIDENTS, StatePart.PERSON}:
            self._on_trays_changed()

    def _on_tick(self) -> None:
        self.frame.show_time()
        self._ticks += 1
        if self._ticks % _AGES_EVERY_TICKS == 0:
            self.alarms.refresh()
            self.incidents.tick()
            self.details.tick()
            self.stations.tick()
            self.units.tick()
            self.bulletins.refresh()
            self.stations.show_chart()
        self.frame.refresh()
