"""The map canvas: a widget that is given values, blits what the workers drew, and tells what people do on it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from tabuah.gis.basemap import Basemap, MapLayer
from tabuah.gis.layers.arranging import LayerChoices
from tabuah.gis.layers.ranges import Ranges
from tabuah.gis.layers.specification import MapStyle
from tabuah.gis.layers.surfaces import Surface
from tabuah.gis.reference_systems import to_mercator
from tabuah.resources.catalogue import _
from tabuah.widgets.map.compared_places import ComparedPlace, ComparedPlaces
from tabuah.widgets.map.content import TileLayer
from tabuah.widgets.map.layer_notes import LayerNote
from tabuah.widgets.map.markers import AffectedArea, IncidentMarkers, MarkerClass, StationMarkers, UnitMarkers
from tabuah.widgets.map.renderer import MapRenderer
from tabuah.widgets.map.snapshot import map_picture, picture_of_view
from tabuah.widgets.map.surface import MapSurface
from tabuah.widgets.map.viewport import Bounds
from tabuah.widgets.theme.tokens import Palette


class MapCanvas(MapSurface):
    """The map: values in, signals out (see `PointedMap`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map_canvas")
        self.setAccessibleName(_("Map of the regency"))

    # -- values in ------------------------------------------------------------------------------------------------

    def show_basemap(self, basemap: Basemap) -> None:
        """Draw this base map; the first one is fitted into the view."""
        self._show(basemap=basemap)
        self._navigation.set_regency(basemap.bounds_m)

    def show_layers(
        self,
        layers: tuple[MapLayer, ...],
        *,
        removable: frozenset[str] = frozenset(),
        missing: tuple[str, ...] = (),
    ) -> None:
        """Draw these imported layers; one with the name of a base layer takes its place.

        Args:
            layers: as they are drawn.
            removable: names of layers that a person may take away.
            missing: names of layers that were imported and cannot be drawn; they are told, not left out.
        """
        self._show(imported=layers, removable=removable, missing=missing)

    def show_told(self, layers: tuple[MapLayer, ...], *, told_by: tuple[str, ...] = ()) -> None:
        """Draw these layers of what agencies tell over the map, and name the agencies."""
        self._show(told=layers, told_by=told_by)

    def show_surfaces(self, surfaces: tuple[Surface, ...]) -> None:
        """Draw these computed surfaces where their layer is switched on."""
        self._show(surfaces=surfaces)

    def show_tiles(self, tiles: tuple[TileLayer, ...]) -> None:
        """Draw these files of raster tiles; one whose file is gone is told by `layer_notes_changed`."""
        self._show(tiles=tiles)

    def show_style(self, style: MapStyle) -> None:
        """Draw the layers in this style."""
        self._show(style=style)

    def show_choices(self, choices: LayerChoices) -> None:
        """Draw the layers as strong and in the order that a person chose."""
        self._show(choices=choices)

    def show_stations(self, stations: StationMarkers) -> None:
        """Draw these stations; keep the position arrays when only classes change."""
        self._show(stations=stations)

    def show_incidents(self, incidents: IncidentMarkers) -> None:
        """Draw these incidents."""
        self._show(incidents=incidents)

    def show_moment(
        self,
        stations: StationMarkers,
        incidents: IncidentMarkers,
        units: UnitMarkers,
        *,
        data_age: str,
        exercise: bool,
    ) -> None:
        """Draw everything that is live at one moment at once."""
        self._show(stations=stations, incidents=incidents, units=units, data_age=data_age, exercise=exercise)

    def show_units(self, units: UnitMarkers) -> None:
        """Draw these units."""
        self._show(units=units)

    def show_area(
        self,
        rings_deg: tuple[NDArray[np.float64], ...] | None,
        marker_class: MarkerClass = MarkerClass.CRITICAL,
    ) -> None:
        """Draw one affected area dashed: rings of (n, 2) degrees, outer first; None for no area."""
        self._show(areas=(AffectedArea(rings=rings_deg, marker_class=marker_class),) if rings_deg else ())

    def show_ranges(self, ranges: tuple[Ranges, ...]) -> None:
        """Draw these distances around places."""
        self._show(ranges=ranges)

    def set_palette(self, palette: Palette) -> None:
        """Change the colours."""
        self._show(palette=palette)

    def set_text_scale(self, text_scale: float) -> None:
        """Change the size of all text; 1.0 is 100 %."""
        self._show(text_scale=text_scale)

    def set_exercise(self, exercise: bool) -> None:
        """Mark the map as a drill or simulation."""
        self._show(exercise=exercise)

    def set_data_age(self, text: str) -> None:
        """Tell how old the live data is."""
        self._show(data_age=text)

    def set_layer_visible(self, name: str, visible: bool) -> None:
        """Show or hide a layer by its name, base or live."""
        hidden = self._content.hidden - {name} if visible else self._content.hidden | {name}
        self._show(hidden=frozenset(hidden))

    def set_obstacles(self, rects: tuple[QRectF, ...]) -> None:
        """Tell where other widgets lie on the map, so that no name goes under them."""
        if rects != self._obstacles:
            self._obstacles = rects
            self._renderer.lay_out_names()

    def keep_clear(self, left_px: float) -> None:
        """Show the whole regency beside what lies on the left edge, where there is room."""
        self._navigation.set_inset(left_px)

    def set_selection(self, kind: str, marker_id: str) -> None:
        """Show as selected what was selected elsewhere; empty texts for none. Tells nobody."""
        self._pointing.mark_selected(kind, marker_id)
        self._refresh()

    def show_compared(self, places: Sequence[ComparedPlace]) -> None:
        """Show places or areas to choose between, numbered, with all of them in sight; none ends it."""
        self._adornments.compared.show(places)
        bounds_m = self._adornments.compared.bounds_m()
        if bounds_m is not None:
            self._navigation.fit(bounds_m)
        self.paint_soon()

    def highlight_compared(self, code: str) -> None:
        """Draw one of them strong; an empty code for none."""
        self._adornments.compared.strong = code
        self.paint_soon()

    # -- state out ------------------------------------------------------------------------------------------------

    @property
    def is_fitted(self) -> bool:
        """Whether the whole regency is shown, because nobody has moved the map."""
        return self._navigation.is_fitted

    @property
    def layer_notes(self) -> Mapping[str, LayerNote]:
        """How the layers fare that may go missing."""
        return self._renderer.notes

    @property
    def renderer(self) -> MapRenderer:
        """The frames that are on the screen."""
        return self._renderer

    @property
    def compared(self) -> ComparedPlaces:
        """What is to be chosen between."""
        return self._adornments.compared

    @property
    def is_picking(self) -> bool:
        """Whether the next click picks a place."""
        return self._adornments.picking

    def grab_image(self) -> QImage:
        """The view as it is now, sharp and complete, at the pixel ratio of the screen."""
        ratio = self.devicePixelRatioF()
        return picture_of_view(self._content, self.view, pixel_ratio=ratio, adornments=self._adornments)

    def render_to_image(self, size: QSize, bounds_deg: Bounds | None = None, pixel_ratio: float = 1.0) -> QImage:
        """A picture of other size and bounds (west, south, east, north in degrees; by default the regency)."""
        bounds_m = None if bounds_deg is None else _to_mercator_bounds(bounds_deg)
        return map_picture(self._content, size=size, bounds_m=bounds_m, pixel_ratio=pixel_ratio)

    # -- verbs ----------------------------------------------------------------------------------------------------

    def select(self, kind: str, marker_id: str) -> None:
        """Select a marker as if a person had clicked it, and bring it into the view."""
        self._pointing.select(kind, marker_id)
        place = self._pointing.place_of(self._renderer.picture, kind, marker_id) if marker_id else None
        if place is not None and not self.rect().contains(QPointF(*self.view.to_screen(*place)).toPoint()):
            self._navigation.centre_on(*place)
        self._refresh()

    def fit_bounds(self, west_deg: float, south_deg: float, east_deg: float, north_deg: float) -> None:
        """Show all of an area given in degrees."""
        self._navigation.fit(_to_mercator_bounds((west_deg, south_deg, east_deg, north_deg)))

    def centre_on(self, lon_deg: float, lat_deg: float, metres_per_px: float | None = None) -> None:
        """Bring a place into the middle; with `metres_per_px` at least so close."""
        self._navigation.centre_on(*to_mercator(lon_deg, lat_deg), metres_per_px=metres_per_px)

    def show_view(self, lon_deg: float, lat_deg: float, metres_per_px: float) -> None:
        """Show exactly this view: its centre in degrees, and its scale."""
        self._navigation.show(*to_mercator(lon_deg, lat_deg), metres_per_px=metres_per_px)

    def show_in_view(self, positions_deg: Sequence[tuple[float, float]]) -> None:
        """Bring all of these into sight, if they are not there already."""
        lons, lats = zip(*positions_deg, strict=True)
        bounds_m = _to_mercator_bounds((min(lons), min(lats), max(lons), max(lats)))
        west, south, east, north = self.view.bounds_m
        if not (west <= bounds_m[0] and south <= bounds_m[1] and bounds_m[2] <= east and bounds_m[3] <= north):
            self._navigation.fit(bounds_m)

    def begin_pick(self) -> None:
        """Let the next click (or Enter, for the centre) choose a place; one that was to be chosen before is not."""
        if self._adornments.picking:
            self.pick_cancelled.emit()
        self.tools.lay_down()
        self._adornments.picking = True
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.paint_soon()

    def _show(self, **changes: Any) -> None:
        self._content = replace(self._content, **changes)
        self._refresh()
        self.content_changed.emit()


def _to_mercator_bounds(bounds_deg: Bounds) -> Bounds:
    west, south, east, north = bounds_deg
    return (*to_mercator(west, south), *to_mercator(east, north))
