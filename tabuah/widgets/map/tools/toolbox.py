"""The tools of one map: which of them is in hand, and what mouse and keys are to it."""

import shapely
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from tabuah.gis.layers.ranges import Ranges
from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.map.tools.chosen_marks import ChosenMarks, FeatureOutline
from tabuah.widgets.map.tools.draw import DrawLineTool, DrawPointTool, DrawPolygonTool, DrawTool
from tabuah.widgets.map.tools.found import Found, FoundItem, found_inside
from tabuah.widgets.map.tools.identify import IdentifyTool
from tabuah.widgets.map.tools.layer_shapes import ShapeShelf
from tabuah.widgets.map.tools.measure import AreaTool, DistanceTool
from tabuah.widgets.map.tools.pan import PanTool
from tabuah.widgets.map.tools.place_flag import PlaceFlag
from tabuah.widgets.map.tools.sector import SectorTool
from tabuah.widgets.map.tools.select import SelectBoxTool, SelectPolygonTool
from tabuah.widgets.map.tools.sketch import Figure, Sketch
from tabuah.widgets.map.tools.sketch_painter import paint_middle_cross
from tabuah.widgets.map.tools.stage import MapOfTools, MapStage
from tabuah.widgets.map.tools.tool import CONTROL, MapTool, Pointer, ToolWords, middle_of
from tabuah.widgets.map.tools.zoom import ZoomTool

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_STILL_PX = 3.0


class MapTools(QObject):
    """Exactly one tool is in hand; the hand itself is "pan".

    Signals:
        tool_changed: the code of the tool that is in hand now.
        words_changed: what the tool tells is different.
        sketch_changed: the figure that is drawn, a `Sketch`; without vertices there is none.
        found_changed: what was asked about or selected, a `Found`, or None when it was cleared.
        ranges_changed: the distances around places that are wanted on the map, a tuple of `Ranges`.
        accept_requested: Enter on a whole figure: do what is offered first.
        copy_requested: Ctrl+C: the value that is told.
    """

    tool_changed = Signal(str)
    words_changed = Signal()
    sketch_changed = Signal(object)
    found_changed = Signal(object)
    ranges_changed = Signal(object)
    accept_requested = Signal()
    copy_requested = Signal(str)

    def __init__(self, canvas: MapOfTools, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._map = canvas
        self._shelf = ShapeShelf()
        self._stage = MapStage(canvas, self)
        self._sector = SectorTool(self._stage)
        self._tools = {tool.code: tool for tool in self._make()}
        self._active: MapTool = self._tools[PanTool.code]
        self._grabbed: QPointF | None = None  # where the tool's own drag began
        self._dragged = False
        self._by_keys = False
        self._marks, self._outline, self._flag = ChosenMarks(), FeatureOutline(), PlaceFlag()

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

    @property
    def chosen(self) -> dict[MarkerKind, tuple[str, ...]]:
        """The ids of the markers that are selected, by kind."""
        return self._marks.ids

    @property
    def flagged(self) -> bool:
        """Whether a place that somebody went to is marked."""
        return self._flag.stands

    def words(self) -> ToolWords:
        """What the tool in hand tells."""
        return self._active.words()

    def take(self, code: str) -> None:
        """Take a tool in hand; the one that is there already is laid down."""
        if code == self._active.code:
            code = PanTool.code
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

    def draw_on(self, figure: Figure, positions_deg: tuple[tuple[float, float], ...]) -> None:
        """Take the drawing tool with a figure in it (degrees) that is to be changed."""
        tool = self._drawing(figure)
        tool.show_positions(positions_deg)
        if tool is not self._active:
            self.take(tool.code)

    def drop_sketch(self) -> None:
        """Away with what is drawn, such as when it was saved, and lay the tool down; undoing there brings it back."""
        if isinstance(self._active, DrawTool):
            self._active.drop()
            self.lay_down()

    def draw_sector_from(self, lon_deg: float, lat_deg: float) -> None:
        """Take the tool for sectors with a place as the middle."""
        if self._active is not self._sector:
            self.take(self._sector.code)
        self._sector.begin_at(to_mercator(lon_deg, lat_deg))

    def select_inside(self, sketch: Sketch) -> None:
        """Select what is inside a polygon that is whole."""
        area_m = shapely.Polygon(sketch.vertices)
        self.show_found(
            found_inside(self._map.picture, self._map.content, self._map.view, area_m=area_m, shelf=self._shelf)
        )

    def point_out(self, lon_deg: float, lat_deg: float, label: str = "") -> None:
        """Mark a place that somebody went to, until Escape or the next one."""
        self._flag.show(to_mercator(lon_deg, lat_deg), label)
        self._map.paint_soon()

    def show_chosen(self, ids: dict[MarkerKind, tuple[str, ...]]) -> None:
        """Mark markers that were selected; none of them clears."""
        self._marks.show(ids)
        self._map.paint_soon()

    def clear_found(self) -> None:
        """Forget what was asked about and what was selected."""
        self._active.forget()
        self.show_found(None)

    def outline(self, item: FoundItem | None) -> None:
        """Show where a found feature is."""
        layers = (layer for layer in self._map.content.base_layers() if item is not None and layer.name == item.layer)
        layer = next(layers, None)
        self._outline.show(item, self._shelf.of(layer) if layer is not None else None)
        self._map.paint_soon()

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

    # -- painting -------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        """Paint what is selected, and what the tool in hand shows."""
        content, view = self._map.content, self._map.view
        self._marks.paint(painter, content, view)
        self._outline.paint(painter, view, content.palette)
        self._flag.paint(painter, view, content.palette, content.text_scale)
        if self.is_working:
            self._active.paint(painter)
            if self._by_keys:
                paint_middle_cross(painter, middle_of(view), content.palette)

    # -- inside ---------------------------------------------------------------------------------------------------

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
        """Mark what was found inside an area; for the stage."""
        self._outline.show(None, None)
        if found is None or found.area:
            for tool in self._tools.values():
                if tool is not self._active:
                    tool.forget()
            self._marks.show(found.chosen if found is not None else {})
        self.found_changed.emit(found)
        self._map.paint_soon()

    def _escape(self) -> bool:
        if self._active.step_back():
            self._grabbed = None
            return True
        was_working = self.is_working
        if was_working:
            self.lay_down()
        elif self._flag.clear():
            self._map.paint_soon()
            return True
        elif self._marks.ids:
            self.show_found(None)
            return True
        return was_working

    def _point_by_keys(self) -> None:
        self._by_keys = True
        self._active.hover(self._pointer_at(middle_of(self._map.view)))
        self._map.paint_soon()

    def _leave_keys(self) -> None:
        if self._by_keys:
            self._by_keys = False
            self._map.paint_soon()

    def _drawing(self, figure: Figure) -> DrawTool:
        return next(tool for tool in self._tools.values() if isinstance(tool, DrawTool) and tool.figure is figure)

    def _pointer(self, event: QMouseEvent) -> Pointer:
        return self._pointer_at(event.position(), event.modifiers())

    def _pointer_at(self, at_px: QPointF, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Pointer:
        return Pointer(at_px=at_px, place_m=self._map.view.to_map(at_px.x(), at_px.y()), held=held)
