"""Which tool of a map is in hand, and what mouse and keys are to it."""

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from tabuah.gis.layers.ranges import Ranges
from tabuah.resources.catalogue import _
from tabuah.widgets.map.tools.draw import DrawLineTool, DrawPointTool, DrawPolygonTool, DrawTool
from tabuah.widgets.map.tools.found import Found
from tabuah.widgets.map.tools.identify import IdentifyTool
from tabuah.widgets.map.tools.measure import AreaTool, DistanceTool
from tabuah.widgets.map.tools.pan import PanTool
from tabuah.widgets.map.tools.sector import SectorTool
from tabuah.widgets.map.tools.select import SelectBoxTool, SelectPolygonTool
from tabuah.widgets.map.tools.shape_shelf import ShapeShelf
from tabuah.widgets.map.tools.sketch import Sketch
from tabuah.widgets.map.tools.stage import MapOfTools, MapStage
from tabuah.widgets.map.tools.tool import CONTROL, MapTool, Pointer, ToolWords, middle_of
from tabuah.widgets.map.tools.zoom import ZoomTool

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_STILL_PX = 3.0


class ToolHand(QObject):
    """Exactly one tool is in hand; the hand itself is "pan".

    Signals:
        tool_changed: the code of the tool that is in hand now.
        words_changed: what the tool tells is different.
        sketch_changed: the figure that is drawn, a `Sketch`; without vertices there is none.
        found_changed: what was asked about or selected, a `Found`, or None when it was cleared.
        ranges_changed: the distances around places that are wanted on the map, a tuple of `Ranges`.
        accept_requested: Enter on a whole figure: do what is offered first.
        copy_requested: Ctrl+C: the value that is told.
        failed: a layer could not be made ready for questions; the exception.
    """

    tool_changed = Signal(str)
    words_changed = Signal()
    sketch_changed = Signal(object)
    found_changed = Signal(object)
    ranges_changed = Signal(object)
    accept_requested = Signal()
    copy_requested = Signal(str)
    failed = Signal(object)

    def __init__(self, canvas: MapOfTools, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._map = canvas
        self._shelf = ShapeShelf(self)
        self._stage = MapStage(canvas, self)
        self._sector = SectorTool(self._stage)
        self._tools = {tool.code: tool for tool in self._make()}
        self._active: MapTool = self._tools[PanTool.code]
        self._grabbed: QPointF | None = None  # where the tool's own drag began
        self._dragged = False
        self._by_keys = False
        self._shelf.prepared.connect(self.words_changed)
        self._shelf.failed.connect(self.failed)

    def _make(self) -> tuple[MapTool, ...]:
        stage, shelf = self._stage, self._shelf
        plain = (PanTool(stage), ZoomTool(stage), DistanceTool(stage), AreaTool(stage), self._sector)
        drawing = (DrawPolygonTool(stage, shelf), DrawLineTool(stage, shelf), DrawPointTool(stage, shelf))
        asking = (SelectBoxTool(stage, shelf), SelectPolygonTool(stage, shelf), IdentifyTool(stage, shelf))
        return (*plain, *drawing, *asking)

    # -- which tool -----------------------------------------------------------------------------------------------

    @property
    def active(self) -> MapTool:
        """The tool in hand."""
        return self._active

    @property
    def is_working(self) -> bool:
        """Whether another tool than the hand is in hand."""
        return self._active.code != PanTool.code

    @property
    def sketch(self) -> Sketch | None:
        """What is drawn with the tool in hand; None when it does not draw."""
        return self._active.sketch if isinstance(self._active, DrawTool) else None

    def words(self) -> ToolWords:
        """What the tool in hand tells."""
        if self._shelf.is_waiting:
            return ToolWords(hint=_("Preparing the layers of the map …"))
        return self._active.words()

    def take(self, code: str) -> None:
        """Take a tool in hand; the one that is there already is laid down."""
        if code == self._active.code:
            code = PanTool.code
        self._shelf.drop_question()
        self._active.end()
        self._active, self._grabbed, self._by_keys = self._tools[code], None, False
        self.show_cursor()
        self._active.begin()
        self.tool_changed.emit(code)
        self.words_changed.emit()
        if (sketch := self.sketch) is not None:
            self.sketch_changed.emit(sketch)
        self._map.paint_soon()

    def lay_down(self) -> None:
        """Back to the hand."""
        if self.is_working:
            self.take(self._active.code)

    # -- mouse ----------------------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> bool:
        """The left button went down; whether the tool keeps the drag."""
        self._leave_keys()
        if event.button() is not Qt.MouseButton.LeftButton or not self._active.press(self._pointer(event)):
            return False
        self._grabbed, self._dragged = event.position(), False
        return True

    def move(self, event: QMouseEvent) -> bool:
        """The cursor moved; whether that was the tool's own drag."""
        self._leave_keys()
        if self._grabbed is None:
            if not event.buttons():
                self._active.hover(self._pointer(event))
            return False
        far = (event.position() - self._grabbed).manhattanLength() > _STILL_PX
        self._dragged = self._dragged or far
        if self._dragged:
            self._active.drag(self._pointer(event))
        return True

    def release(self, event: QMouseEvent) -> bool:
        """The button came up; whether that ended the tool's own drag."""
        if self._grabbed is None or event.button() is not Qt.MouseButton.LeftButton:
            return False
        self._grabbed = None
        self._active.release(self._pointer(event))
        return True

    def click(self, at_px: QPointF) -> bool:
        """A click that was no drag; whether it was for the tool."""
        return self._active.click(self._pointer_at(at_px))

    def double_click(self, event: QMouseEvent) -> bool:
        """A double click; whether it was for the tool."""
        return event.button() is Qt.MouseButton.LeftButton and self._active.double_click(self._pointer(event))

    def show_cursor(self) -> None:
        """The cursor of the tool in hand."""
        self._map.setCursor(self._active.cursor)

    # -- keys -----------------------------------------------------------------------------------------------------

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is the tool's own and no command of the window."""
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not self.is_working:
            return False
        copies = key == Qt.Key.Key_C and held == CONTROL and bool(self.words().value)
        return copies or key == Qt.Key.Key_Space or self._active.answer(key, held) is not None

    def key(self, event: QKeyEvent) -> bool:
        """A key; whether it meant something to the tool."""
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Escape:
            return self._escape()
        if not self.is_working:
            return False
        if key == Qt.Key.Key_C and held == CONTROL and self.words().value:
            self.copy_requested.emit(self.words().value)
        elif key == Qt.Key.Key_Space:
            self._point_by_keys()
            self._active.click(self._pointer_at(middle_of(self._map.view)))
        elif (answer := self._active.answer(key, held)) is not None:
            answer()
        else:
            self._by_keys = self._by_keys or key in _ARROWS
            return False
        return True

    def view_changed(self) -> None:
        """The map was moved; by keys, the place in the middle is another one."""
        if self._by_keys and self.is_working:
            self._point_by_keys()

    def walk(self, *, forward: bool) -> bool:
        """Tab: the next vertex of what is drawn; whether there was one."""
        return isinstance(self._active, DrawTool) and self._active.walk(forward=forward)

    # -- what the tools tell --------------------------------------------------------------------------------------

    def tell_words(self) -> None:
        """The tool in hand has something else to say; for the stage."""
        self.words_changed.emit()

    def tell_sketch(self, sketch: Sketch) -> None:
        """What is drawn has changed; for the stage."""
        self.sketch_changed.emit(sketch)

    def tell_ranges(self, ranges: tuple[Ranges, ...]) -> None:
        """Other distances are wanted on the map; for the stage."""
        self.ranges_changed.emit(ranges)

    def tell_accepted(self) -> None:
        """The figure is good as it is; for the stage."""
        self.accept_requested.emit()

    def show_found(self, found: Found | None) -> None:
        """Something was found, or what was found is to be forgotten; for the stage."""
        self.found_changed.emit(found)

    # -- inside ---------------------------------------------------------------------------------------------------

    def _escape(self) -> bool:
        waited = self._shelf.drop_question()
        if self._active.step_back() or waited:
            self._grabbed = None
            self.words_changed.emit()
            return True
        if self.is_working:
            self.lay_down()
            return True
        return self._put_away()

    def _put_away(self) -> bool:
        """Escape without a tool: take off a mark; whether there was one."""
        return False

    def _point_by_keys(self) -> None:
        self._by_keys = True
        self._active.hover(self._pointer_at(middle_of(self._map.view)))
        self._map.paint_soon()

    def _leave_keys(self) -> None:
        if self._by_keys:
            self._by_keys = False
            self._map.paint_soon()

    def _pointer(self, event: QMouseEvent) -> Pointer:
        return self._pointer_at(event.position(), event.modifiers())

    def _pointer_at(self, at_px: QPointF, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Pointer:
        return Pointer(at_px=at_px, place_m=self._map.view.to_map(at_px.x(), at_px.y()), held=held)
