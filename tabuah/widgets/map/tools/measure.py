"""Measuring on the ellipsoid: the length of a way, or the area and circumference of a polygon."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from tabuah.gis.geodesy import bearing_deg, distance_m
from tabuah.gis.reference_systems import from_mercator
from tabuah.resources.catalogue import _
from tabuah.widgets.map.tools.amounts import area_words, direction_words, length_words
from tabuah.widgets.map.tools.plates import paint_plate_at, paint_plate_beside, plate_width
from tabuah.widgets.map.tools.sketch import Figure, Sketch, crossing_of
from tabuah.widgets.map.tools.sketch_painter import SketchLook, SketchPainter, paint_rubber, to_pixels
from tabuah.widgets.map.tools.tool import ENTER, MapTool, Place, Pointer, Stage, ToolWords

_MOST_LABELS = 60


class MeasureTool(MapTool):
    """A click adds a vertex, a double click or Enter ends, Backspace takes back, the next click begins anew."""

    figure: ClassVar[Figure] = Figure.LINE

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._sketch = Sketch(figure=self.figure)
        self._cursor: Place | None = None
        self._painter = SketchPainter()
        self._running_text = ""
        self._labels: list[tuple[Place, Place, str]] = []  # edges with their lengths

    @property
    def sketch(self) -> Sketch:
        """What was measured so far."""
        return self._sketch

    def end(self) -> None:
        """Nothing stays on the map."""
        self._take(Sketch(figure=self.figure))

    def words(self) -> ToolWords:
        """The total, with the running edge while there is one."""
        count = len(self._sketch.vertices)
        value = self._value(self._running())
        if self._sketch.closed:
            return ToolWords(hint=_("Ctrl+C copies · a click begins anew · Esc clears"), value=value)
        if count == 0:
            return ToolWords(hint=_("Click where it begins · Space takes the middle of the map"))
        if not self._sketch.can_be_whole:
            return ToolWords(hint=_("Click the next point · Backspace takes one back"), value=value)
        return ToolWords(hint=_("Click on · a double click or Enter ends · Backspace takes one back"), value=value)

    def hover(self, pointer: Pointer) -> None:
        """The running edge follows."""
        self._cursor = pointer.place_m
        if self._sketch.vertices and not self._sketch.closed:
            self._running_text = self._running_words(pointer.place_m)
            self._changed()

    def click(self, pointer: Pointer) -> bool:
        """One more vertex."""
        start = Sketch(figure=self.figure) if self._sketch.closed else self._sketch
        if start.vertices and start.vertices[-1] == pointer.place_m:
            return True
        self._cursor = pointer.place_m
        self._take(start.with_added(pointer.place_m))
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """It ends; the vertex was added by the first of the two clicks."""
        del pointer
        self._finish()
        return True

    def answer(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Enter ends, Backspace takes back."""
        del held
        if key in ENTER and not self._sketch.closed and self._sketch.can_be_whole:
            return self._finish
        if key == Qt.Key.Key_Backspace and self._sketch.vertices:
            return self._take_back
        return None

    def step_back(self) -> bool:
        """Clear what was measured."""
        if not self._sketch.vertices:
            return False
        self._take(Sketch(figure=self.figure))
        return True

    def paint(self, painter: QPainter) -> None:
        """The line, the lengths of its edges, and the running edge with its plate."""
        view, content = self._stage.view, self._stage.content
        running = self._running() is not self._sketch
        if running and self._cursor is not None:
            ends = [self._sketch.vertices[-1], self._cursor]
            if self.figure is Figure.POLYGON and len(self._sketch.vertices) > 1:
                ends.append(self._sketch.vertices[0])
            paint_rubber(painter, ends, view, content.palette, bad=False)
        self._painter.paint(painter, self._sketch, view, content.palette, SketchLook())
        self._paint_labels(painter)
        if running and self._cursor is not None:
            at = QPointF(*view.to_screen(*self._cursor))
            text = self._running_text
            paint_plate_beside(painter, text, at, content.palette, view=view, text_scale=content.text_scale)

    def _paint_labels(self, painter: QPainter) -> None:
        """The lengths that have room on their edges."""
        view, content = self._stage.view, self._stage.content
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
        return length_words(sketch.length_m()) if len(sketch.vertices) > 1 else ""

    def _running(self) -> Sketch:
        """With the edge to the cursor, while it runs."""
        sketch, cursor = self._sketch, self._cursor
        if sketch.closed or cursor is None or not sketch.vertices or cursor == sketch.vertices[-1]:
            return sketch
        return sketch.with_added(cursor)

    def _running_words(self, cursor: Place) -> str:
        last, here = from_mercator(*self._sketch.vertices[-1]), from_mercator(*cursor)
        edge = f"{length_words(distance_m(*last, *here))} · {direction_words(bearing_deg(*last, *here))}"
        total = self._value(self._running())
        return f"{edge}\n{_('Total {value}').format(value=total)}" if len(self._sketch.vertices) > 1 else edge

    def _finish(self) -> None:
        if self._sketch.can_be_whole:
            self._take(self._sketch.made_whole())

    def _take_back(self) -> None:
        self._take(self._sketch.with_last_taken_back())

    def _take(self, sketch: Sketch) -> None:
        self._sketch = sketch
        if self._cursor is not None and sketch.vertices:
            self._running_text = self._running_words(self._cursor)
        self._labels = [_edge(sketch.vertices[a], sketch.vertices[b]) for a, b in sketch.edges()]
        self._changed()


class DistanceTool(MeasureTool):
    """The length of a way."""

    code: ClassVar[str] = "distance"


class AreaTool(MeasureTool):
    """The area and the circumference of a polygon."""

    code: ClassVar[str] = "measure_area"
    figure: ClassVar[Figure] = Figure.POLYGON

    def words(self) -> ToolWords:
        """The area; one that crosses itself has none."""
        words = super().words()
        if self._sketch.closed and crossing_of(self._sketch) is not None:
            return ToolWords(hint=words.hint, problem=_("The outline crosses itself, so it has no area."))
        return words

    def _value(self, sketch: Sketch) -> str:
        if len(sketch.vertices) < 3:
            return length_words(sketch.length_m()) if len(sketch.vertices) > 1 else ""
        around = length_words(sketch.made_whole().length_m())
        return _("{area} · around it {length}").format(area=area_words(sketch.area_m2()), length=around)


def _edge(start: Place, end: Place) -> tuple[Place, Place, str]:
    return start, end, length_words(distance_m(*from_mercator(*start), *from_mercator(*end)))
