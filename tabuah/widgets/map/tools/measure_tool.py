"""Measuring tools: length of a line, and area and perimeter of a polygon, on the ellipsoid."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from tabuah.gis.geodesy import bearing_deg, distance_m
from tabuah.gis.reference_systems import from_mercator
from tabuah.resources.localisation import _
from tabuah.text.map.measurements import describe_area, describe_direction, describe_length
from tabuah.widgets.map.tools.sketch import Sketch, SketchKind, find_crossing
from tabuah.widgets.map.tools.sketch_painter import SketchLook, SketchPainter, paint_rubber_band, to_pixels
from tabuah.widgets.map.tools.text_plates import paint_plate_at, paint_plate_beside, plate_width
from tabuah.widgets.map.tools.tool import ENTER, MapTool, Place, Pointer, ToolContext, ToolStatus

_MOST_LABELS = 60


class MeasureTool(MapTool):
    """Click adds a vertex, double click or Enter ends, Backspace removes; the next click starts again."""

    figure: ClassVar[SketchKind] = SketchKind.LINE

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._sketch = Sketch(figure=self.figure)
        self._cursor: Place | None = None
        self._painter = SketchPainter()
        self._running_text = ""
        self._labels: list[tuple[Place, Place, str]] = []  # edges with their lengths

    @property
    def sketch(self) -> Sketch:
        """The measured line or polygon."""
        return self._sketch

    def end(self) -> None:
        self._take(Sketch(figure=self.figure))

    def status(self) -> ToolStatus:
        """Return the total, including the running edge."""
        count = len(self._sketch.vertices)
        value = self._value(self._running())
        if self._sketch.closed:
            return ToolStatus(hint=_("Ctrl+C copies · a click starts again · Esc clears"), value=value)
        if count == 0:
            return ToolStatus(hint=_("Click the first point · Space uses the centre of the map"))
        if not self._sketch.can_be_completed:
            return ToolStatus(hint=_("Click the next point · Backspace removes the last point"), value=value)
        return ToolStatus(
            hint=_("Click the next point · double click or Enter ends · Backspace removes the last point"),
            value=value,
        )

    def hover(self, pointer: Pointer) -> None:
        """Update the running edge."""
        self._cursor = pointer.place_m
        if self._sketch.vertices and not self._sketch.closed:
            self._running_text = self._running_words(pointer.place_m)
            self._changed()

    def click(self, pointer: Pointer) -> bool:
        """Add a vertex."""
        start = Sketch(figure=self.figure) if self._sketch.closed else self._sketch
        if start.vertices and start.vertices[-1] == pointer.place_m:
            return True
        self._cursor = pointer.place_m
        self._take(start.with_added(pointer.place_m))
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """End the measurement; the first of the two clicks added the vertex."""
        del pointer
        self._finish()
        return True

    def action_for_key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Enter ends, Backspace removes the last vertex."""
        del held
        if key in ENTER and not self._sketch.closed and self._sketch.can_be_completed:
            return self._finish
        if key == Qt.Key.Key_Backspace and self._sketch.vertices:
            return self._take_back
        return None

    def cancel(self) -> bool:
        """Clear the measurement."""
        if not self._sketch.vertices:
            return False
        self._take(Sketch(figure=self.figure))
        return True

    def paint(self, painter: QPainter) -> None:
        """Paint the line, its edge lengths, and the running edge with its length."""
        view, content = self._context.view, self._context.content
        running = self._running() is not self._sketch
        if running and self._cursor is not None:
            ends = [self._sketch.vertices[-1], self._cursor]
            if self.figure is SketchKind.POLYGON and len(self._sketch.vertices) > 1:
                ends.append(self._sketch.vertices[0])
            paint_rubber_band(painter, ends, view, content.palette, bad=False)
        self._painter.paint(painter, self._sketch, view, content.palette, SketchLook())
        self._paint_labels(painter)
        if running and self._cursor is not None:
            at = QPointF(*view.to_screen(*self._cursor))
            text = self._running_text
            paint_plate_beside(painter, text, at, content.palette, view=view, text_scale=content.text_scale)

    def _paint_labels(self, painter: QPainter) -> None:
        """Paint the lengths of edges that have room for them."""
        view, content = self._context.view, self._context.content
        if not self._labels:
            return
        starts = to_pixels(np.array([start for start, _end, _text in self._labels]), view)
        ends = to_pixels(np.array([end for _start, end, _text in self._labels]), view)
        lengths = np.hypot(*(ends - starts).T)
        middles = (starts + ends) / 2
        drawn = 0
        for (_start, _end, text), length, middle in zip(
            self._labels, lengths.tolist(), middles.tolist(), strict=True
        ):
            inside = 0 <= middle[0] <= view.width_px and 0 <= middle[1] <= view.height_px
            if inside and drawn < _MOST_LABELS and length > plate_width(text, content.text_scale) + 18:
                paint_plate_at(painter, text, QPointF(*middle), content.palette, text_scale=content.text_scale)
                drawn += 1

    def _value(self, sketch: Sketch) -> str:
        return describe_length(sketch.length_m()) if len(sketch.vertices) > 1 else ""

    def _running(self) -> Sketch:
        """Return the sketch with the edge to the cursor, if there is one."""
        sketch, cursor = self._sketch, self._cursor
        if sketch.closed or cursor is None or not sketch.vertices or cursor == sketch.vertices[-1]:
            return sketch
        return sketch.with_added(cursor)

    def _running_words(self, cursor: Place) -> str:
        last, here = from_mercator(*self._sketch.vertices[-1]), from_mercator(*cursor)
        edge = f"{describe_length(distance_m(*last, *here))} · {describe_direction(bearing_deg(*last, *here))}"
        total = self._value(self._running())
        return f"{edge}\n{_('Total {value}').format(value=total)}" if len(self._sketch.vertices) > 1 else edge

    def _finish(self) -> None:
        if self._sketch.can_be_completed:
            self._take(self._sketch.completed())

    def _take_back(self) -> None:
        self._take(self._sketch.without_last())

    def _take(self, sketch: Sketch) -> None:
        self._sketch = sketch
        if self._cursor is not None and sketch.vertices:
            self._running_text = self._running_words(self._cursor)
        self._labels = [_edge(sketch.vertices[a], sketch.vertices[b]) for a, b in sketch.edges()]
        self._changed()


class DistanceTool(MeasureTool):
    """Measures the length of a line."""

    code: ClassVar[str] = "distance"


class AreaTool(MeasureTool):
    """Measures area and perimeter of a polygon."""

    code: ClassVar[str] = "measure_area"
    figure: ClassVar[SketchKind] = SketchKind.POLYGON

    def status(self) -> ToolStatus:
        """Return the area; a polygon that crosses itself has none."""
        status = super().status()
        if self._sketch.closed and find_crossing(self._sketch) is not None:
            return ToolStatus(
                hint=status.hint, problem=_("The outline crosses itself, so the area cannot be calculated.")
            )
        return status

    def _value(self, sketch: Sketch) -> str:
        if len(sketch.vertices) < 3:
            return describe_length(sketch.length_m()) if len(sketch.vertices) > 1 else ""
        around = describe_length(sketch.completed().length_m())
        return _("{area} · perimeter {length}").format(area=describe_area(sketch.area_m2()), length=around)


def _edge(start: Place, end: Place) -> tuple[Place, Place, str]:
    return start, end, describe_length(distance_m(*from_mercator(*start), *from_mercator(*end)))
