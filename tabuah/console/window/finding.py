"""The command palette: what it can find, and what happens to what was chosen."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.action_keys import ActionKeys
from tabuah.console.window.actions import Situation, command_items
from tabuah.console.window.doing import Doing
from tabuah.console.window.places import Places
from tabuah.console.window.presenting.palette_bulletins import EARTHQUAKE, WARNING
from tabuah.console.window.presenting.palette_items import (
    COMMAND,
    INCIDENT,
    PLACE,
    STATION,
    UNIT,
    incident_items,
    palette_items,
)
from tabuah.console.window.workflows.bookmarking import BOOKMARK
from tabuah.console.window.workplace import Workplace
from tabuah.operations.incidents.incident import Incident
from tabuah.widgets.palette.command_palette import CommandPalette
from tabuah.widgets.palette.palette_item import PaletteItem
from tabuah.widgets.sources.source_item import EARTHQUAKES, WARNINGS

MOST_FOUND: Final = 20  # of the incidents that are over
_TAB_OF: Final = {EARTHQUAKE: EARTHQUAKES, WARNING: WARNINGS}


class Finding(QObject):
    """Fills the palette when it opens."""

    def __init__(
        self,
        palette: CommandPalette,
        place: Workplace,
        doing: Doing,
        keys: ActionKeys,
        *,
        situation: Callable[[], Situation],
    ) -> None:
        super().__init__(palette)
        self._palette, self._at, self._doing, self._keys, self._situation = palette, place, doing, keys, situation
        self._query, self._searches = "", False
        palette.chosen.connect(self._on_chosen)
        palette.page_requested.connect(self._on_page_requested)
        palette.query_changed.connect(self._on_query_changed)

    def open(self) -> None:
        """Open the palette with everything that can be found now."""
        snapshot, gazetteer = self._at.room.snapshot, self._at.places.gazetteer
        known = (*command_items(self._situation()), *self._doing.bookmarking.items())
        self._palette.show_items(palette_items(known, snapshot, gazetteer, now=self._at.room.now()))
        self._palette.open_palette()

    def _on_query_changed(self, query: str) -> None:
        self._query = query
        self._palette.show_found(query, _places(self._at.places, query))
        if not self._searches:
            self._search_archive(query)

    def _search_archive(self, query: str) -> None:
        """Incidents that were over long ago are found by their number, title and place; one search at a time."""
        self._searches = True
        self._at.store.run(
            lambda store: store.archive.find(query, MOST_FOUND),
            on_done=lambda found: self._on_archive_searched(query, found),
            on_error=self._on_search_failed,
        )

    def _on_archive_searched(self, query: str, found: list[Incident]) -> None:
        self._searches = False
        if query != self._query:
            self._search_archive(self._query)
            return
        known = self._at.room.snapshot.incidents
        over = [incident for incident in found if incident.id not in known]
        if over:
            self._palette.show_found(query, [*_places(self._at.places, query), *incident_items(over)])

    def _on_search_failed(self, error: Exception) -> None:
        self._searches = False
        self._at.teller.error(error)

    def _on_chosen(self, item: PaletteItem) -> None:
        if item.kind == COMMAND:
            self._keys.run(item.id)
        elif item.kind == INCIDENT:
            self._choose_incident(item.id)
        elif item.kind == STATION:
            self._choose_station(item.id)
        elif item.kind == UNIT:
            self._doing.unit_working.show_unit(item.id)
        elif item.kind in _TAB_OF:
            self._doing.sourcing.begin(_TAB_OF[item.kind], look_at=item.id)
        elif item.kind == PLACE:
            lon_deg, lat_deg = (float(part) for part in item.id.split(","))
            self._doing.look_at(lon_deg, lat_deg)
            self._at.canvas.tools.point_out(lon_deg, lat_deg, item.title)
        elif item.kind == BOOKMARK:
            self._doing.bookmarking.go_to(int(item.id))

    def _on_page_requested(self, item: PaletteItem) -> None:
        """Only stations have one."""
        self._choose_station(item.id)
        self._doing.inspecting.begin()

    def _choose_incident(self, incident_id: str) -> None:
        self._at.selection.choose_incident(incident_id)
        self._at.room.look_up(incident_id, self._look_at_chosen)

    def _look_at_chosen(self) -> None:
        incident = self._at.incident
        if incident is not None and incident.place is not None:
            self._doing.look_at(incident.place.lon_deg, incident.place.lat_deg)

    def _choose_station(self, code: str) -> None:
        station = self._at.room.snapshot.stations.get(code)
        if station is not None:
            self._at.selection.choose_station(code)
            self._at.canvas.set_selection("station", code)
            self._doing.look_at(station.lon_deg, station.lat_deg)


def _places(places: Places, query: str) -> list[PaletteItem]:
    """Coordinates, towns, lakes and the volcano, which only the gazetteer finds."""
    return [
        PaletteItem(
            id=f"{found.lon_deg},{found.lat_deg}", kind=PLACE, title=found.name, detail=found.detail, icon="pin"
        )
        for found in places.suggest(query)
        if found.lon_deg is not None and not found.id.startswith(("nagari/", "kecamatan/"))
    ]
