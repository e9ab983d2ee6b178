"""Map tools: the tools of one map and the marks of their results."""

from collections.abc import Callable
from functools import partial

import shapely
from PySide6.QtCore import QObject
from PySide6.QtGui import QPainter

from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.map.tools.draw_tool import DrawTool
from tabuah.widgets.map.tools.map_marks import FeatureOutline, PlacePin, SelectionRings
from tabuah.widgets.map.tools.map_query import QueryResult, ResultItem, query_inside
from tabuah.widgets.map.tools.sketch import Sketch, SketchKind
from tabuah.widgets.map.tools.sketch_painter import paint_centre_cross
from tabuah.widgets.map.tools.tool import view_centre
from tabuah.widgets.map.tools.tool_context import ToolMap
from tabuah.widgets.map.tools.tool_controller import ToolController


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
        """Activate the drawing tool to edit an existing figure (degrees)."""
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
        """Select what is inside a complete polygon."""
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
