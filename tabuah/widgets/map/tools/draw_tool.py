"""Drawing tools: draw and edit a point, line or polygon with snapping and without self-intersection."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.gis.reference_systems import to_mercator
from tabuah.resources.localisation import _
from tabuah.text.map.measurements import describe_area, describe_length
from tabuah.widgets.map.tools import sketch_painter
from tabuah.widgets.map.tools.layer_index import LayerIndex
from tabuah.widgets.map.tools.sketch import Sketch, SketchKind, find_crossing
from tabuah.widgets.map.tools.sketch_history import SketchHistory
from tabuah.widgets.map.tools.snapping import Snap, Snapper
from tabuah.widgets.map.tools.tool import ALT, CONTROL, ENTER, SHIFT, MapTool, Place, Pointer, ToolContext, ToolStatus
from tabuah.widgets.map.viewport import Viewport

GRIP_PX: Final = 10.0


def vertex_at(sketch: Sketch, view: Viewport, pointer: Pointer) -> int:
    """Return the index of the vertex under the cursor, -1 for none."""
    if not sketch.vertices:
        return -1
    pixels = sketch_painter.to_pixels(np.array(sketch.vertices), view)
    away = np.hypot(pixels[:, 0] - pointer.at_px.x(), pixels[:, 1] - pointer.at_px.y())
    nearest = int(np.argmin(away))
    return nearest if away[nearest] <= GRIP_PX else -1


def middle_at(sketch: Sketch, view: Viewport, pointer: Pointer) -> int:
    """Return the index for a new vertex on the edge whose middle is under the cursor, -1 for none."""
    for start, end in sketch.edges():
        one, other = (view.to_screen(*sketch.vertices[index]) for index in (start, end))
        x_px, y_px = (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
        if np.hypot(x_px - pointer.at_px.x(), y_px - pointer.at_px.y()) <= GRIP_PX and sketch_painter.is_wide(
            one, other
        ):
            return start + 1
    return -1


_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class DrawTool(MapTool):
    """Base class of the drawing tools. Its sketch stays when another tool is activated."""

    figure: ClassVar[SketchKind] = SketchKind.POLYGON

    def __init__(self, context: ToolContext, layer_index: LayerIndex) -> None:
        super().__init__(context)
        self._snapper, self._painter = Snapper(layer_index), sketch_painter.SketchPainter()
        self._cursor: Place | None = None
        self._snap: Snap | None = None
        self._gripped = -1  # the vertex that is being dragged
        self._moving: Sketch | None = None  # the sketch if the button were released now
        self.chosen = -1
        self._crossing: Place | None = None
        self._runs_across = False  # whether the running edge crosses the sketch
        self._problem = ""
        self._history = SketchHistory(Sketch(figure=self.figure), self._on_sketch_changed)

    @property
    def sketch(self) -> Sketch:
        """The current sketch."""
        return self._history.sketch

    def show_positions(self, positions_deg: Sequence[tuple[float, float]]) -> None:
        """Edit an existing shape, in degrees. A polygon's ring may repeat its first position at the end."""
        places = [to_mercator(lon_deg, lat_deg) for lon_deg, lat_deg in positions_deg]
        if self.figure is SketchKind.POLYGON and len(places) > 1 and places[0] == places[-1]:
            places.pop()
        sketch = Sketch(figure=self.figure, vertices=tuple(places))
        self._history.begin(sketch.completed() if sketch.can_be_completed else sketch)

    def drop(self) -> None:
        """Remove the sketch, for example after it was saved; undo restores it."""
        self._history.change(Sketch(figure=self.figure))

    # -- status ---------------------------------------------------------------------------------------------------

    def status(self) -> ToolStatus:
        """Return the next step, the size of the shape, and why the last gesture was refused."""
        if self._moving is not None and self._crossing is not None:
            return ToolStatus(hint=self._hint(), problem=_("The outline crosses itself here."))
        return ToolStatus(hint=self._hint(), value=_size_words(self._moving or self.sketch), problem=self._problem)

    def _hint(self) -> str:
        sketch = self.sketch
        if self._moving is not None:
            return _("Release at the new place · Alt turns snapping off · Esc cancels")
        if self.chosen >= 0:
            return _("Delete removes the vertex · Alt + arrows move it · Tab goes to the next")
        if sketch.closed:
            if sketch.figure is SketchKind.POINT:
                return _("Drag the point, or click elsewhere · Ctrl+Z undoes · Esc cancels")
            return _("Drag vertices, or the small ones between them · Ctrl+Z undoes · Esc cancels")
        if not sketch.vertices:
            if sketch.figure is SketchKind.POINT:
                return _("Click the place · Space uses the centre of the map")
            return _("Click the first point · Space uses the centre of the map")
        if not sketch.can_be_completed:
            return _("Click the next point · Backspace removes the last point")
        return _("Click the next point · double click or Enter ends · Backspace removes the last point")

    # -- mouse ----------------------------------------------------------------------------------------------------

    def press(self, pointer: Pointer) -> bool:
        """Grip a vertex, or insert one in the middle of an edge."""
        index = vertex_at(self.sketch, self._context.view, pointer)
        if index < 0 and self.sketch.closed:
            index = middle_at(self.sketch, self._context.view, pointer)
            if index >= 0:
                self._moving = self.sketch.with_inserted(index, pointer.place_m)
        self._gripped = index
        return index >= 0

    def drag(self, pointer: Pointer) -> None:
        """Drag the vertex with snapping."""
        place = self._snapped(pointer)
        inserted = self._moving is not None and len(self._moving.vertices) > len(self.sketch.vertices)
        start = self._moving if inserted and self._moving is not None else self.sketch
        self._moving = start.with_moved(self._gripped, place)
        self._crossing, self._problem = find_crossing(self._moving), ""
        self._changed()

    def release(self, pointer: Pointer) -> None:
        """Drop the vertex unless the sketch would cross itself; without a drag, select the vertex."""
        del pointer
        index, moved, self._moving, self._snap = self._gripped, self._moving, None, None
        self._gripped = -1
        if moved is not None:
            if self._change(moved):
                self.chosen = index
        elif index == 0 and self._may_close():
            self._finish()
        else:
            self.chosen = -1 if index == self.chosen or not self.sketch.closed else index
        self._changed()

    def hover(self, pointer: Pointer) -> None:
        """Update the running edge with snapping; a complete sketch has none."""
        if self.sketch.closed and self.figure is not SketchKind.POINT:
            return
        self._cursor = self._snapped(pointer)
        is_open = bool(self.sketch.vertices) and not self.sketch.closed
        self._runs_across = is_open and find_crossing(self.sketch.with_added(self._cursor)) is not None
        if self._problem and not self.sketch.closed:
            self._crossing, self._problem = None, ""
        self._changed()

    def click(self, pointer: Pointer) -> bool:
        """Add a vertex; a click on the first vertex of a polygon completes it."""
        place = self._snapped(pointer)
        self._cursor = place
        if self.sketch.closed and self.figure is not SketchKind.POINT:
            self.chosen, self._crossing, self._problem = -1, None, ""
            self._changed()
        elif vertex_at(self.sketch, self._context.view, pointer) == 0 and self._may_close():
            self._finish()
        elif not self.sketch.vertices or self.sketch.vertices[-1] != place:
            self._change(self.sketch.with_added(place))
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """Complete the sketch; the first of the two clicks added the vertex."""
        del pointer
        if not self._problem:
            self._finish()
        return True

    # -- keys -----------------------------------------------------------------------------------------------------

    def action_for_key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Enter completes and then saves, Backspace and Delete remove, Ctrl+Z and Ctrl+Y undo and redo."""
        if held & CONTROL:
            return self._answer_history(key, held)
        if key in _ARROWS and held & ALT and self.chosen >= 0:
            return lambda: self._nudge(key, 10 if held & SHIFT else 1)
        if key in ENTER:
            return self._accept if self.sketch.closed else self._finish
        if key == Qt.Key.Key_Backspace and self.sketch.vertices and not self.sketch.closed:
            return lambda: self._history.change(self.sketch.without_last())
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen >= 0:
            return self._delete
        return None

    def walk(self, *, forward: bool) -> bool:
        """Select the next vertex of a complete sketch; return False after the last one."""
        count = len(self.sketch.vertices)
        if not self.sketch.closed or self.figure is SketchKind.POINT:
            return False
        at = self.chosen + 1 if forward else (count if self.chosen < 0 else self.chosen) - 1
        self.chosen = at if 0 <= at < count else -1
        self._changed()
        return self.chosen >= 0

    def cancel(self) -> bool:
        """Cancel a drag, deselect a vertex, or remove the sketch, which can be undone."""
        if self._moving is not None or self._gripped >= 0:
            self._gripped, self._moving = -1, None
        elif self.chosen >= 0:
            self.chosen = -1
        elif self.sketch.vertices:
            self.drop()
        else:
            return False
        self._crossing, self._problem = None, ""
        self._changed()
        return True

    def end(self) -> None:
        """Keep the sketch; remove its marks."""
        self._gripped = self.chosen = -1
        self._moving = self._snap = self._crossing = self._cursor = None
        self._problem = ""

    # -- painting -------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        """Paint the sketch with handles, running edge, snap mark and self-intersection."""
        view, palette = self._context.view, self._context.content.palette
        sketch = self._moving or self.sketch
        if not sketch.closed and sketch.vertices and self._cursor is not None and self._moving is None:
            ends = [sketch.vertices[-1], self._cursor]
            if sketch.figure is SketchKind.POLYGON and len(sketch.vertices) > 1:
                ends.append(sketch.vertices[0])
            sketch_painter.paint_rubber_band(painter, ends, view, palette, bad=self._runs_across)
        tone = "critical" if self._moving is not None and self._crossing is not None else "accent"
        look = sketch_painter.SketchLook(
            tone=tone, middles=sketch.closed and self._moving is None, chosen=self.chosen
        )
        self._painter.paint(painter, sketch, view, palette, look)
        if self._snap is not None:
            sketch_painter.paint_snap(painter, self._snap, view, palette)
        if self._crossing is not None:
            sketch_painter.paint_crossing(painter, self._crossing, view, palette)

    # -- internals ------------------------------------------------------------------------------------------------

    def _answer_history(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        again = key == Qt.Key.Key_Y or (key == Qt.Key.Key_Z and held & SHIFT)
        if again and self._history.can_redo:
            return self._history.redo
        return self._history.undo if key == Qt.Key.Key_Z and not again and self._history.can_undo else None

    def _change(self, after: Sketch) -> bool:
        """Change the sketch unless it would cross itself, which is then shown."""
        self._crossing = find_crossing(after)
        if self._crossing is not None:
            self._problem = _("The outline would cross itself here. Nothing was changed.")
            self._changed()
            return False
        self._problem = ""
        self._history.change(after)
        return True

    def _finish(self) -> None:
        if self.sketch.can_be_completed and not self.sketch.closed:
            self._change(self.sketch.completed())

    def _delete(self) -> None:
        if self._change(self.sketch.without(self.chosen)):
            self.chosen = -1
            self._changed()

    def _nudge(self, key: Qt.Key, pixels: int) -> None:
        step_m = pixels * self._context.view.metres_per_px
        (right, up), (x_m, y_m) = _ARROWS[key], self.sketch.vertices[self.chosen]
        self._change(self.sketch.with_moved(self.chosen, (x_m + right * step_m, y_m + up * step_m)))

    def _accept(self) -> None:
        self._context.accepted()

    def _may_close(self) -> bool:
        return self.figure is SketchKind.POLYGON and not self.sketch.closed and self.sketch.can_be_completed

    def _snapped(self, pointer: Pointer) -> Place:
        self._snap = None
        if not pointer.holds(ALT):
            self._snap = self._snapper.snap(self._context.content, self._context.view, pointer.place_m)
        return self._snap.place_m if self._snap else pointer.place_m

    def _on_sketch_changed(self) -> None:
        self._crossing, self._problem = None, ""
        self.chosen = min(self.chosen, len(self.sketch.vertices) - 1)
        self._context.finished(self.sketch)
        self._changed()


class DrawPointTool(DrawTool):
    """Draws a point."""

    code: ClassVar[str] = "draw_point"
    figure: ClassVar[SketchKind] = SketchKind.POINT


class DrawLineTool(DrawTool):
    """Draws a line."""

    code: ClassVar[str] = "draw_line"
    figure: ClassVar[SketchKind] = SketchKind.LINE


class DrawPolygonTool(DrawTool):
    """Draws a polygon."""

    code: ClassVar[str] = "draw_polygon"
    figure: ClassVar[SketchKind] = SketchKind.POLYGON


def _size_words(sketch: Sketch) -> str:
    if sketch.figure is SketchKind.POINT:
        return format_decimal_degrees(*sketch.positions_deg()[0], digits=5) if sketch.vertices else ""
    if len(sketch.vertices) < sketch.figure.least:
        return ""
    return (
        describe_area(sketch.area_m2()) if sketch.figure is SketchKind.POLYGON else describe_length(sketch.length_m())
    )
