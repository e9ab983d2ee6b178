"""Updates of the map surfaces: input values, and the computation of those switched on, on a worker."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Slot

from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.gis.layers.map_style import LayerSpec
from tabuah.gis.layers.surfaces import Surface, ValueSource, make_surface, value_source
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.station import Parameter, Station
from tabuah.storage.readings.store import ReadingsStore
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.layers.layer_rows import surface_specs

MIN_COVERAGE: Final = 0.8  # of the expected readings; a sum over fewer would be too low
_FRESH_INTERVALS: Final = 3  # a newest value older than this many intervals is not current
_POINTS: Final = 96

Points = tuple[NDArray[np.float64], NDArray[np.float64]]  # longitudes and latitudes in degrees


def station_points(stations: Sequence[Station]) -> Points:
    """Return the positions of stations."""
    return (
        np.array([station.lon_deg for station in stations], dtype=np.float64),
        np.array([station.lat_deg for station in stations], dtype=np.float64),
    )


def incident_points(incidents: Mapping[str, Incident]) -> Points:
    """Return the positions of open incidents."""
    places = [each.place for each in incidents.values() if each.is_open and each.place is not None]
    return (
        np.array([place.lon_deg for place in places], dtype=np.float64),
        np.array([place.lat_deg for place in places], dtype=np.float64),
    )


def stations_measuring(stations: Iterable[Station], parameter: str) -> tuple[Station, ...]:
    """Return the stations that measure a parameter."""
    return tuple(station for station in stations if station.parameter(parameter) is not None)


def station_values(
    store: ReadingsStore, stations: Sequence[Station], source: ValueSource, now: datetime
) -> NDArray[np.float64]:
    """Return the newest value or the sum of the last hours for each station; NaN without enough data."""
    values = []
    for station in stations:
        parameter = station.parameter(source.parameter)
        assert parameter is not None
        ask = _sum if source.hours else _newest
        values.append(ask(store, station.code, parameter, source.hours, now))
    return np.array(values, dtype=np.float64)


def _newest(store: ReadingsStore, station: str, parameter: Parameter, _hours: int, now: datetime) -> float:
    age = timedelta(seconds=_FRESH_INTERVALS * parameter.expected_interval_s)
    readings = store.between(station, parameter.code, now - age, now)
    return readings[-1].value if readings else float("nan")


def _sum(store: ReadingsStore, station: str, parameter: Parameter, hours: int, now: datetime) -> float:
    span = timedelta(hours=hours)
    due = max(1.0, span.total_seconds() / parameter.expected_interval_s)
    points = store.series(station, parameter.code, now - span, now, points=_POINTS)
    if sum(point.count for point in points) < MIN_COVERAGE * due:
        return float("nan")
    return float(sum(point.total for point in points))


_EVERY_MS: Final = 20_000  # interval for new readings
_SOON_MS: Final = 50


class SurfaceUpdates(QObject):
    """Updates visible surfaces: at once when switched on, then every 20 seconds."""

    PARTS = frozenset({StatePart.STATIONS, StatePart.READINGS, StatePart.INCIDENTS})

    def __init__(
        self, state: ConsoleState, readings: ConsoleReadings, work: TaskRunner[None], canvas: MapCanvas
    ) -> None:
        super().__init__(canvas)
        self._state, self._readings, self._work, self._canvas = state, readings, work, canvas
        self._wanted: tuple[LayerSpec, ...] = ()
        self._made: dict[str, Surface] = {}
        self._held = False  # the map shows the past, which these surfaces are not part of
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._on_due)
        canvas.content_changed.connect(self._on_content_changed)

    def refresh(self) -> None:
        """Schedule an update."""
        if self._wanted and not self._held and not self._due.isActive():
            self._due.start(_EVERY_MS)

    def hold_map(self, *, held: bool) -> None:
        """Hide the surfaces while the map shows the past, or show them again."""
        self._held = held
        self._show()
        if not held and self._wanted:
            self._due.start(_SOON_MS)

    def close(self) -> None:
        """Stop all updates."""
        self._due.stop()
        self._wanted = ()
        self._canvas.content_changed.disconnect(self._on_content_changed)

    @Slot()
    def _on_content_changed(self) -> None:
        content = self._canvas.content
        wanted = tuple(spec for spec in surface_specs(content) if content.shows(spec.name))
        if content.base_map is None or wanted == self._wanted:
            return
        self._wanted = wanted
        kept = {spec.name for spec in wanted}
        self._made = {name: surface for name, surface in self._made.items() if name in kept}
        self._due.start(_SOON_MS)

    @Slot()
    def _on_due(self) -> None:
        self._show()
        for spec in self._wanted if not self._held else ():
            self._begin(spec)

    def _begin(self, spec: LayerSpec) -> None:
        """Query the values on the readings worker, then compute the surface on the general worker."""
        source, snapshot, now = value_source(spec), self._state.snapshot, self._state.now()
        if source is None:
            points = incident_points(snapshot.incidents)
            self._compute(spec, lambda base_map: make_surface(spec, base_map, *points))
            return
        stations = stations_measuring(snapshot.stations.values(), source.parameter)
        points = station_points(stations)

        def on_read(values: Any) -> None:
            if spec in self._wanted:
                self._compute(spec, lambda base_map: make_surface(spec, base_map, *points, values=values))

        self._readings.query(lambda store: station_values(store, stations, source, now), on_read)

    def _compute(self, spec: LayerSpec, make: Callable[[Any], Surface]) -> None:
        base_map = self._canvas.content.base_map
        self._work.run(lambda _context: make(base_map), on_done=partial(self._on_made, spec))

    def _on_made(self, spec: LayerSpec, surface: Surface) -> None:
        if spec in self._wanted:
            self._made[spec.name] = surface
            self._show()

    def _show(self) -> None:
        wanted = self._wanted if not self._held else ()
        surfaces = tuple(self._made[spec.name] for spec in wanted if spec.name in self._made)
        if surfaces != self._canvas.content.surfaces:
            self._canvas.show_surfaces(surfaces)
