"""Map layers of the records of one subject, built on a worker when their marks change."""

from typing import ClassVar

import msgspec
from PySide6.QtCore import QObject
from shapely.geometry import LineString, Point

from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.gis.base_map import MapLayer
from tabuah.gis.map_layers import NamedShape
from tabuah.widgets.map.canvas import MapCanvas


class RecordMark(msgspec.Struct, frozen=True, kw_only=True):
    """One record on the map, in degrees (EPSG:4326). Equal marks need no redraw."""

    id: str
    name: str
    note: str
    kind: str
    lon_deg: float
    lat_deg: float
    line: tuple[tuple[float, float], ...] = ()  # the closed part of a road

    def point(self) -> NamedShape:
        """Return the symbol as a feature of a layer."""
        return self._feature(Point(self.lon_deg, self.lat_deg))

    def path(self) -> NamedShape:
        """Return the line as a feature of a layer."""
        return self._feature(LineString(self.line))

    def _feature(self, shape: Point | LineString) -> NamedShape:
        attributes = {"told": self.note, "kind": self.kind}
        return NamedShape(shape=shape, code=self.id, name=self.name, attributes=attributes)


Marks = tuple[RecordMark, ...]


class MarkUpdates(QObject):
    """Updates the layers of one subject; a subject states its marks and its layers."""

    PARTS: ClassVar[frozenset[StatePart]]

    def __init__(self, state: ConsoleState, work: TaskRunner[None], canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._state, self._work, self._canvas = state, work, canvas
        self._marks: Marks = ()
        self._is_map_held = False  # while the map shows the past

    def refresh(self) -> None:
        marks = () if self._is_map_held else self._present_marks()
        if marks != self._marks:
            self._marks = marks
            self._work.run(lambda _context: self._make_layers(marks), on_done=lambda made: self._show(marks, made))

    def hold_map(self, *, held: bool) -> None:
        """Hide the layers while the map shows the past, or show them again."""
        self._is_map_held = held
        self.refresh()

    def _present_marks(self) -> Marks:
        """Return the marks of the present state."""
        raise NotImplementedError

    def _make_layers(self, marks: Marks) -> tuple[MapLayer, ...]:
        """Return the layers of marks; called on a worker."""
        raise NotImplementedError

    def _show_layers(self, layers: tuple[MapLayer, ...]) -> None:
        raise NotImplementedError

    def _show(self, marks: Marks, layers: tuple[MapLayer, ...]) -> None:
        if marks == self._marks:
            self._show_layers(layers)
