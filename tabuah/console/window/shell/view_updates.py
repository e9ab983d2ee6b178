"""View updates of one window: maps changes of the console state to the views that show them."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from tabuah.console.window.alarms.alarm_updates import AlarmUpdates
from tabuah.console.window.bulletins.bulletin_updates import BulletinUpdates
from tabuah.console.window.disruptions.disruption_layer import DisruptionUpdates
from tabuah.console.window.exercises.world_updates import WorldUpdates
from tabuah.console.window.incidents.details_updates import DetailsUpdates
from tabuah.console.window.incidents.incident_updates import IncidentUpdates
from tabuah.console.window.map.layer_updates import LayerUpdates
from tabuah.console.window.map.surface_updates import SurfaceUpdates
from tabuah.console.window.shell.status_updates import StatusUpdates
from tabuah.console.window.shelters.shelter_layer import ShelterUpdates
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.stations.station_updates import StationUpdates
from tabuah.console.window.units.unit_updates import UnitUpdates
from tabuah.resources.fault_isolation import isolated

_CLOCK_MS = 1_000
_AGES_EVERY_TICKS = 10  # clock ticks between updates of displayed ages


class SubjectUpdates(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The updates of each subject."""

    alarms: AlarmUpdates
    incidents: IncidentUpdates
    details: DetailsUpdates
    stations: StationUpdates
    units: UnitUpdates
    shelters: ShelterUpdates
    disruptions: DisruptionUpdates
    bulletins: BulletinUpdates
    surfaces: SurfaceUpdates
    layers: LayerUpdates
    status: StatusUpdates
    world: WorldUpdates


class ViewUpdates(QObject):
    """Passes state changes to the updates of each subject, and refreshes displayed ages.

    A change that concerns several views updates one of them in each turn of the event loop, so that the window
    handles keys and clicks between two of them. Another user or world is shown at once, so that the window never
    shows two of them.

    Signals:
        incidents_changed: incidents changed, and with them conflicts.
        trays_changed: held or rejected work, or what decides about it, changed.
        view_failed: a view cannot show its data; emitted once for each view.
    """

    incidents_changed = Signal()
    trays_changed = Signal()
    view_failed = Signal()

    def __init__(self, state: ConsoleState, subjects: SubjectUpdates, parent: QObject) -> None:
        super().__init__(parent)
        self._scope = state.scope  # of the world that the views show
        self._state, self._status, self._details = state, subjects.status, subjects.details
        self.world = subjects.world
        self.alarms, self.incidents, self.bulletins = subjects.alarms, subjects.incidents, subjects.bulletins
        self.stations, self.units, self.surfaces = subjects.stations, subjects.units, subjects.surfaces
        self._shelters, self._disruptions = subjects.shelters, subjects.disruptions
        self._ticks = 0
        self._failed: set[str] = set()  # views that have failed
        self._due: list[Callable[[], object]] = []  # updates that wait for their turn, each once
        self._next = QTimer(self)
        self._next.setInterval(0)
        self._next.timeout.connect(self._on_next)
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self._on_tick)
        state.changed.connect(self._on_state_changed)
        self._status.show_time()

    def start(self) -> None:
        """Show the current state and start the clock."""
        self._clock.start()
        if self._state.is_loaded:
            self._on_state_changed(frozenset(StatePart))  # at once: the first frame shows all of them

    def close(self) -> None:
        """Stop all updates."""
        self._clock.stop()
        self._next.stop()
        self._state.changed.disconnect(self._on_state_changed)
        self.stations.close()
        self.units.close()
        self.surfaces.close()

    def hold_map_updates(self, held: bool) -> None:
        """Suspend the updates of the map while it shows the past, or resume them."""
        for updates in (
            self.stations,
            self.incidents,
            self.units,
            self.bulletins,
            self.surfaces,
            self._shelters,
            self._disruptions,
        ):
            updates.hold_map(held=held)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        board = (self.alarms, self.incidents, self._details)
        on_map = (self.stations, self.units, self.bulletins, self.surfaces, self._shelters, self._disruptions)
        for updates in (self.world, *board, *on_map, self._status):
            if parts & updates.PARTS:
                self._plan(updates.refresh)
        if StatePart.INCIDENTS in parts:
            self._plan(self.incidents_changed.emit)
        if parts & {StatePart.TRAYS, StatePart.INCIDENTS, StatePart.PERSON}:
            self._plan(self.trays_changed.emit)
        if StatePart.PERSON in parts or self._scope != self._state.scope:
            self._scope = self._state.scope
            self._update_due()

    def _on_tick(self) -> None:
        self._status.show_time()
        self._ticks += 1
        if self._ticks % _AGES_EVERY_TICKS == 0:
            for update in (
                self.alarms.refresh,
                self.incidents.tick,
                self._details.tick,
                self.stations.tick,
                self.units.tick,
                self.bulletins.refresh,
                self.stations.show_chart,
                self.world.tick,
            ):
                self._plan(update)
        self._plan(self._status.refresh)

    def _plan(self, update: Callable[[], object]) -> None:
        """Update a view after those that are already due."""
        if update not in self._due:
            self._due.append(update)
        self._next.start()

    def _on_next(self) -> None:
        if self._due:
            self._update(self._due.pop(0))
        if not self._due:
            self._next.stop()

    def _update_due(self) -> None:
        while self._due:
            self._on_next()

    def _update(self, update: Callable[[], object]) -> None:
        """Update one view; a fault leaves the others as they are and is reported once."""
        view = type(getattr(update, "__self__", update)).__name__
        with isolated("view", view, catch=(Exception,)) as fault:
            update()
        if fault.failed and view not in self._failed:
            self._failed.add(view)
            self.view_failed.emit()
