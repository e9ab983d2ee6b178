"""Selection tools: incidents, stations, units and features inside a box or polygon."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from tabuah.resources.localisation import _
from tabuah.widgets.map.tools.box_drag import BoxDrag, BoxDragTool
from tabuah.widgets.map.tools.layer_index import LayerIndex
from tabuah.widgets.map.tools.map_query import QueryResult, merge_results, query_inside
from tabuah.widgets.map.tools.sketch import Sketch, SketchKind, find_crossing
from tabuah.widgets.map.tools.sketch_painter import SketchLook, SketchPainter, paint_crossing, paint_rubber_band
from tabuah.widgets.map.tools.tool import ENTER, SHIFT, MapTool, Place, Pointer, ToolContext, ToolStatus


class SelectTool(MapTool):
    """Base class of the selection tools; holds the area and result of the last selection."""

    def __init__(self, context: ToolContext, layer_index: LayerIndex) -> None:
        super().__init__(context)
        self._layer_index = layer_index
        self._chosen: QueryResult | None = None

    def forget(self) -> None:
        """Forget the selection, because it was cleared elsewhere."""
        self._chosen = None
        self._changed()

    def cancel(self) -> bool:
        was_chosen, self._chosen = self._chosen is not None, None
        if was_chosen:
            self._context.finished(None)
            self._changed()
        return was_chosen

    def _choose(self, area_m: shapely.Polygon, *, add: bool) -> None:
        self._layer_index.when_ready(partial(self._find, area_m, add=add))

    def _find(self, area_m: shapely.Polygon, *, add: bool) -> None:
        context = self._context
        found = query_inside(
            context.picture, context.content, context.view, area_m=area_m, layer_index=self._layer_index
        )
        self._chosen = merge_results(self._chosen, found) if add and self._chosen is not None else found
        context.finished(self._chosen)


class SelectBoxTool(BoxDragTool, SelectTool):
    """Selects by a box: drag it, or set two corners by keys."""

    code: ClassVar[str] = "select_box"

    def __init__(self, context: ToolContext, layer_index: LayerIndex) -> None:
        super().__init__(context, layer_index)
        self._box = BoxDrag()

    def status(self) -> ToolStatus:
        if self._box.corner is not None:
            return ToolStatus(hint=_("Drag to the other corner · Space sets it · Esc cancels the box"))
        if self._chosen is not None:
            return ToolStatus(hint=_("Drag another box, with Shift to add it · Esc clears the selection"))
        return ToolStatus(hint=_("Drag a box around the objects · Space sets a corner in the centre"))

    def release(self, pointer: Pointer) -> None:
        """Select the objects in the box."""
        self._box.stretch(pointer.place_m)
        self._take_box(add=pointer.holds(SHIFT))

    def click(self, pointer: Pointer) -> bool:
        """By keys: set one corner, then the other."""
        if self._box.corner is None:
            self._box.begin(pointer.place_m)
            self._changed()
        else:
            self._box.stretch(pointer.place_m)
            self._take_box(add=False)
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """Ignore double clicks."""
        del pointer
        return True

    def cancel(self) -> bool:
        """Drop the box, else clear the selection."""
        if self._box.clear():
            self._changed()
            return True
        return super().cancel()

    def _take_box(self, *, add: bool) -> None:
        corner, other, is_box = self._box.corner, self._box.other, self._box.is_box(self._context.view)
        self._box.clear()
        if is_box and corner is not None and other is not None:
            (x, y), (other_x, other_y) = corner, other
            self._choose(shapely.box(min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)), add=add)
        self._changed()


class SelectPolygonTool(SelectTool):
    """Selects by a polygon; double click or Enter closes it."""

    code: ClassVar[str] = "select_polygon"

    def __init__(self, context: ToolContext, layer_index: LayerIndex) -> None:
        super().__init__(context, layer_index)
        self._sketch = Sketch(figure=SketchKind.POLYGON)
        self._cursor: Place | None = None
        self._crossing: Place | None = None
        self._painter = SketchPainter()

    def end(self) -> None:
        """Drop the polygon."""
        self._sketch, self._cursor, self._crossing = Sketch(figure=SketchKind.POLYGON), None, None

    def status(self) -> ToolStatus:
        problem = _("The outline would cross itself here. Nothing was changed.") if self._crossing is not None else ""
        if self._chosen is not None and not self._sketch.vertices:
            return ToolStatus(hint=_("Click around other objects · Esc clears the selection"))
        if not self._sketch.can_be_completed:
            return ToolStatus(hint=_("Click around the objects · Backspace removes the last point"), problem=problem)
        return ToolStatus(
            hint=_("Click the next point · double click or Enter ends · Backspace removes the last point"),
            problem=problem,
        )

    def hover(self, pointer: Pointer) -> None:
        """Update the running edge."""
        self._cursor = pointer.place_m
        if self._sketch.vertices:
            self._context.repaint()

    def click(self, pointer: Pointer) -> bool:
        """Add a vertex unless the polygon would cross itself."""
        self._cursor = pointer.place_m
        if not self._sketch.vertices or self._sketch.vertices[-1] != pointer.place_m:
            self._take(self._sketch.with_added(pointer.place_m))
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """Close the polygon."""
        del pointer
        self._finish()
        return True

    def action_for_key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Enter closes the polygon, Backspace removes the last vertex."""
        del held
        if key in ENTER and self._sketch.can_be_completed:
            return self._finish
        if key == Qt.Key.Key_Backspace and self._sketch.vertices:
            return lambda: self._take(self._sketch.without_last())
        return None

    def cancel(self) -> bool:
        """Drop the polygon, else clear the selection."""
        if self._sketch.vertices:
            self.end()
            self._changed()
            return True
        return super().cancel()

    def paint(self, painter: QPainter) -> None:
        """Paint the unfinished polygon."""
        view, palette = self._context.view, self._context.content.palette
        if self._sketch.vertices and self._cursor is not None:
            ends = [self._sketch.vertices[-1], self._cursor, self._sketch.vertices[0]]
            paint_rubber_band(painter, ends, view, palette, bad=False)
        self._painter.paint(painter, self._sketch, view, palette, SketchLook())
        if self._crossing is not None:
            paint_crossing(painter, self._crossing, view, palette)

    def _take(self, sketch: Sketch) -> None:
        self._crossing = find_crossing(sketch)
        if self._crossing is None:
            self._sketch = sketch
        self._changed()

    def _finish(self) -> None:
        whole = self._sketch.completed()
        if not whole.can_be_completed:
            return
        self._crossing = find_crossing(whole)
        if self._crossing is None:
            self._sketch = Sketch(figure=SketchKind.POLYGON)
            self._choose(shapely.Polygon(whole.vertices), add=False)
        self._changed()
