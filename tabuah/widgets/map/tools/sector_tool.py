"""Sector tool: draw a sector or circle by its centre, radius with first direction, and last direction."""

from collections.abc import Callable
from typing import ClassVar, Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from tabuah.gis.layers.range_rings import RangeRings, range_rings_between
from tabuah.gis.reference_systems import from_mercator
from tabuah.resources.localisation import _
from tabuah.text.map.measurements import describe_range
from tabuah.widgets.map.overlay.range_painter import RangePainter
from tabuah.widgets.map.tools.text_plates import paint_plate_beside
from tabuah.widgets.map.tools.tool import CONTROL, ENTER, SHIFT, MapTool, Place, Pointer, ToolContext, ToolStatus

_STEPS_M: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0)
_STEP_PX: Final = 1.5  # radii are rounded, but follow the cursor at least this closely
_UNDONE: Final = 50  # undo steps


class SectorTool(MapTool):
    """Draws sectors. They stay on the map, among the range rings, when the tool is deactivated."""

    code: ClassVar[str] = "sector"

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._places: tuple[Place, ...] = ()  # the centre, then the start of the sector
        self._cursor: Place | None = None
        self._before: list[tuple[RangeRings, ...]] = []
        self._after: list[tuple[RangeRings, ...]] = []
        self._painter = RangePainter()

    @property
    def running(self) -> RangeRings | None:
        """The circle or sector as it would be with a click now."""
        places = (*self._places, self._cursor)
        if len(places) < 2 or places[1] is None:
            return None
        centre, edge, *last = (from_mercator(*place) for place in places if place is not None)
        return range_rings_between(centre, edge, last[0] if last else None, step_m=self._step_m())

    def begin_at(self, place: Place) -> None:
        """Set the centre."""
        self._take((place,))

    def end(self) -> None:
        """Drop the unfinished sector."""
        self._places, self._cursor = (), None

    def status(self) -> ToolStatus:
        """Return the next step, and the current or last sector."""
        drawn = self._context.content.ranges
        running = self.running
        shown = running or (drawn[-1] if drawn and not self._places else None)
        return ToolStatus(hint=self._hint(), value=describe_range(shown) if shown else "")

    def hover(self, pointer: Pointer) -> None:
        """Update radius and direction."""
        self._cursor = pointer.place_m
        if self._places:
            self._changed()

    def click(self, pointer: Pointer) -> bool:
        """Set the centre, then the start, then the end."""
        self._cursor = pointer.place_m
        if len(self._places) == 2:
            self._finish()
        elif not self._places or self._places[-1] != pointer.place_m:
            self._take((*self._places, pointer.place_m))
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """Complete a circle; its two clicks would be a sector with equal directions."""
        del pointer
        return True

    def action_for_key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Enter completes, Backspace removes a step, Delete clears, Ctrl+Z and Ctrl+Y undo and redo."""
        if held & CONTROL:
            return self._answer_history(key, held)
        if key in ENTER and self.running is not None:
            return self._finish
        if key == Qt.Key.Key_Backspace and self._places:
            return self._take_back
        if key == Qt.Key.Key_Delete and not self._places and self._context.content.ranges:
            return lambda: self._change(())
        return None

    def cancel(self) -> bool:
        """Drop the unfinished sector; finished ones stay."""
        if not self._places:
            return False
        self._take(())
        return True

    def paint(self, painter: QPainter) -> None:
        """Paint the unfinished sector, with radius and direction next to the cursor."""
        running, cursor, view = self.running, self._cursor, self._context.view
        if running is None or cursor is None:
            return
        content = self._context.content
        self._painter.draw(painter, (running,), content, view=view, ratio=1.0)
        at = QPointF(*view.to_screen(*cursor))
        text = describe_range(running).replace(" · ", "\n")
        paint_plate_beside(painter, text, at, content.palette, view=view, text_scale=content.text_scale)

    def _hint(self) -> str:
        if len(self._places) == 1:
            return _("Click the start: distance and first direction · Enter makes a circle")
        if len(self._places) == 2:
            return _("Click the end, clockwise · Backspace goes one step back · Esc cancels")
        if self._context.content.ranges:
            return _("Click the next centre · Ctrl+Z undoes · Delete removes all")
        return _("Click the centre · Space uses the centre of the map")

    def _answer_history(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        again = key == Qt.Key.Key_Y or (key == Qt.Key.Key_Z and held & SHIFT)
        if again:
            return self._redo if self._after else None
        if key != Qt.Key.Key_Z:
            return None
        if self._places:
            return self._take_back
        return self._undo if self._before else None

    def _finish(self) -> None:
        running = self.running
        if running is not None:
            self._places = ()
            self._change((*self._context.content.ranges, running))

    def _change(self, after: tuple[RangeRings, ...]) -> None:
        self._before = [*self._before, self._context.content.ranges][-_UNDONE:]
        self._after = []
        self._show(after)

    def _undo(self) -> None:
        self._after.append(self._context.content.ranges)
        self._show(self._before.pop())

    def _redo(self) -> None:
        self._before.append(self._context.content.ranges)
        self._show(self._after.pop())

    def _take_back(self) -> None:
        self._take(self._places[:-1])

    def _take(self, places: tuple[Place, ...]) -> None:
        self._places = places
        self._changed()

    def _show(self, ranges: tuple[RangeRings, ...]) -> None:
        self._context.show_ranges(ranges)
        self._changed()

    def _step_m(self) -> float:
        finest_m = _STEP_PX * self._context.view.metres_per_px
        return next((step for step in _STEPS_M if step >= finest_m), _STEPS_M[-1])
