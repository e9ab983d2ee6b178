"""Updates of the units: rows of the list, state, position by GPS or report, and map markers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.shared.window_roads import WindowRoads
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.selection import WindowSelection
from tabuah.console.window.units.coverage_layer import CoverageLayer, coverage_gaps
from tabuah.console.window.units.coverage_view import CoverageView
from tabuah.console.window.units.unit_markers import unit_markers
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.operations.units.check_ins import check_in_clock
from tabuah.operations.units.help_requests import open_help
from tabuah.operations.units.known_units import (
    KnownUnit,
    Tracks,
    UnitActivity,
    UnitDistance,
    locate_unit,
    sort_by_distance,
    unit_activities,
)
from tabuah.operations.units.tracker import LAT, LON
from tabuah.operations.units.tracks import TRAIL
from tabuah.operations.units.travel_distance import RoadDistances
from tabuah.operations.units.unit import UnitState
from tabuah.resources.regency import current_regency
from tabuah.storage.readings.store import ReadingsStore
from tabuah.storage.readings.tracks import read_tracks
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.units.check_in_text import describe_check_in_clock
from tabuah.text.units.coverage_text import describe_coverage
from tabuah.text.units.help_text import describe_help
from tabuah.text.units.travel_text import describe_travel
from tabuah.text.units.unit_status import (
    describe_distances_to,
    describe_double_assignment,
    describe_unit_count,
    describe_unit_position,
    describe_unit_state,
)
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import MarkerKind
from tabuah.widgets.units.unit_item import UnitItem, UnitsContent
from tabuah.widgets.units.units_panel import NEAREST, UnitsPanel
from tabuah.widgets.values import Level

_STATES: Final = tuple(UnitState)


def units_content(
    units: Sequence[KnownUnit],
    incident: Incident | None,
    *,
    nearest: bool,
    now: datetime,
    exercises: Mapping[str, Exercise] = MappingProxyType({}),
    notice: str = "",
    roads: RoadDistances | None = None,
) -> UnitsContent:
    """Return the list; sorting by distance needs an incident with a place."""
    place = incident.place if incident else None
    if place is None:
        ordered = sorted((UnitDistance(known=known) for known in units), key=_by_opd)
        items = tuple(_item(away, now, exercises) for away in ordered)
        return UnitsContent(units=items, summary=_summary(units), notice=notice)
    away = sort_by_distance(units, place.lon_deg, place.lat_deg, roads=roads)
    ordered = list(away) if nearest else sorted(away, key=_by_opd)
    number = incident.number if incident else ""
    return UnitsContent(
        units=tuple(_item(each, now, exercises) for each in ordered),
        grouped=not nearest,
        nearest_to=number,
        summary=f"{_summary(units)} · {describe_distances_to(number)}",
        notice=notice,
    )


def unit_level(state: UnitState) -> Level:
    """Return the mark of a unit's state."""
    if state is UnitState.AVAILABLE:
        return Level.NORMAL
    return Level.INFORMATION if state.is_busy else Level.NO_DATA


def _by_opd(away: UnitDistance) -> tuple[str, int, bool, float, str]:
    standing, distance = away.known.activity, away.distance_m
    opd = standing.unit.opd.casefold()
    return opd, _STATES.index(standing.state), distance is None, distance or 0.0, standing.unit.id


def _item(away: UnitDistance, now: datetime, exercises: Mapping[str, Exercise]) -> UnitItem:
    known = away.known
    clock = check_in_clock(known.activity, current_regency(), now)
    overdue, needs = clock is not None and clock.is_overdue(now), open_help(known.unit)
    return UnitItem(
        id=known.unit.id,
        name=known.unit.name,
        opd=known.unit.opd,
        level=Level.CRITICAL if needs else Level.HIGH if overdue else unit_level(known.activity.state),
        state=describe_unit_state(known.activity),
        place=describe_unit_position(known.position, now),
        old=known.position is not None and known.position.is_old(now),
        distance=describe_travel(away.travel),
        warning=describe_double_assignment(known.activity),
        check_in=describe_check_in_clock(clock, now),
        overdue=overdue,
        help=describe_help(needs),
        exercise=exercise_mark(known.unit, exercises),
    )


def _summary(units: Sequence[KnownUnit]) -> str:
    ready = sum(known.activity.state is UnitState.AVAILABLE for known in units)
    return describe_unit_count(len(units), ready)


_TRACKS_EVERY_MS: Final = 1_000
_CLOCKS_APART: Final = timedelta(minutes=1)


class UnitUpdates(QObject):
    """Updates markers and list. GPS tracks are read on a worker, at most once a second.

    Signals:
        shown: the list or its selection was updated.
    """

    shown = Signal()
    PARTS = frozenset(
        {StatePart.UNITS, StatePart.INCIDENTS, StatePart.DISRUPTIONS, StatePart.READINGS, StatePart.LINK}
    )

    def __init__(
        self,
        state: ConsoleState,
        selection: WindowSelection,
        readings: ConsoleReadings,
        *,
        canvas: MapCanvas,
        panel: UnitsPanel,
        coverage: CoverageView,
        coverage_layer: CoverageLayer,
        roads: WindowRoads,
    ) -> None:
        super().__init__(panel)
        self._state, self._selection, self._readings = state, selection, readings
        self._canvas, self._panel = canvas, panel
        self._coverage, self.coverage_layer, self._roads = coverage, coverage_layer, roads
        self.known: tuple[KnownUnit, ...] = ()
        self._is_map_held = False  # while the map shows the past
        self._standings: tuple[UnitActivity, ...] = ()
        self._of: tuple[object, object] = (None, None)  # the units and incidents of the cached standings
        self._disruptions: object = None  # those of the shown distances
        self._tracks: Tracks = {}
        self._heard: tuple[object, ...] = ()
        self._fetched: frozenset[str] = frozenset()  # trackers fetched since the connection was restored
        self._nearest = False
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(_TRACKS_EVERY_MS)
        self._due.timeout.connect(self._read_tracks)
        self._connect()

    def refresh(self) -> None:
        """Update the list at once, and positions soon."""
        self._fetch_when_online()
        snapshot = self._state.snapshot
        if self._of[0] is not snapshot.units or self._of[1] is not snapshot.incidents:
            self._of = (snapshot.units, snapshot.incidents)
            self._standings = unit_activities(snapshot.units, snapshot.incidents.values())
            self._disruptions = snapshot.disruptions
            self.tick()
        elif self._disruptions is not snapshot.disruptions:  # a road was closed or opened: other distances
            self._disruptions = snapshot.disruptions
            self._show_list()
        heard = tuple(self._state.latest.get((tracker, half)) for tracker in self._trackers() for half in (LON, LAT))
        if heard != self._heard:
            self._heard = heard
            self._read_soon()

    def tick(self) -> None:
        """Update positions: new ones arrived or became old."""
        now = self._state.now()
        located = (locate_unit(each, self._tracks.get(each.unit.tracker, ()), now) for each in self._standings)
        self.known = tuple(located)
        if not self._is_map_held:
            self._canvas.show_units(unit_markers(self.known, now, exercises=self._state.snapshot.exercises))
        self._show_list()
        coverage = () if self._is_map_held else self._coverage.now(self.known, self._state.scope)
        self.coverage_layer.show_gaps(coverage_gaps(coverage))

    def hold_map(self, *, held: bool) -> None:
        """Suspend the updates of the map while it shows the past, or resume them."""
        self._is_map_held = held
        if held:
            self.coverage_layer.show_gaps(())
        else:
            self.tick()

    def find(self, unit_id: str) -> KnownUnit | None:
        """Return a unit that is not retired."""
        return next((known for known in self.known if known.unit.id == unit_id), None)

    def close(self) -> None:
        """Stop all updates."""
        self._due.stop()

    def _connect(self) -> None:
        panel, selection = self._panel, self._selection
        panel.order_chosen.connect(self._on_order_chosen)
        panel.selection_changed.connect(selection.choose_unit)
        selection.unit_changed.connect(self._on_unit_changed)
        selection.incident_changed.connect(self._on_incident_changed)
        self._roads.prepared.connect(self._on_roads_prepared)
        self._canvas.selection_changed.connect(self._on_map_selection_changed)

    def _show_list(self) -> None:
        incident = self._state.snapshot.incidents.get(self._selection.incident)
        content = units_content(
            self.known,
            incident,
            nearest=self._nearest,
            now=self._state.now(),
            exercises=self._state.snapshot.exercises,
            notice=describe_coverage(self._coverage.now(self.known, self._state.scope)),
            roads=None if incident is None else self._roads.to(incident),
        )
        self._panel.show_units(content)
        self.shown.emit()

    def _trackers(self) -> tuple[str, ...]:
        return tuple(each.unit.tracker for each in self._standings if each.unit.tracker)

    def _fetch_when_online(self) -> None:
        """Fetch each track once after the connection is restored; later positions arrive live."""
        if self._state.link.state is not ConnectionState.ONLINE:
            self._fetched = frozenset()
            return
        wanted = frozenset(self._trackers()) - self._fetched
        if wanted and not self._state.snapshot.connection_settings.data_saver:
            self._fetched |= wanted
            self._readings.fetch_tracks(sorted(wanted))

    def _read_soon(self) -> None:
        if not self._due.isActive():
            self._due.start()

    @Slot()
    def _read_tracks(self) -> None:
        trackers, now = self._trackers(), self._state.now()
        if not trackers:
            return

        def read(store: ReadingsStore) -> Tracks:
            return read_tracks(store, trackers, since=now - TRAIL, until=now + _CLOCKS_APART)

        self._readings.query(read, self._on_tracks_read)

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

    @Slot()
    def _on_roads_prepared(self) -> None:
        self._show_list()

    @Slot(str)
    def _on_unit_changed(self, unit_id: str) -> None:
        self._panel.select(unit_id)
        known = self.find(unit_id)
        if known is not None and known.position is not None:
            self._canvas.set_selection(MarkerKind.UNIT.value, unit_id)
        self.shown.emit()

    @Slot(str, str)
    def _on_map_selection_changed(self, kind: str, marker_id: str) -> None:
        if kind == MarkerKind.UNIT.value:
            self._selection.choose_unit(marker_id)
