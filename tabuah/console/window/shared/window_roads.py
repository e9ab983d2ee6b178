"""Distances by road for the views of the window: the network is read and searched on a worker."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.gis.roads.closures import RoadClosure
from tabuah.gis.roads.road_distance import LonLat
from tabuah.operations.exercises.scope import scope_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.travel_distance import RoadDistances, road_closures
from tabuah.resources.fault_isolation import record_fault
from tabuah.storage.cache.map.maps import FileSignature
from tabuah.storage.cache.map.road_files import network_signature

if TYPE_CHECKING:
    from tabuah.gis.roads.road_router import RoadRouter
    from tabuah.storage.cache.map.road_networks import RoadRouters

_Key = tuple[FileSignature | None, tuple[RoadClosure, ...]]


class WindowRoads(QObject):
    """Returns distances by road at once where they are known, and prepares others in the background.

    Signals:
        prepared: distances to a place that was asked for are known now, or the network has changed.
        failed: the network is damaged; the text says what to do.
    """

    prepared = Signal()
    failed = Signal(str)

    def __init__(
        self, state: ConsoleState, work: TaskRunner[None], directory: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._work, self._directory = state, work, directory
        self._routers: RoadRouters | None = None  # used by the worker only
        self._router: RoadRouter | None = None
        self._key: _Key | None = None
        self._asked: tuple[_Key, LonLat] | None = None

    def to(self, incident: Incident) -> RoadDistances | None:
        """Return what measures by road to an incident; None while it is prepared, and without a network or place."""
        place = incident.place
        signature = network_signature(self._directory)
        if place is None or signature is None:
            return None
        at = (place.lon_deg, place.lat_deg)
        closures = road_closures(scope_of(incident).select(self._state.snapshot.disruptions.values()))
        key = (signature, closures)
        if self._key == key and (self._router is None or self._router.is_prepared(at)):
            return self._router
        if self._asked != (key, at):
            self._asked = (key, at)
            self._work.run(
                lambda _context: self._prepare(closures, at),
                on_done=lambda router: self._keep(key, router),
                on_error=lambda error: self._on_failed(key, error),
            )
        return None

    def _prepare(self, closures: tuple[RoadClosure, ...], at: LonLat) -> "RoadRouter | None":
        """Read the network, unless it is known, and search it; on the worker."""
        # here, because the search library is not needed before the first incident is selected
        from tabuah.storage.cache.map.road_networks import RoadRouters  # noqa: PLC0415

        if self._routers is None:
            self._routers = RoadRouters(self._directory, on_problem=self.failed.emit)
        router = self._routers.router(closures)
        if router is not None:
            router.prepare(at)
        return router

    def _keep(self, key: _Key, router: "RoadRouter | None") -> None:
        self._key, self._router, self._asked = key, router, None
        self.prepared.emit()

    def _on_failed(self, key: _Key, error: Exception) -> None:
        """Log the fault. Distances are straight until the network or the closed roads change."""
        record_fault("road network", str(self._directory), error)
        self._keep(key, None)
