"""The tools of one map, with the marks that their work leaves on it: what was selected, found, or gone to."""

from collections.abc import Callable
from functools import partial

import shapely
from PySide6.QtCore import QObject
from PySide6.QtGui import QPainter

from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.map.tools.chosen_marks import ChosenMarks, FeatureOutline
from tabuah.widgets.map.tools.draw import DrawTool
from tabuah.widgets.map.tools.found import Found, FoundItem, found_inside
from tabuah.widgets.map.tools.place_flag import PlaceFlag
from tabuah.widgets.map.tools.sketch import Figure, Sketch
from tabuah.widgets.map.tools.sketch_painter import paint_middle_cross
from tabuah.widgets.map.tools.stage import MapOfTools
from tabuah.widgets.map.tools.tool import middle_of
from tabuah.widgets.map.tools.tool_hand import ToolHand


class MapTools(ToolHand):
    """What others may ask of the tools; what they tell are the signals of `ToolHand`."""

    def __init__(self, canvas: MapOfTools, parent: QObject | None = None) -> None:
        super().__init__(canvas, parent)
        self._marks, self._outline, self._flag = ChosenMarks(), FeatureOutline(), PlaceFlag()

    # -- what is ready --------------------------------------------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        """Whether all that is drawn can be snapped to and asked about."""
        return self._shelf.is_ready

    def prepare(self) -> None:
        """Index what the map shows now, before somebody asks; cheap when nothing has changed."""
        self._shelf.prepare(self._map.content, self._map.view.metres_per_px)

    def close(self) -> None:
        """Join the thread that prepares; the next `prepare` starts it again."""
        self._shelf.close()

    def stopper(self) -> Callable[[], None]:
        """A function that joins the thread and needs no living Qt object."""
        return self._shelf.stopper()

    # -- figures and marks ----------------------------------------------------------------------------------------

    @property
    def chosen(self) -> dict[MarkerKind, tuple[str, ...]]:
        """The ids of the markers that are selected, by kind."""
        return self._marks.ids

    @property
    def flagged(self) -> bool:
        """Whether a place that somebody went to is marked."""
        return self._flag.stands

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
        self._shelf.when_ready(partial(self._select_inside, shapely.Polygon(sketch.vertices)))

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
        self._outline.show(item, next(layers, None))
        self._map.paint_soon()

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

    def show_found(self, found: Found | None) -> None:
        """Mark what was found inside an area; for the stage."""
        self._outline.show(None, None)
        if found is None or found.area:
            for tool in self._tools.values():
                if tool is not self._active:
                    tool.forget()
            self._marks.show(found.chosen if found is not None else {})
        super().show_found(found)
        self._map.paint_soon()

    def _put_away(self) -> bool:
        if self._flag.clear():
            self._map.paint_soon()
        elif self._marks.ids:
            self.show_found(None)
        else:
            return False
        return True

    def _select_inside(self, area_m: shapely.Polygon) -> None:
        of = self._map
        self.show_found(found_inside(of.picture, of.content, of.view, area_m=area_m, shelf=self._shelf))

    def _drawing(self, figure: Figure) -> DrawTool:
        return next(tool for tool in self._tools.values() if isinstance(tool, DrawTool) and tool.figure is figure)
