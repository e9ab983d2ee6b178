"""The map layers of open disruptions: symbols, and the closed parts of roads; built on a worker."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from PySide6.QtCore import QObject
from shapely.geometry import LineString, Point

from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.gis.base_map import DETAIL, LayerKind, MapLayer
from tabuah.gis.map_layers import NamedShape, make_layer
from tabuah.operations.disruptions.disruption import Disruption, Line
from tabuah.operations.exercises.exercise import Exercise
from tabuah.text.disruptions.disruption_text import describe_disruption, describe_period
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.widgets.map.canvas import MapCanvas

DISRUPTIONS: Final = "disruptions"
CLOSED_ROADS: Final = "closed_roads"


class DisruptionMark(msgspec.Struct, frozen=True, kw_only=True):
    """One disruption on the map. Equal marks need no redraw."""

    id: str
    name: str
    note: str
    kind: str
    lon_deg: float
    lat_deg: float
    line: Line


def disruption_marks(
    disruptions: Iterable[Disruption], exercises: Mapping[str, Exercise]
) -> tuple[DisruptionMark, ...]:
    """Return the marks of the open disruptions."""
    return tuple(_mark(each, exercises) for each in disruptions if each.is_open)


def disruption_layers(marks: tuple[DisruptionMark, ...]) -> tuple[MapLayer, ...]:
    """Return the layers of these marks, lines below symbols; none without marks."""
    lines = [_shape(mark, LineString(mark.line)) for mark in marks if len(mark.line) > 1]
    points = [_shape(mark, Point(mark.lon_deg, mark.lat_deg)) for mark in marks]
    found = ((CLOSED_ROADS, LayerKind.LINE, lines), (DISRUPTIONS, LayerKind.POINT, points))
    return tuple(make_layer(name, kind, shapes) for name, kind, shapes in found if shapes)


def _shape(mark: DisruptionMark, shape: LineString | Point) -> NamedShape:
    return NamedShape(shape=shape, code=mark.id, name=mark.name, attributes={DETAIL: mark.note, "kind": mark.kind})


def _mark(disruption: Disruption, exercises: Mapping[str, Exercise]) -> DisruptionMark:
    mark = exercise_mark(disruption, exercises)
    # The time of the text is that of the last change: the layer is not drawn again as time passes.
    parts = (describe_disruption(disruption), describe_period(disruption, disruption.changed_at), disruption.source)
    return DisruptionMark(
        id=disruption.id,
        name=f"{mark} · {disruption.name}" if mark else disruption.name,
        note=" · ".join(filter(None, parts)),
        kind=disruption.kind.value,
        lon_deg=disruption.place.lon_deg,
        lat_deg=disruption.place.lat_deg,
        line=disruption.line,
    )


class DisruptionUpdates(QObject):
    """Updates the layers of disruptions. They are built on a worker, and only for changed marks."""

    PARTS = frozenset({StatePart.DISRUPTIONS, StatePart.WORLD})

    def __init__(self, state: ConsoleState, work: TaskRunner[None], canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._state, self._work, self._canvas = state, work, canvas
        self._marks: tuple[DisruptionMark, ...] = ()
        self._is_map_held = False  # while the map shows the past

    def refresh(self) -> None:
        snapshot = self._state.snapshot
        marks = () if self._is_map_held else disruption_marks(snapshot.disruptions.values(), snapshot.exercises)
        if marks != self._marks:
            self._marks = marks
            self._work.run(lambda _context: disruption_layers(marks), on_done=lambda made: self._show(marks, made))

    def hold_map(self, *, held: bool) -> None:
        """Hide the layers while the map shows the past, or show them again."""
        self._is_map_held = held
        self.refresh()

    def _show(self, marks: tuple[DisruptionMark, ...], layers: tuple[MapLayer, ...]) -> None:
        if marks == self._marks:
            self._canvas.show_disruption_layers(layers)
