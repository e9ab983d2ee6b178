"""The window context, which all actions share, and the one way to save entries."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tabuah.console.window.shared.confirm_card import ConfirmCard
from tabuah.console.window.shared.map_imports import MapImports
from tabuah.console.window.shared.notifier import Notifier
from tabuah.console.window.shared.panels import SidePanel
from tabuah.console.window.shared.window_roads import WindowRoads
from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.state.places import Places
from tabuah.console.window.state.selection import WindowSelection
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.widgets.map.canvas import MapCanvas

SavedEntries = tuple[ChainedEntry, ...]
_CLOSE_UP_M: Final = 40.0  # metres a pixel when the map centres on one object


class WindowContext(msgspec.Struct, frozen=True, kw_only=True):
    """The console state, its workers and the shared parts of the window."""

    directory: Path
    state: ConsoleState
    store: TaskRunner[ConsoleStore]
    work: TaskRunner[None]
    network: TaskRunner[ConsoleStore]
    places: Places
    selection: WindowSelection
    side: SidePanel
    canvas: MapCanvas
    confirm: ConfirmCard
    notifier: Notifier
    sync_soon: Callable[[], None]
    imports: MapImports
    roads: WindowRoads
    reload_map: Callable[[], None]

    @property
    def incident(self) -> Incident | None:
        """The selected incident."""
        return self.state.snapshot.incidents.get(self.selection.incident)

    def save(
        self,
        make: Callable[[ConsoleStore], Sequence[Draft]],
        *,
        on_saved: Callable[[SavedEntries], None] | None = None,
    ) -> None:
        """Save the drafts of `make` on the cache worker, all or none. Errors are shown."""

        def saved(entries: SavedEntries) -> None:
            self.state.refresh()
            self.sync_soon()
            if on_saved is not None:
                on_saved(entries)

        self.store.run(lambda store: store.save_all(make(store)), on_done=saved, on_error=self.notifier.error)

    def show_station(self, station: Station) -> None:
        """Select a station and centre the map on it at the current scale."""
        self.selection.choose_station(station.code)
        self.canvas.set_selection("station", station.code)
        self.canvas.centre_on(station.lon_deg, station.lat_deg, self.canvas.view.metres_per_px)

    def look_at(self, lon_deg: float, lat_deg: float) -> None:
        """Centre the map closely on a place and give it the focus."""
        self.canvas.centre_on(lon_deg, lat_deg, _CLOSE_UP_M)
        self.canvas.setFocus()

    def show_incident(self, incident_id: str) -> None:
        """Select an incident, also one that ended long ago, and show it on the map."""
        self.selection.choose_incident(incident_id)
        self.state.look_up(incident_id, self._look_at_incident)

    def _look_at_incident(self) -> None:
        incident = self.incident
        if incident is not None and incident.place is not None:
            self.look_at(incident.place.lon_deg, incident.place.lat_deg)

    def save_draft(self, draft: Draft, *, on_saved: Callable[[SavedEntries], None] | None = None) -> None:
        self.save(lambda _store: (draft,), on_saved=on_saved)
