"""Tool controller: the active tool of a map, with its mouse and keyboard events."""

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from tabuah.gis.layers.range_rings import RangeRings
from tabuah.resources.localisation import _
from tabuah.widgets.map.tools.draw_tool import DrawLineTool, DrawPointTool, DrawPolygonTool, DrawTool
from tabuah.widgets.map.tools.identify_tool import IdentifyTool
from tabuah.widgets.map.tools.layer_index import LayerIndex
from tabuah.widgets.map.tools.map_query import QueryResult
from tabuah.widgets.map.tools.measure_tool import AreaTool, DistanceTool
from tabuah.widgets.map.tools.pan_zoom_tools import PanTool, ZoomTool
from tabuah.widgets.map.tools.sector_tool import SectorTool
from tabuah.widgets.map.tools.select_tool import SelectBoxTool, SelectPolygonTool
from tabuah.widgets.map.tools.sketch import Sketch
from tabuah.widgets.map.tools.tool import CONTROL, MapTool, Pointer, ToolStatus, view_centre
from tabuah.widgets.map.tools.tool_context import MapToolContext, ToolMap

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_STILL_PX = 3.0


class ToolController(QObject):
    """Exactly one tool is active; the default is "pan".

    Signals:
        tool_changed: the code of the active tool.
        status_changed: the tool's status has changed.
        sketch_changed: the `Sketch`; without vertices there is none.
        results_changed: a `QueryResult`, or None if it was cleared.
        ranges_changed: the range rings for the map, a tuple of `Ranges`.
        accept_requested: Enter on a complete sketch: execute the first offer.
        copy_requested: Ctrl+C: the value to copy.
        failed: a layer could not be indexed; the exception.
    """

    tool_changed = Signal(str)
    status_changed = Signal()
    sketch_changed = Signal(object)
    results_changed = Signal(object)
    ranges_changed = Signal(object)
    accept_requested = Signal()
    copy_requested = Signal(str)
    failed = Signal(object)

    def __init__(self, canvas: ToolMap, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._map = canvas
        self._layer_index = LayerIndex(self)
        self._context = MapToolContext(canvas, self)
        self._sector = SectorTool(self._context)
        self._tools = {tool.code: tool for tool in self._make()}
        self._active: MapTool = self._tools[PanTool.code]
        self._grabbed: QPointF | None = None  # start of the tool's own drag
        self._dragged = False
        self._by_keys = False
        self._layer_index.prepared.connect(self.status_changed)
        self._layer_index.failed.connect(self.failed)

    def _make(self) -> tuple[MapTool, ...]:
        context, layers = self._context, self._layer_index
        plain = (PanTool(context), ZoomTool(context), DistanceTool(context), AreaTool(context), self._sector)
        drawing = (DrawPolygonTool(context, layers), DrawLineTool(context, layers), DrawPointTool(context, layers))
        querying = (SelectBoxTool(context, layers), SelectPolygonTool(context, layers), IdentifyTool(context, layers))
        return (*plain, *drawing, *querying)

    # -- active tool ----------------------------------------------------------------------------------------------

    @property
    def active(self) -> MapTool:
        return self._active

    @property
    def is_working(self) -> bool:
        """Whether a tool other than pan is active."""
        return self._active.code != PanTool.code

    @property
    def sketch(self) -> Sketch | None:
        """The sketch of the active tool; None if it does not draw."""
        return self._active.sketch if isinstance(self._active, DrawTool) else None

    def status(self) -> ToolStatus:
        """Return the status of the active tool."""
        if self._layer_index.is_waiting:
            return ToolStatus(hint=_("Preparing the layers of the map …"))
        return self._active.status()

    def activate(self, code: str) -> None:
        """Activate a tool; if it is active already, deactivate it."""
        if code == self._active.code:
            code = PanTool.code
        self._layer_index.drop_query()
        self._active.end()
        self._active, self._grabbed, self._by_keys = self._tools[code], None, False
        self.show_cursor()
        self._active.begin()
        self.tool_changed.emit(code)
        self.status_changed.emit()
        if (sketch := self.sketch) is not None:
            self.sketch_changed.emit(sketch)
        self._map.paint_soon()

    def deactivate(self) -> None:
        """Return to the pan tool."""
        if self.is_working:
            self.activate(self._active.code)

    # -- mouse ----------------------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> bool:
        """Handle a press of the left button; return whether the tool takes the drag."""
        self._leave_keys()
        if event.button() is not Qt.MouseButton.LeftButton or not self._active.press(self._pointer(event)):
            return False
        self._grabbed, self._dragged = event.position(), False
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Handle a cursor move; return whether it was the tool's own drag."""
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
        """Handle a release; return whether it ended the tool's own drag."""
        if self._grabbed is None or event.button() is not Qt.MouseButton.LeftButton:
            return False
        self._grabbed = None
        self._active.release(self._pointer(event))
        return True

    def click(self, at_px: QPointF) -> bool:
        """Handle a click without a drag; return whether the tool used it."""
        return self._active.click(self._pointer_at(at_px))

    def double_click(self, event: QMouseEvent) -> bool:
        """Handle a double click; return whether the tool used it."""
        return event.button() is Qt.MouseButton.LeftButton and self._active.double_click(self._pointer(event))

    def show_cursor(self) -> None:
        """Show the cursor of the active tool."""
        self._map.setCursor(self._active.cursor)

    # -- keys -----------------------------------------------------------------------------------------------------

    def wants(self, event: QKeyEvent) -> bool:
        """Return whether the active tool uses a key, which then is no window shortcut."""
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not self.is_working:
            return False
        copies = key == Qt.Key.Key_C and held == CONTROL and bool(self.status().value)
        return copies or key == Qt.Key.Key_Space or self._active.action_for_key(key, held) is not None

    def key(self, event: QKeyEvent) -> bool:
        """Handle a key; return whether the tool used it."""
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Escape:
            return self._escape()
        if not self.is_working:
            return False
        if key == Qt.Key.Key_C and held == CONTROL and self.status().value:
            self.copy_requested.emit(self.status().value)
        elif key == Qt.Key.Key_Space:
            self._point_by_keys()
            self._active.click(self._pointer_at(view_centre(self._map.view)))
        elif (action := self._active.action_for_key(key, held)) is not None:
            action()
        else:
            self._by_keys = self._by_keys or key in _ARROWS
            return False
        return True

    def view_changed(self) -> None:
        """Update the place in the middle, if the tool is used by keys."""
        if self._by_keys and self.is_working:
            self._point_by_keys()

    def walk(self, *, forward: bool) -> bool:
        """Tab: select the next vertex of the sketch; return whether there was one."""
        return isinstance(self._active, DrawTool) and self._active.walk(forward=forward)

    # -- reports of the tools -------------------------------------------------------------------------------------

    def report_status(self) -> None:
        """Emit `status_changed`; called by the tool context."""
        self.status_changed.emit()

    def report_sketch(self, sketch: Sketch) -> None:
        """Emit `sketch_changed`; called by the tool context."""
        self.sketch_changed.emit(sketch)

    def report_ranges(self, ranges: tuple[RangeRings, ...]) -> None:
        """Emit `ranges_changed`; called by the tool context."""
        self.ranges_changed.emit(ranges)

    def report_accepted(self) -> None:
        """Emit `accept_requested`; called by the tool context."""
        self.accept_requested.emit()

    def show_results(self, found: QueryResult | None) -> None:
        """Emit `results_changed`; called by the tool context."""
        self.results_changed.emit(found)

    # -- internals ------------------------------------------------------------------------------------------------

    def _escape(self) -> bool:
        waited = self._layer_index.drop_query()
        if self._active.cancel() or waited:
            self._grabbed = None
            self.status_changed.emit()
            return True
        if self.is_working:
            self.deactivate()
            return True
        return self._put_away()

    def _put_away(self) -> bool:
        """Escape with the pan tool: remove a mark; return whether there was one."""
        return False

    def _point_by_keys(self) -> None:
        self._by_keys = True
        self._active.hover(self._pointer_at(view_centre(self._map.view)))
        self._map.paint_soon()

    def _leave_keys(self) -> None:
        if self._by_keys:
            self._by_keys = False
            self._map.paint_soon()

    def _pointer(self, event: QMouseEvent) -> Pointer:
        return self._pointer_at(event.position(), event.modifiers())

    def _pointer_at(self, at_px: QPointF, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Pointer:
        return Pointer(at_px=at_px, place_m=self._map.view.to_map(at_px.x(), at_px.y()), held=held)
