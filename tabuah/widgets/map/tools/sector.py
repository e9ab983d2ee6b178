"""Drawing a sector or a circle around a place: its middle, its distance and first direction, its last direction."""

from collections.abc import Callable
from typing import ClassVar, Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from tabuah.gis.layers.ranges import Ranges, range_between
from tabuah.gis.reference_systems import from_mercator
from tabuah.resources.catalogue import _
from tabuah.widgets.map.range_painter import RangePainter, range_words
from tabuah.widgets.map.tools.plates import paint_plate_beside
from tabuah.widgets.map.tools.tool import CONTROL, ENTER, SHIFT, MapTool, Place, Pointer, Stage, ToolWords

_STEPS_M: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0)
_STEP_PX: Final = 1.5  # a distance is round, but follows the cursor as closely as this
_UNDONE: Final = 50  # steps that are kept


class SectorTool(MapTool):
    """What was drawn stays on the map when the tool is laid down, among the distances around places."""

    code: ClassVar[str] = "sector"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._places: tuple[Place, ...] = ()  # the middle, then where the sector begins
        self._cursor: Place | None = None
        self._before: list[tuple[Ranges, ...]] = []
        self._after: list[tuple[Ranges, ...]] = []
        self._painter = RangePainter()

    @property
    def running(self) -> Ranges | None:
        """The circle or sector as it would be if a click came now."""
        places = (*self._places, self._cursor)
        if len(places) < 2 or places[1] is None:
            return None
        centre, edge, *last = (from_mercator(*place) for place in places if place is not None)
        return range_between(centre, edge, last[0] if last else None, step_m=self._step_m())

    def begin_at(self, place: Place) -> None:
        """Take a place as the middle."""
        self._take((place,))

    def end(self) -> None:
        """What was begun is dropped."""
        self._places, self._cursor = (), None

    def words(self) -> ToolWords:
        """What to do next, and what is drawn just now or was drawn last."""
        drawn = self._stage.content.ranges
        running = self.running
        shown = running or (drawn[-1] if drawn and not self._places else None)
        return ToolWords(hint=self._hint(), value=range_words(shown) if shown else "")

    def hover(self, pointer: Pointer) -> None:
        """Distance and direction follow."""
        self._cursor = pointer.place_m
        if self._places:
            self._changed()

    def click(self, pointer: Pointer) -> bool:
        """The middle, then where it begins, then where it ends."""
        self._cursor = pointer.place_m
        if len(self._places) == 2:
            self._finish()
        elif not self._places or self._places[-1] != pointer.place_m:
            self._take((*self._places, pointer.place_m))
        return True

    def double_click(self, pointer: Pointer) -> bool:
        """A circle: its two clicks would begin and end a sector in the same direction."""
        del pointer
        return True

    def answer(self, key: Qt.Key, held: Qt.KeyboardModifier) -> Callable[[], None] | None:
        """Enter ends with what is shown, Backspace takes back, Delete clears, Ctrl+Z and Ctrl+Y undo and redo."""
        if held & CONTROL:
            return self._answer_history(key, held)
        if key in ENTER and self.running is not None:
            return self._finish
        if key == Qt.Key.Key_Backspace and self._places:
            return self._take_back
        if key == Qt.Key.Key_Delete and not self._places and self._stage.content.ranges:
            return lambda: self._change(())
        return None

    def step_back(self) -> bool:
        """Drop what was begun; what is drawn stays."""
        if not self._places:
            return False
        self._take(())
        return True

    def paint(self, painter: QPainter) -> None:
        """What is being drawn, with its distance and direction beside the cursor."""
        running, cursor, view = self.running, self._cursor, self._stage.view
        if running is None or cursor is None:
            return
        content = self._stage.content
        self._painter.draw(painter, (running,), content, view=view, ratio=1.0)
        at = QPointF(*view.to_screen(*cursor))
        told = range_words(running).replace(" · ", "\n")
        paint_plate_beside(painter, told, at, content.palette, view=view, text_scale=content.text_scale)

    def _hint(self) -> str:
        if len(self._places) == 1:
            return _("Click where it begins: distance and first direction · Enter makes a circle")
        if len(self._places) == 2:
            return _("Click where it ends, clockwise · Backspace takes one back · Esc drops it")
        if self._stage.content.ranges:
            return _("Click the middle of another · Ctrl+Z undoes · Delete takes all away")
        return _("Click the middle · Space takes the middle of the map")

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
            self._change((*self._stage.content.ranges, running))

    def _change(self, after: tuple[Ranges, ...]) -> None:
        self._before = [*self._before, self._stage.content.ranges][-_UNDONE:]
        self._after = []
        self._show(after)

    def _undo(self) -> None:
        self._after.append(self._stage.content.ranges)
        self._show(self._before.pop())

    def _redo(self) -> None:
        self._before.append(self._stage.content.ranges)
        self._show(self._after.pop())

    def _take_back(self) -> None:
        self._take(self._places[:-1])

    def _take(self, places: tuple[Place, ...]) -> None:
        self._places = places
        self._changed()

    def _show(self, ranges: tuple[Ranges, ...]) -> None:
        self._stage.show_ranges(ranges)
        self._changed()

    def _step_m(self) -> float:
        finest_m = _STEP_PX * self._stage.view.metres_per_px
        return next((step for step in _STEPS_M if step >= finest_m), _STEPS_M[-1])
