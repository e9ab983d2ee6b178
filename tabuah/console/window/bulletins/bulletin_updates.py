"""Updates of bulletins: the map layers, and the panel of data sources."""

from PySide6.QtCore import QObject

from tabuah.console.window.bulletins.bulletin_layers import (
    BulletinMark,
    KnownBulletins,
    bulletin_layers,
    bulletin_marks,
)
from tabuah.console.window.bulletins.source_items import SourcesReport, sources_content, station_link_items
from tabuah.console.window.shared.impact_cache import ImpactCache
from tabuah.console.window.shared.panels import LowerPanel
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.gis.base_map import BaseMap, MapLayer
from tabuah.operations.bulletins.bulletin import KnownWarning
from tabuah.operations.bulletins.local_relevance import LocalRelevance
from tabuah.operations.impact_areas import warning_impact_area
from tabuah.operations.people.permissions import may_write
from tabuah.text.facts import Facts
from tabuah.text.map.impact import impact_facts
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.bulletins.data_sources_panel import DataSourcesPanel
from tabuah.widgets.map.canvas import MapCanvas


class BulletinUpdates(QObject):
    """Updates map and panel. Layers are built on a worker, and only for changed marks."""

    PARTS = frozenset({StatePart.BULLETINS, StatePart.ALARMS, StatePart.STATIONS, StatePart.PERSON})

    def __init__(
        self,
        state: ConsoleState,
        work: TaskRunner[None],
        *,
        canvas: MapCanvas,
        panel: DataSourcesPanel,
        lower: LowerPanel,
        impacts: ImpactCache,
    ) -> None:
        super().__init__(panel)
        self._state, self._work, self._canvas, self._panel = state, work, canvas, panel
        self._lower, self._impacts = lower, impacts
        impacts.computed.connect(self._on_impact_changed)
        impacts.forgotten.connect(self._on_impact_changed)
        self._marks: tuple[BulletinMark, ...] = ()
        self._view: LocalRelevance | None = None
        self.sources = SourcesReport()
        self._is_map_held = False  # while the map shows the past

    def use_map(self, base_map: BaseMap) -> None:
        """Use this map for distances and areas."""
        self._work.run(lambda _context: LocalRelevance(base_map), on_done=self._on_view_made)

    def show_sources(self, sources: SourcesReport) -> None:
        """Show the server's report on its sources."""
        self.sources = sources
        self.refresh()

    def refresh(self) -> None:
        self.tick()
        if self._lower.shows_sources:
            self.show_list()

    def hold_map(self, *, held: bool) -> None:
        """Hide the layers while the map shows the past, or show them again."""
        self._is_map_held = held
        self.tick()

    def tick(self) -> None:
        """Update for the current time: warnings expire and statements age."""
        marks = () if self._is_map_held else bulletin_marks(self._known_bulletins(), self._state.now())
        if marks != self._marks:
            self._marks = marks
            self._work.run(lambda _context: bulletin_layers(marks), on_done=lambda made: self._show(marks, made))

    def show_list(self) -> None:
        snapshot, now = self._state.snapshot, self._state.now()
        allowed = may_write(snapshot.role, "volcano.levelled")
        content = sources_content(
            self._known_bulletins(),
            self.sources,
            alarms=snapshot.alarms.values(),
            view=self._view,
            impact=self._impact_facts,
            links=station_link_items(snapshot.stations, self._state.latest, snapshot.alarms.values(), now),
            level_reason="" if allowed else describe_reason("role_forbids"),
            now=now,
        )
        self._panel.show_content(content)

    def _on_impact_changed(self) -> None:
        if self._lower.shows_sources:
            self.show_list()

    def _impact_facts(self, warning: KnownWarning) -> Facts:
        """Return the impact of a warning that is in force here; nothing while it is computed."""
        area = warning_impact_area(warning)
        impact = self._impacts.impact(area)
        return impact_facts(impact, area) if impact and area else ()

    def _known_bulletins(self) -> KnownBulletins:
        snapshot = self._state.snapshot
        return KnownBulletins(
            earthquakes=snapshot.earthquakes, warnings=snapshot.warnings, volcanoes=snapshot.volcanoes
        )

    def _show(self, marks: tuple[BulletinMark, ...], layers: tuple[MapLayer, ...]) -> None:
        if marks == self._marks:
            self._canvas.show_agency_layers(layers, agencies=tuple(dict.fromkeys(mark.source for mark in marks)))

    def _on_view_made(self, view: LocalRelevance) -> None:
        self._view = view
        self.refresh()
