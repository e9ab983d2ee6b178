"""What every workflow works with, and the one way to save: on the cache thread, then shown, then sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tabuah.console.window.confirm_card import ConfirmCard
from tabuah.console.window.map_imports import MapImports
from tabuah.console.window.panels import SidePanel
from tabuah.console.window.places import Places
from tabuah.console.window.room import Room
from tabuah.console.window.selection import Selection
from tabuah.console.window.tasks import TaskRunner
from tabuah.console.window.telling import Teller
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.widgets.map.canvas import MapCanvas

Saved = tuple[ChainedEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """The room, its workers and the parts of the window that workflows share."""

    directory: Path
    room: Room
    store: TaskRunner[ConsoleStore]
    work: TaskRunner[None]
    network: TaskRunner[ConsoleStore]
    places: Places
    selection: Selection
    side: SidePanel
    canvas: MapCanvas
    confirm: ConfirmCard
    teller: Teller
    sync_soon: Callable[[], None]
    imports: MapImports
    reload_map: Callable[[], None]

    @property
    def incident(self) -> Incident | None:
        """The incident that is looked at."""
        return self.room.snapshot.incidents.get(self.selection.incident)

    def save(
        self, make: Callable[[ConsoleStore], Sequence[Draft]], *, on_saved: Callable[[Saved], None] | None = None
    ) -> None:
        """Save what `make` makes on the cache thread, all or none; what went wrong is told."""

        def saved(entries: Saved) -> None:
            self.room.refresh()
            self.sync_soon()
            if on_saved is not None:
                on_saved(entries)

        self.store.run(lambda store: store.save_all(make(store)), on_done=saved, on_error=self.teller.error)

    def show_station(self, station: Station) -> None:
        """Choose a station and bring it into the middle of the map, as large as the map is."""
        self.selection.choose_station(station.code)
        self.canvas.set_selection("station", station.code)
        self.canvas.centre_on(station.lon_deg, station.lat_deg, self.canvas.view.metres_per_px)

    def save_draft(self, draft: Draft, *, on_saved: Callable[[Saved], None] | None = None) -> None:
        """Save one draft."""
        self.save(lambda _store: (draft,), on_saved=on_saved)
