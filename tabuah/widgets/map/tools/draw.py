"""Drawing and changing a point, a line or a polygon: snapped to what is on the map, and never across itself."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.gis.reference_systems import to_mercator
from tabuah.resources.catalogue import _
from tabuah.widgets.map.tools.amounts import area_words, length_words
from tabuah.widgets.map.tools.shape_shelf import ShapeShelf
from tabuah.widgets.map.tools.sketch import Figure, Sketch, crossing_of
from tabuah.widgets.map.tools.sketch_grips import middle_at, vertex_at
from tabuah.widgets.map.tools.sketch_history import SketchHistory
from tabuah.widgets.map.tools.sketch_painter import (
    SketchLook,
    SketchPainter,
    paint_crossing,
    paint_rubber,
    paint_snap,
)
from tabuah.widgets.map.tools.snapping import Snap, Snapper
from tabuah.widgets.map.tools.tool import ALT, CONTROL, ENTER, SHIFT, MapTool, Place, Pointer, Stage, ToolWords

_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class DrawTool(MapTool):
    """Its figure stays when another tool is taken up, until it is saved or dropped."""

    figure: ClassVar[Figure] = Figure.POLYGON

    def __init__(self, stage: Stage, shelf: ShapeShelf) -> None:
        super().__init__(stage)
        self._snapper, self._painter = Snapper(shelf), SketchPainter()
        self._cursor: Place | None = None
        self._snap: Snap | None = None
        self._gripped = -1  # the vertex that is being dragged
        self._moving: Sketch | None = None  # as it would be if the button came up now
        self.chosen = -1
        self._crossing: Place | None = None
        self._runs_across = False  # the running edge meets what is drawn
        self._problem = ""
        self._history = SketchHistory(Sketch(figure=self.figure), self._on_sketch_changed)

    @property
    def sketch(self) -> Sketch:
        """What is drawn."""
        return self._history.sketch

    def show_positions(self, positions_deg: Sequence[tuple[float, float]]) -> None:
        """Take a figure to be changed: degrees; a polygon's ring may repeat its first position at the end."""
        places = [to_mercator(lon_deg, lat_deg) for lon_deg, lat_deg in positions_deg]
        if self.figure is Figure.POLYGON and len(places) > 1 and places[0] == places[-1]:
            places.pop()
        sketch = Sketch(figure=self.figure, vertices=tuple(places))
        self._history.begin(sketch.made_whole() if sketch.can_be_whole else sketch)

    def drop(self) -> None:
        """Away with the figure, such as after it was saved; undoing brings it back."""
        self._history.change(Sketch(figure=self.figure))

    # -- what it tells --------------------------------------------------------------------------------------------

    def words(self) -> ToolWords:
        """What to do next, how large the figure is, and why a gesture was refused."""
        if self._moving is not None and self._crossing is not None:
            return ToolWords(hint=self._hint(), problem=_("It crosses itself here."))
        return ToolWords(hint=self._hint(), value=_size_words(self._moving or self.sketch), problem=self._problem)

    def _hint(self) -> str:
        sketch = self.sketch
        if self._moving is not None:
            return _("Let go where it belongs · Alt does not snap · Esc puts it back")
        if self.chosen >= 0:
            return _("Delete removes the vertex · Alt + arrows move it · Tab goes to the next")
        if sketch.closed:
            if sketch.figure is Figure.POINT:
                return _("Drag it, or click elsewhere · Ctrl+Z undoes · Esc drops it")
            return _("Drag vertices, or the small ones between them · Ctrl+Z undoes · Esc drops it")
        if not sketch.vertices:
            if sketch.figure is Figure.POINT:
                return _("Click the place · Space takes the middle of the map")
            return _("Click where it begins · Space takes the middle of the map")
        if not sketch.can_be_whole:
            return _("Click the next point · Backspace takes one back")
        return _("Click on · a double click or Enter ends · Backspace takes one back")

    # -- mouse ----------------------------------------------------------------------------------------------------

    def press(self, pointer: Pointer) -> bool:
        """Grip a vertex, or the middle of an edge, which becomes one."""
        index = vertex_at(self.sketch, self._stage.view, pointer)
        if index < 0 and self.sketch.closed:
            index = middle_at(self.sketch, self._stage.view, pointer)
            if index >= 0:
                self._moving = self.sketch.with_inserted(index, pointer.place_m)
        self._gripped = index
        return index >= 0

    def drag(self, pointer: Pointer) -> None:
        """The vertex follows, snapped."""
        place = self._snapped(pointer)
        inserted = self._moving is not None and len(self._moving.vertices) > len(self.sketch.vertices)
        start = self._moving if inserted and self._moving is not None else self.sketch
        self._moving = start.with_moved(self._gripped, place)
        self._crossing, self._problem = crossing_of(self._moving), ""
        self._changed()

    def release(self, pointer: Pointer) -> None:
        """It is there now, unless the figure would cross itself; without a drag the vertex is chosen."""
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
        """The running edge follows, snapped; a whole figure waits to be gripped."""
        if self.sketch.closed and self.figure is not Figure.POINT:
            return
        self._cursor = self._snapped(pointer)
        is_open = bool(self.sketch.vertices) and not self.sketch.closed
        self._runs_across = is_open and crossing_of(self.sketch.with_added(self._cursor)) is not None
        if self._problem and not self.sketch.closed:
            self._crossing, self._problem = None, ""
        self._changed()

    def click(self, pointer: Pointer) -> bool:
        """One more vertex; on the first one of a polygon it is whole."""
        place = self._snapped(pointer)
        self._cursor = place
        if self.sketch.closed and self.figure is not Figure.POINT:
            self.chosen, self._crossing, self._problem = -1, None, ""
            self._changed()
        elif vertex_at(self.sketch, self._stage.view, pointer) == 0 and self._may_close():
            self._finish()
        elif not self.sketch.vertices or self.sketch.vertices[-1] != place:
            self._change(self.sketch.with_added(place))
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """It ends; the vertex was added by the first of the two clicks."""
        del pointer
        if not self._problem:
            self._finish()
        return True

    # -- keys -----------------------------------------------------------------------------------------------------

    def answer(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Enter ends and then saves, Backspace and Delete remove, Ctrl+Z and Ctrl+Y go through the history."""
        if held & CONTROL:
            return self._answer_history(key, held)
        if key in _ARROWS and held & ALT and self.chosen >= 0:
            return lambda: self._nudge(key, 10 if held & SHIFT else 1)
        if key in ENTER:
            return self._stage_accept if self.sketch.closed else self._finish
        if key == Qt.Key.Key_Backspace and self.sketch.vertices and not self.sketch.closed:
            return lambda: self._history.change(self.sketch.with_last_taken_back())
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen >= 0:
            return self._delete
        return None

    def walk(self, *, forward: bool) -> bool:
        """Choose the next vertex of a whole figure; False behind the last one."""
        count = len(self.sketch.vertices)
        if not self.sketch.closed or self.figure is Figure.POINT:
            return False
        at = self.chosen + 1 if forward else (count if self.chosen < 0 else self.chosen) - 1
        self.chosen = at if 0 <= at < count else -1
        self._changed()
        return self.chosen >= 0

    def step_back(self) -> bool:
        """Put back what is dragged, let go of a vertex, or drop the figure, which can be undone."""
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
        """The figure is kept, its marks are not."""
        self._gripped = self.chosen = -1
        self._moving = self._snap = self._crossing = self._cursor = None
        self._problem = ""

    # -- painting -------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        """The figure with its handles, the running edge, what it snaps to and where it would cross itself."""
        view, palette = self._stage.view, self._stage.content.palette
        sketch = self._moving or self.sketch
        if not sketch.closed and sketch.vertices and self._cursor is not None and self._moving is None:
            ends = [sketch.vertices[-1], self._cursor]
            if sketch.figure is Figure.POLYGON and len(sketch.vertices) > 1:
                ends.append(sketch.vertices[0])
            paint_rubber(painter, ends, view, palette, bad=self._runs_across)
        tone = "critical" if self._moving is not None and self._crossing is not None else "accent"
        look = SketchLook(tone=tone, middles=sketch.closed and self._moving is None, chosen=self.chosen)
        self._painter.paint(painter, sketch, view, palette, look)
        if self._snap is not None:
            paint_snap(painter, self._snap, view, palette)
        if self._crossing is not None:
            paint_crossing(painter, self._crossing, view, palette)

    # -- inside ---------------------------------------------------------------------------------------------------

    def _answer_history(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        again = key == Qt.Key.Key_Y or (key == Qt.Key.Key_Z and held & SHIFT)
        if again and self._history.can_redo:
            return self._history.redo
        return self._history.undo if key == Qt.Key.Key_Z and not again and self._history.can_undo else None

    def _change(self, after: Sketch) -> bool:
        """Take another shape, unless it crosses itself, which is shown."""
        self._crossing = crossing_of(after)
        if self._crossing is not None:
            self._problem = _("It would cross itself here; nothing was changed.")
            self._changed()
            return False
        self._problem = ""
        self._history.change(after)
        return True

    def _finish(self) -> None:
        if self.sketch.can_be_whole and not self.sketch.closed:
            self._change(self.sketch.made_whole())

    def _delete(self) -> None:
        if self._change(self.sketch.without(self.chosen)):
            self.chosen = -1
            self._changed()

    def _nudge(self, key: Qt.Key, pixels: int) -> None:
        step_m = pixels * self._stage.view.metres_per_px
        (right, up), (x_m, y_m) = _ARROWS[key], self.sketch.vertices[self.chosen]
        self._change(self.sketch.with_moved(self.chosen, (x_m + right * step_m, y_m + up * step_m)))

    def _stage_accept(self) -> None:
        self._stage.accepted()

    def _may_close(self) -> bool:
        return self.figure is Figure.POLYGON and not self.sketch.closed and self.sketch.can_be_whole

    def _snapped(self, pointer: Pointer) -> Place:
        self._snap = None
        if not pointer.holds(ALT):
            self._snap = self._snapper.snap(self._stage.content, self._stage.view, pointer.place_m)
        return self._snap.place_m if self._snap else pointer.place_m

    def _on_sketch_changed(self) -> None:
        self._crossing, self._problem = None, ""
        self.chosen = min(self.chosen, len(self.sketch.vertices) - 1)
        self._stage.finished(self.sketch)
        self._changed()


class DrawPointTool(DrawTool):
    """A point."""

    code: ClassVar[str] = "draw_point"
    figure: ClassVar[Figure] = Figure.POINT


class DrawLineTool(DrawTool):
    """A line."""

    code: ClassVar[str] = "draw_line"
    figure: ClassVar[Figure] = Figure.LINE


class DrawPolygonTool(DrawTool):
    """A polygon."""

    code: ClassVar[str] = "draw_polygon"
    figure: ClassVar[Figure] = Figure.POLYGON


def _size_words(sketch: Sketch) -> str:
    if sketch.figure is Figure.POINT:
        return format_decimal_degrees(*sketch.positions_deg()[0], digits=5) if sketch.vertices else ""
    if len(sketch.vertices) < sketch.figure.least:
        return ""
    return area_words(sketch.area_m2()) if sketch.figure is Figure.POLYGON else length_words(sketch.length_m())
