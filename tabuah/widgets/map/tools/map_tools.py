"""Map tools: the tools of one map and the marks of their results."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from tabuah.gis.base_map import LayerKind, MapLayer
from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.content import MapContent, MarkerKind, Markers
from tabuah.widgets.map.tools.dot_painter import DotPainter
from tabuah.widgets.map.tools.draw_tool import DrawTool
from tabuah.widgets.map.tools.layer_shapes import outline_of
from tabuah.widgets.map.tools.map_query import QueryResult, ResultItem, query_inside
from tabuah.widgets.map.tools.sketch import Sketch, SketchKind
from tabuah.widgets.map.tools.sketch_painter import paint_centre_cross, pixels_from, to_pixels
from tabuah.widgets.map.tools.text_plates import paint_plate_beside
from tabuah.widgets.map.tools.tool import Place, view_centre
from tabuah.widgets.map.tools.tool_context import ToolMap
from tabuah.widgets.map.tools.tool_controller import ToolController
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import Palette


class MapTools(ToolController):
    """The tools of a map. Results are reported by the signals of `ToolController`."""

    def __init__(self, canvas: ToolMap, parent: QObject | None = None) -> None:
        super().__init__(canvas, parent)
        self._marks, self._outline, self._pin = SelectionRings(), FeatureOutline(), PlacePin()

    # -- layer index ----------------------------------------------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        """Whether all visible layers can be snapped to and queried."""
        return self._layer_index.is_ready

    def prepare(self) -> None:
        """Index the visible layers ahead of a query; cheap if nothing has changed."""
        self._layer_index.prepare(self._map.content, self._map.view.metres_per_px)

    def close(self) -> None:
        """Join the index thread; the next `prepare` starts it again."""
        self._layer_index.close()

    def stopper(self) -> Callable[[], None]:
        """Return a function that joins the thread and needs no living Qt object."""
        return self._layer_index.stopper()

    # -- sketches and marks ---------------------------------------------------------------------------------------

    @property
    def chosen(self) -> dict[MarkerKind, tuple[str, ...]]:
        """The ids of the selected markers, by kind."""
        return self._marks.ids

    @property
    def has_pin(self) -> bool:
        """Whether the place pin is on the map."""
        return self._pin.is_shown

    def edit_sketch(self, figure: SketchKind, positions_deg: tuple[tuple[float, float], ...]) -> None:
        """Activate the drawing tool to edit an existing shape (degrees)."""
        tool = self._drawing(figure)
        tool.show_positions(positions_deg)
        if tool is not self._active:
            self.activate(tool.code)

    def drop_sketch(self) -> None:
        """Remove the sketch, for example after it was saved, and deactivate the tool; undo restores it."""
        if isinstance(self._active, DrawTool):
            self._active.drop()
            self.deactivate()

    def draw_sector_from(self, lon_deg: float, lat_deg: float) -> None:
        """Activate the sector tool with a place as the centre."""
        if self._active is not self._sector:
            self.activate(self._sector.code)
        self._sector.begin_at(to_mercator(lon_deg, lat_deg))

    def select_inside(self, sketch: Sketch) -> None:
        """Select the objects inside a complete polygon."""
        self._layer_index.when_ready(partial(self._select_inside, shapely.Polygon(sketch.vertices)))

    def show_pin(self, lon_deg: float, lat_deg: float, label: str = "") -> None:
        """Show a pin at a place the user went to, until Escape or the next place."""
        self._pin.show(to_mercator(lon_deg, lat_deg), label)
        self._map.paint_soon()

    def show_chosen(self, ids: dict[MarkerKind, tuple[str, ...]]) -> None:
        """Mark selected markers; an empty dict clears the marks."""
        self._marks.show(ids)
        self._map.paint_soon()

    def clear_results(self) -> None:
        """Clear query results and selection."""
        self._active.forget()
        self.show_results(None)

    def outline(self, item: ResultItem | None) -> None:
        """Outline a found feature; None removes the outline."""
        layers = (layer for layer in self._map.content.base_layers() if item is not None and layer.name == item.layer)
        self._outline.show(item, next(layers, None))
        self._map.paint_soon()

    # -- painting -------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        """Paint the marks and the active tool."""
        content, view = self._map.content, self._map.view
        self._marks.paint(painter, content, view)
        self._outline.paint(painter, view, content.palette)
        self._pin.paint(painter, view, content.palette, content.text_scale)
        if self.is_working:
            self._active.paint(painter)
            if self._by_keys:
                paint_centre_cross(painter, view_centre(view), content.palette)

    # -- internals ------------------------------------------------------------------------------------------------

    def show_results(self, found: QueryResult | None) -> None:
        """Mark what was found inside an area; called by the tool context."""
        self._outline.show(None, None)
        if found is None or found.area:
            for tool in self._tools.values():
                if tool is not self._active:
                    tool.forget()
            self._marks.show(found.chosen if found is not None else {})
        super().show_results(found)
        self._map.paint_soon()

    def _put_away(self) -> bool:
        if self._pin.clear():
            self._map.paint_soon()
        elif self._marks.ids:
            self.show_results(None)
        else:
            return False
        return True

    def _select_inside(self, area_m: shapely.Polygon) -> None:
        of = self._map
        self.show_results(query_inside(of.picture, of.content, of.view, area_m=area_m, layer_index=self._layer_index))

    def _drawing(self, figure: SketchKind) -> DrawTool:
        return next(tool for tool in self._tools.values() if isinstance(tool, DrawTool) and tool.figure is figure)


_REACH_PX: Final = {MarkerKind.STATION: 12.0, MarkerKind.INCIDENT: 18.0, MarkerKind.UNIT: 18.0}
_MAX_RINGS: Final = 3_000  # rings that are drawn at most; more would be unreadable
_MANY: Final = 400
_SMALL_PX: Final = 13.0
_POINT_PX: Final = 10.0


class SelectionRings:
    """Rings around selected markers, by id, so that they follow markers that move."""

    def __init__(self) -> None:
        self._ids: dict[MarkerKind, tuple[str, ...]] = {}
        self._places: dict[MarkerKind, tuple[Markers, NDArray[np.float64]]] = {}
        self._dots = DotPainter()

    @property
    def ids(self) -> dict[MarkerKind, tuple[str, ...]]:
        """Ids of the marked markers."""
        return self._ids

    def show(self, ids: dict[MarkerKind, tuple[str, ...]]) -> None:
        """Mark these and no others."""
        self._ids, self._places = {kind: each for kind, each in ids.items() if each}, {}

    def paint(self, painter: QPainter, content: MapContent, view: Viewport) -> None:
        """Paint the visible rings."""
        palette = content.palette
        for kind in self._ids:
            pixels = to_pixels(self._places_of(kind, content), view)
            reach, size = _REACH_PX[kind], (view.width_px, view.height_px)
            shown = pixels[np.all((pixels > -reach) & (pixels < np.add(size, reach)), axis=1)][:_MAX_RINGS]
            many = len(shown) > _MANY  # then rings are small, with a fifth of the pixels
            halo, size_px = ("", _SMALL_PX) if many else (palette.label_halo, 2 * reach)
            self._dots.paint(painter, shown, ring=palette.accent, inside="", size_px=size_px, halo=halo)

    def _places_of(self, kind: MarkerKind, content: MapContent) -> NDArray[np.float64]:
        markers = content.markers(kind)
        known = self._places.get(kind)
        if known is None or (known[0].ids is not markers.ids or known[0].lon_deg is not markers.lon_deg):
            wanted = set(self._ids[kind])
            numbers = [index for index, each in enumerate(markers.ids) if each in wanted]
            x_m, y_m = to_mercator(markers.lon_deg[numbers], markers.lat_deg[numbers])
            known = self._places[kind] = (markers, np.column_stack((x_m, y_m)).reshape(-1, 2))
        return known[1]


class FeatureOutline:
    """Outline of one feature, or a ring around a point; cached as pixels while only the view moves."""

    def __init__(self) -> None:
        self._parts: list[NDArray[np.float64]] = []
        self._kind = LayerKind.POINT
        self._scale_m = 0.0
        self._segments: list[QLineF] = []
        self._points: list[QPointF] = []

    def show(self, item: ResultItem | None, layer: MapLayer | None) -> None:
        """Outline a feature of a layer; None for nothing."""
        self._parts, self._scale_m = [], 0.0
        if item is not None and item.feature is not None and layer is not None:
            self._kind, self._parts = layer.kind, outline_of(layer, item.feature)

    def paint(self, painter: QPainter, view: Viewport, palette: Palette) -> None:
        if not self._parts:
            return
        if view.metres_per_px != self._scale_m:
            self._scale_m = view.metres_per_px
            self._prepare()
        painter.save()
        painter.translate(*view.to_screen(*self._parts[0][0].tolist()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(palette.label_halo), 5), QPen(QColor(palette.attention), 2.4)):
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLines(self._segments)
            for at in self._points:
                painter.drawEllipse(at, _POINT_PX, _POINT_PX)
        painter.restore()

    def _prepare(self) -> None:
        self._segments, self._points = [], []
        for part in self._parts:
            pixels = pixels_from(part, self._parts[0][0], self._scale_m)
            points = [QPointF(x, y) for x, y in pixels.tolist()]
            if self._kind is LayerKind.POINT:
                self._points += points[:1]
            else:
                self._segments += [QLineF(one, other) for one, other in pairwise(points)]


_HIGH_PX = 26.0
_WIDE_PX = 9.0


class PlacePin:
    """A pin with a label at a place that the user went to by name or coordinates."""

    def __init__(self) -> None:
        self._place_m: Place | None = None
        self._label = ""

    @property
    def is_shown(self) -> bool:
        """Whether the pin is on the map."""
        return self._place_m is not None

    def show(self, place_m: Place, label: str) -> None:
        """Show the pin at a place."""
        self._place_m, self._label = place_m, label

    def clear(self) -> bool:
        """Remove the pin; return whether there was one."""
        stood, self._place_m = self._place_m is not None, None
        return stood

    def paint(self, painter: QPainter, view: Viewport, palette: Palette, text_scale: float) -> None:
        """Paint a pin whose tip is at the place."""
        if self._place_m is None:
            return
        tip = QPointF(*view.to_screen(*self._place_m))
        head = tip - QPointF(0, _HIGH_PX - _WIDE_PX)
        pin = QPainterPath(tip)
        pin.cubicTo(tip + QPointF(-3, -8), head + QPointF(-_WIDE_PX, 6), head + QPointF(-_WIDE_PX, 0))
        pin.arcTo(head.x() - _WIDE_PX, head.y() - _WIDE_PX, 2 * _WIDE_PX, 2 * _WIDE_PX, 180, -180)
        pin.cubicTo(head + QPointF(_WIDE_PX, 6), tip + QPointF(3, -8), tip)
        painter.setPen(QPen(QColor(palette.label_halo), 2.2))
        painter.setBrush(QColor(palette.accent))
        painter.drawPath(pin)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.label_halo))
        painter.drawEllipse(head, 3.4, 3.4)
        if self._label:
            paint_plate_beside(painter, self._label, head, palette, view=view, text_scale=text_scale)
