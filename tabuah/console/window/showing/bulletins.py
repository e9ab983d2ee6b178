"""Follows what agencies tell: the marks on the map, and the panel that lists them with the state of all sources."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from tabuah.console.window.presenting.bulletin_layers import Bulletins, Mark, bulletin_layers, bulletin_marks
from tabuah.console.window.presenting.source_items import KnownSources, sources_content
from tabuah.console.window.presenting.station_links import link_items
from tabuah.console.window.room import Part, Room
from tabuah.console.window.tasks import TaskRunner
from tabuah.gis.basemap import Basemap, MapLayer
from tabuah.operations.authority.roles import may_write
from tabuah.operations.bulletins.viewpoint import Viewpoint
from tabuah.operations.reasons import reason_words
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.sources.sources_panel import SourcesPanel


class BulletinShowing(QObject):
    """Keeps map and panel right; layers are made beside the window, and only where a mark has changed."""

    PARTS = frozenset({Part.BULLETINS, Part.ALARMS, Part.STATIONS, Part.PERSON})

    def __init__(self, room: Room, work: TaskRunner[None], canvas: MapCanvas, panel: SourcesPanel) -> None:
        super().__init__(panel)
        self._room, self._work, self._canvas, self._panel = room, work, canvas, panel
        self._marks: tuple[Mark, ...] = ()
        self._view: Viewpoint | None = None
        self.sources = KnownSources()
        self.leaves_map = False  # while the map shows the past, of which these marks are not
        self.is_listed: Callable[[], bool] = lambda: False  # whether the panel is in front

    def know_map(self, basemap: Basemap) -> None:
        """Tell distances and areas by this map from now on."""
        self._work.run(lambda _context: Viewpoint(basemap), on_done=self._on_view_made)

    def take_sources(self, sources: KnownSources) -> None:
        """Take over what the server said of its sources."""
        self.sources = sources
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        self.tick()
        if self.is_listed():
            self.show_list()

    def tick(self) -> None:
        """Time has gone on: warnings end, statements grow old."""
        marks = () if self.leaves_map else bulletin_marks(self._told(), self._room.now())
        if marks != self._marks:
            self._marks = marks
            self._work.run(lambda _context: bulletin_layers(marks), on_done=lambda made: self._show(marks, made))

    def show_list(self) -> None:
        """Fill the panel."""
        snapshot, now = self._room.snapshot, self._room.now()
        allowed = may_write(snapshot.role, "volcano.levelled")
        content = sources_content(
            self._told(),
            self.sources,
            alarms=snapshot.alarms.values(),
            view=self._view,
            links=link_items(snapshot.stations, self._room.latest, snapshot.alarms.values(), now),
            level_reason="" if allowed else reason_words("role_forbids"),
            now=now,
        )
        self._panel.show_content(content)

    def _told(self) -> Bulletins:
        snapshot = self._room.snapshot
        return Bulletins(earthquakes=snapshot.earthquakes, warnings=snapshot.warnings, volcanoes=snapshot.volcanoes)

    def _show(self, marks: tuple[Mark, ...], layers: tuple[MapLayer, ...]) -> None:
        if marks == self._marks:
            self._canvas.show_told(layers, told_by=tuple(dict.fromkeys(mark.source for mark in marks)))

    def _on_view_made(self, view: Viewpoint) -> None:
        self._view = view
        self.refresh()
