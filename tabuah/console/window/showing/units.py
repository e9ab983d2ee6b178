"""Follows the units: what each is doing, where it is by its GPS or by word, their marks on the map and their list."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from tabuah.console.window.link import LinkState
from tabuah.console.window.presenting.unit_items import units_content
from tabuah.console.window.presenting.unit_marks import unit_markers
from tabuah.console.window.readings_desk import ReadingsDesk
from tabuah.console.window.room import Part, Room
from tabuah.console.window.selection import Selection
from tabuah.operations.units.knowing import KnownUnit, Tracks, locate_unit
from tabuah.operations.units.standing import UnitStanding, standings
from tabuah.operations.units.tracker import LAT, LON
from tabuah.operations.units.tracks import TRAIL
from tabuah.storage.readings.store import ReadingsStore
from tabuah.storage.readings.tracks import read_tracks
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.units.units_panel import NEAREST, UnitsPanel

_TRACKS_EVERY_MS: Final = 1_000
_CLOCKS_APART: Final = timedelta(minutes=1)


class UnitShowing(QObject):
    """Keeps the marks and the list right; what GPS have sent is read beside the window, at most once a second."""

    PARTS = frozenset({Part.UNITS, Part.INCIDENTS, Part.READINGS, Part.LINK})

    def __init__(
        self, room: Room, selection: Selection, readings: ReadingsDesk, *, canvas: MapCanvas, panel: UnitsPanel
    ) -> None:
        super().__init__(panel)
        self._room, self._selection, self._readings = room, selection, readings
        self._canvas, self._panel = canvas, panel
        self.known: tuple[KnownUnit, ...] = ()
        self.on_shown: Callable[[], None] = lambda: None
        self.leaves_map = False  # while the map shows the past
        self._standings: tuple[UnitStanding, ...] = ()
        self._of: tuple[object, object] = (None, None)  # the units and incidents that the standings are of
        self._tracks: Tracks = {}
        self._heard: tuple[object, ...] = ()
        self._fetched: frozenset[str] = frozenset()  # trackers whose past was fetched since the link is there
        self._nearest = False
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(_TRACKS_EVERY_MS)
        self._due.timeout.connect(self._read_tracks)
        self._connect()

    def refresh(self) -> None:
        """Something has changed: show what follows at once, and what GPS have sent soon."""
        self._fetch_when_online()
        snapshot = self._room.snapshot
        if self._of[0] is not snapshot.units or self._of[1] is not snapshot.incidents:
            self._of = (snapshot.units, snapshot.incidents)
            self._standings = standings(snapshot.units, snapshot.incidents.values())
            self.tick()
        heard = tuple(self._room.latest.get((tracker, half)) for tracker in self._trackers() for half in (LON, LAT))
        if heard != self._heard:
            self._heard = heard
            self._read_soon()

    def tick(self) -> None:
        """Positions have come, or have grown old."""
        now = self._room.now()
        located = (locate_unit(each, self._tracks.get(each.unit.tracker, ()), now) for each in self._standings)
        self.known = tuple(located)
        if not self.leaves_map:
            self._canvas.show_units(unit_markers(self.known, now))
        self._show_list()

    def find(self, unit_id: str) -> KnownUnit | None:
        """One of the units that are not retired."""
        return next((known for known in self.known if known.unit.id == unit_id), None)

    def close(self) -> None:
        """Follow nothing any more."""
        self._due.stop()

    def _connect(self) -> None:
        panel, selection = self._panel, self._selection
        panel.order_chosen.connect(self._on_order_chosen)
        panel.selection_changed.connect(selection.choose_unit)
        selection.unit_changed.connect(self._on_unit_changed)
        selection.incident_changed.connect(self._on_incident_changed)
        self._canvas.selection_changed.connect(self._on_map_selection_changed)

    def _show_list(self) -> None:
        incident = self._room.snapshot.incidents.get(self._selection.incident)
        content = units_content(self.known, incident, nearest=self._nearest, now=self._room.now())
        self._panel.show_units(content)
        self.on_shown()

    def _trackers(self) -> tuple[str, ...]:
        return tuple(each.unit.tracker for each in self._standings if each.unit.tracker)

    def _fetch_when_online(self) -> None:
        """When the link is there, ask once where each unit came from; what comes then is live."""
        if self._room.link.state is not LinkState.ONLINE:
            self._fetched = frozenset()
            return
        wanted = frozenset(self._trackers()) - self._fetched
        if wanted and not self._room.snapshot.line.data_saver:
            self._fetched |= wanted
            self._readings.fetch_tracks(sorted(wanted))

    def _read_soon(self) -> None:
        if not self._due.isActive():
            self._due.start()

    @Slot()
    def _read_tracks(self) -> None:
        trackers, now = self._trackers(), self._room.now()
        if not trackers:
            return

        def read(store: ReadingsStore) -> Tracks:
            return read_tracks(store, trackers, since=now - TRAIL, until=now + _CLOCKS_APART)

        self._readings.ask(read, self._on_tracks_read)

    def _on_tracks_read(self, tracks: Tracks) -> None:
        self._tracks = tracks
        self.tick()

    @Slot(str)
    def _on_order_chosen(self, order: str) -> None:
        self._nearest = order == NEAREST
        self._show_list()

    @Slot(str)
    def _on_incident_changed(self, _incident_id: str) -> None:
        self._show_list()

    @Slot(str)
    def _on_unit_changed(self, unit_id: str) -> None:
        self._panel.select(unit_id)
        known = self.find(unit_id)
        if known is not None and known.position is not None:
            self._canvas.set_selection(MarkerKind.UNIT.value, unit_id)
        self.on_shown()

    @Slot(str, str)
    def _on_map_selection_changed(self, kind: str, marker_id: str) -> None:
        if kind == MarkerKind.UNIT.value:
            self._selection.choose_unit(marker_id)
