"""Selecting by a box or a polygon: incidents, stations, units, and the features that lie wholly inside."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from tabuah.resources.catalogue import _
from tabuah.widgets.map.tools.box_drag import BoxDrag, BoxDragging
from tabuah.widgets.map.tools.found import Found, found_inside, merged
from tabuah.widgets.map.tools.shape_shelf import ShapeShelf
from tabuah.widgets.map.tools.sketch import Figure, Sketch, crossing_of
from tabuah.widgets.map.tools.sketch_painter import SketchLook, SketchPainter, paint_crossing, paint_rubber
from tabuah.widgets.map.tools.tool import ENTER, SHIFT, MapTool, Place, Pointer, Stage, ToolWords


class SelectTool(MapTool):
    """What both ways of selecting share: the area of the last selection, and what it held."""

    def __init__(self, stage: Stage, shelf: ShapeShelf) -> None:
        super().__init__(stage)
        self._shelf = shelf
        self._chosen: Found | None = None

    def forget(self) -> None:
        """The selection was cleared elsewhere."""
        self._chosen = None
        self._changed()

    def step_back(self) -> bool:
        """Clear the selection."""
        was_chosen, self._chosen = self._chosen is not None, None
        if was_chosen:
            self._stage.finished(None)
            self._changed()
        return was_chosen

    def _choose(self, area_m: shapely.Polygon, *, add: bool) -> None:
        self._shelf.when_ready(partial(self._find, area_m, add=add))

    def _find(self, area_m: shapely.Polygon, *, add: bool) -> None:
        stage = self._stage
        found = found_inside(stage.picture, stage.content, stage.view, area_m=area_m, shelf=self._shelf)
        self._chosen = merged(self._chosen, found) if add and self._chosen is not None else found
        stage.finished(self._chosen)


class SelectBoxTool(BoxDragging, SelectTool):
    """Drag a box; by keys, one corner and then the other."""

    code: ClassVar[str] = "select_box"

    def __init__(self, stage: Stage, shelf: ShapeShelf) -> None:
        super().__init__(stage, shelf)
        self._box = BoxDrag()

    def words(self) -> ToolWords:
        """What to do next."""
        if self._box.corner is not None:
            return ToolWords(hint=_("Drag to the other corner · Space sets it · Esc drops the box"))
        if self._chosen is not None:
            return ToolWords(hint=_("Drag another box, with Shift to add it · Esc clears the selection"))
        return ToolWords(hint=_("Drag a box around what you want · Space sets a corner in the middle"))

    def release(self, pointer: Pointer) -> None:
        """Select what is in it."""
        self._box.stretch(pointer.place_m)
        self._take_box(add=pointer.holds(SHIFT))

    def click(self, pointer: Pointer) -> bool:
        """By keys: one corner, then the other."""
        if self._box.corner is None:
            self._box.begin(pointer.place_m)
            self._changed()
        else:
            self._box.stretch(pointer.place_m)
            self._take_box(add=False)
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """Nothing: a box is no matter of clicks."""
        del pointer
        return True

    def step_back(self) -> bool:
        """Drop the box, else clear the selection."""
        if self._box.clear():
            self._changed()
            return True
        return super().step_back()

    def _take_box(self, *, add: bool) -> None:
        corner, other, is_box = self._box.corner, self._box.other, self._box.is_box(self._stage.view)
        self._box.clear()
        if is_box and corner is not None and other is not None:
            (x, y), (other_x, other_y) = corner, other
            self._choose(shapely.box(min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)), add=add)
        self._changed()


class SelectPolygonTool(SelectTool):
    """Click around what is wanted; a double click or Enter closes the polygon."""

    code: ClassVar[str] = "select_polygon"

    def __init__(self, stage: Stage, shelf: ShapeShelf) -> None:
        super().__init__(stage, shelf)
        self._sketch = Sketch(figure=Figure.POLYGON)
        self._cursor: Place | None = None
        self._crossing: Place | None = None
        self._painter = SketchPainter()

    def end(self) -> None:
        """No polygon stays."""
        self._sketch, self._cursor, self._crossing = Sketch(figure=Figure.POLYGON), None, None

    def words(self) -> ToolWords:
        """What to do next."""
        problem = _("It would cross itself here; nothing was changed.") if self._crossing is not None else ""
        if self._chosen is not None and not self._sketch.vertices:
            return ToolWords(hint=_("Click around something else · Esc clears the selection"))
        if not self._sketch.can_be_whole:
            return ToolWords(hint=_("Click around what you want · Backspace takes one back"), problem=problem)
        return ToolWords(
            hint=_("Click on · a double click or Enter ends · Backspace takes one back"), problem=problem
        )

    def hover(self, pointer: Pointer) -> None:
        """The running edge follows."""
        self._cursor = pointer.place_m
        if self._sketch.vertices:
            self._stage.repaint()

    def click(self, pointer: Pointer) -> bool:
        """One more vertex, unless the polygon would cross itself."""
        self._cursor = pointer.place_m
        if not self._sketch.vertices or self._sketch.vertices[-1] != pointer.place_m:
            self._take(self._sketch.with_added(pointer.place_m))
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """It is whole."""
        del pointer
        self._finish()
        return True

    def answer(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Enter ends, Backspace takes back."""
        del held
        if key in ENTER and self._sketch.can_be_whole:
            return self._finish
        if key == Qt.Key.Key_Backspace and self._sketch.vertices:
            return lambda: self._take(self._sketch.with_last_taken_back())
        return None

    def step_back(self) -> bool:
        """Drop the polygon, else clear the selection."""
        if self._sketch.vertices:
            self.end()
            self._changed()
            return True
        return super().step_back()

    def paint(self, painter: QPainter) -> None:
        """The polygon while it is drawn."""
        view, palette = self._stage.view, self._stage.content.palette
        if self._sketch.vertices and self._cursor is not None:
            ends = [self._sketch.vertices[-1], self._cursor, self._sketch.vertices[0]]
            paint_rubber(painter, ends, view, palette, bad=False)
        self._painter.paint(painter, self._sketch, view, palette, SketchLook())
        if self._crossing is not None:
            paint_crossing(painter, self._crossing, view, palette)

    def _take(self, sketch: Sketch) -> None:
        self._crossing = crossing_of(sketch)
        if self._crossing is None:
            self._sketch = sketch
        self._changed()

    def _finish(self) -> None:
        whole = self._sketch.made_whole()
        if not whole.can_be_whole:
            return
        self._crossing = crossing_of(whole)
        if self._crossing is None:
            self._sketch = Sketch(figure=Figure.POLYGON)
            self._choose(shapely.Polygon(whole.vertices), add=False)
        self._changed()
