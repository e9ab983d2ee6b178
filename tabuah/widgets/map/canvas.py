"""Map canvas: the widget that is given values and shows what the workers drew."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from tabuah.gis.base_map import BaseMap, MapLayer
from tabuah.gis.layers.layer_choices import LayerChoices
from tabuah.gis.layers.map_style import MapStyle
from tabuah.gis.layers.range_rings import RangeRings
from tabuah.gis.layers.surfaces import Surface
from tabuah.gis.reference_systems import to_mercator
from tabuah.resources.localisation import _
from tabuah.widgets.map.content import (
    AffectedArea,
    IncidentMarkers,
    MapContent,
    MarkerClass,
    StationMarkers,
    TileLayer,
    UnitMarkers,
)
from tabuah.widgets.map.layers.layer_notes import LayerNote
from tabuah.widgets.map.map_widget import MapWidget
from tabuah.widgets.map.overlay.compared_places import ComparedPlace, ComparedPlaces
from tabuah.widgets.map.overlay.planned_stations import PlannedStation, PlannedStations, RiverLink
from tabuah.widgets.map.rendering.map_image import render_view_image
from tabuah.widgets.map.rendering.renderer import MapRenderer
from tabuah.widgets.map.rendering.warm_up import warm_up_ranges
from tabuah.widgets.map.viewport import Bounds
from tabuah.widgets.theme.design_tokens import Palette


class MapCanvas(MapWidget):
    """The map widget: values in by `show_…` and `set_…`, signals out (see `InteractiveMap`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map_canvas")
        self.setAccessibleName(_("Map of the regency"))
        self._incident_areas: tuple[AffectedArea, ...] = ()
        self._alert_areas: tuple[AffectedArea, ...] = ()

    # -- values in ------------------------------------------------------------------------------------------------

    def show_base_map(self, base_map: BaseMap) -> None:
        """Show this base map. The first one is fitted into the view."""
        self._show(base_map=base_map)
        self._navigation.set_regency(base_map.bounds_m)

    def show_content(self, content: MapContent) -> None:
        """Show all that another map shows, such as that of the window."""
        self._content = content
        if content.base_map is not None:
            self._navigation.set_regency(content.base_map.bounds_m)
        self._refresh()
        self.content_changed.emit()

    def show_layers(
        self,
        layers: tuple[MapLayer, ...],
        *,
        removable: frozenset[str] = frozenset(),
        missing: tuple[str, ...] = (),
    ) -> None:
        """Show these imported layers. One with the name of a base layer replaces it.

        Args:
            layers: the layers to draw.
            removable: names of layers that the user may remove.
            missing: names of imported layers that cannot be drawn; the legend lists them as missing.
        """
        self._show(imported=layers, removable=removable, missing=missing)

    def show_agency_layers(self, layers: tuple[MapLayer, ...], *, agencies: tuple[str, ...] = ()) -> None:
        """Show the layers of agencies (warnings, earthquakes, volcano levels) and credit them."""
        self._show(agency_layers=layers, agencies=agencies)

    def show_office_layers(self, layers: tuple[MapLayer, ...]) -> None:
        """Show the layers of the office itself, such as shelters."""
        self._show(office_layers=layers)

    def show_disruption_layers(self, layers: tuple[MapLayer, ...]) -> None:
        """Show the layers of closed roads and outages that have not ended."""
        self._show(disruption_layers=layers)

    def show_unit_layers(self, layers: tuple[MapLayer, ...]) -> None:
        """Show the layers about units, such as the kecamatan without a ready one."""
        self._show(unit_layers=layers)

    def show_surfaces(self, surfaces: tuple[Surface, ...]) -> None:
        """Show these computed surfaces if their layer is switched on."""
        self._show(surfaces=surfaces)

    def show_tiles(self, tiles: tuple[TileLayer, ...]) -> None:
        """Show these raster tile files. `layer_notes_changed` reports a file that is missing."""
        self._show(tiles=tiles)

    def show_style(self, style: MapStyle) -> None:
        self._show(style=style)

    def show_choices(self, choices: LayerChoices) -> None:
        """Apply the opacity and order of layers that the user chose."""
        self._show(choices=choices)

    def show_stations(self, stations: StationMarkers) -> None:
        """Show these stations. Reuse the position arrays when only the classes change."""
        self._show(stations=stations)

    def show_incidents(self, incidents: IncidentMarkers) -> None:
        self._show(incidents=incidents)

    def show_moment(
        self,
        stations: StationMarkers,
        incidents: IncidentMarkers,
        units: UnitMarkers,
        *,
        data_age: str,
    ) -> None:
        """Show the complete live state of one moment."""
        self._show(stations=stations, incidents=incidents, units=units, data_age=data_age)

    def show_units(self, units: UnitMarkers) -> None:
        self._show(units=units)

    def show_area(
        self,
        rings_deg: tuple[NDArray[np.float64], ...] | None,
        marker_class: MarkerClass = MarkerClass.CRITICAL,
    ) -> None:
        """Show one affected area with a dashed outline.

        Args:
            rings_deg: rings of (n, 2) degrees, outer ring first; None removes the area.
            marker_class: severity, which sets the colour.
        """
        self._incident_areas = (AffectedArea(rings=rings_deg, marker_class=marker_class),) if rings_deg else ()
        self._show(areas=(*self._incident_areas, *self._alert_areas))

    def show_alert_areas(self, rings_deg: tuple[NDArray[np.float64], ...], marker_class: MarkerClass) -> None:
        """Show the areas of an alert with a dashed outline.

        Args:
            rings_deg: the outer ring of each area, of (n, 2) degrees; none removes the areas.
            marker_class: severity, which sets the colour.
        """
        self._alert_areas = tuple(AffectedArea(rings=(ring,), marker_class=marker_class) for ring in rings_deg)
        self._show(areas=(*self._incident_areas, *self._alert_areas))

    def show_ranges(self, ranges: tuple[RangeRings, ...]) -> None:
        """Show distance rings and sectors around places."""
        if ranges:
            warm_up_ranges()
        self._show(ranges=ranges)

    def set_palette(self, palette: Palette) -> None:
        self._show(palette=palette)

    def set_text_scale(self, text_scale: float) -> None:
        """Set the size of all text; 1.0 is 100 %."""
        self._show(text_scale=text_scale)

    def set_exercise(self, name: str) -> None:
        """Write the name of the exercise that all symbols belong to across the map; empty in the real world."""
        self._show(watermark=name, is_one_exercise=bool(name))

    def set_data_age(self, text: str) -> None:
        """Show the age of the live data."""
        self._show(data_age=text)

    def set_layer_visible(self, name: str, visible: bool) -> None:
        """Show or hide a layer by its name, base or live."""
        hidden = self._content.hidden - {name} if visible else self._content.hidden | {name}
        self._show(hidden=frozenset(hidden))

    def set_obstacles(self, rects: tuple[QRectF, ...]) -> None:
        """Set the rectangles of widgets that lie over the map, so that no label is placed under them."""
        if rects != self._obstacles:
            self._obstacles = rects
            self._renderer.lay_out_names()

    def set_left_inset(self, left_px: float) -> None:
        """Reserve space on the left edge: the fitted regency is shown to the right of it if there is room."""
        self._navigation.set_inset(left_px)

    def set_selection(self, kind: str, marker_id: str) -> None:
        """Mark a selection made elsewhere; empty texts for none. Emits no signal."""
        self._selection.mark_selected(kind, marker_id)
        self._refresh()

    def show_compared(self, places: Sequence[ComparedPlace]) -> None:
        """Show numbered places or areas to choose between, and fit them all in the view. Empty ends it."""
        self._annotations.compared.show(places)
        bounds_m = self._annotations.compared.bounds_m()
        if bounds_m is not None:
            self._navigation.fit(bounds_m)
        self.paint_soon()

    def highlight_compared(self, code: str) -> None:
        """Highlight one compared place; an empty code for none."""
        self._annotations.compared.strong = code
        self.paint_soon()

    def show_planned(
        self, stations: Sequence[PlannedStation], links: Sequence[RiverLink] = (), *, fit: bool = False
    ) -> None:
        """Show stations that are being registered or imported; `fit` fits them in the view. Empty ends it."""
        planned = self._annotations.planned
        planned.show(stations, links)
        bounds_m = planned.bounds_m() if fit else None
        if bounds_m is not None:
            self._navigation.fit(bounds_m)
        self.paint_soon()

    def highlight_planned(self, code: str) -> None:
        """Highlight one planned station; an empty code for none."""
        self._annotations.planned.strong = code
        self.paint_soon()

    # -- state out ------------------------------------------------------------------------------------------------

    @property
    def is_fitted(self) -> bool:
        """Whether the whole regency is fitted in the view, which lasts until the user moves the map."""
        return self._navigation.is_fitted

    @property
    def layer_notes(self) -> Mapping[str, LayerNote]:
        """Status of layers that may be missing."""
        return self._renderer.notes

    @property
    def renderer(self) -> MapRenderer:
        """The renderer with the frames on the screen."""
        return self._renderer

    @property
    def compared(self) -> ComparedPlaces:
        """The places that a conflict compares, shown on the map."""
        return self._annotations.compared

    @property
    def planned(self) -> PlannedStations:
        """The stations that are being registered or imported, shown on the map."""
        return self._annotations.planned

    @property
    def is_picking(self) -> bool:
        """Whether the next click picks a place."""
        return self._annotations.picking

    def grab_image(self) -> QImage:
        """Return the current view, sharp and complete, at the pixel ratio of the screen."""
        ratio = self.devicePixelRatioF()
        return render_view_image(self._content, self.view, pixel_ratio=ratio, annotations=self._annotations)

    # -- actions --------------------------------------------------------------------------------------------------

    def select(self, kind: str, marker_id: str) -> None:
        """Select a marker as if the user had clicked it, and bring it into the view."""
        self._selection.select(kind, marker_id)
        place = self._selection.place_of(self._renderer.picture, kind, marker_id) if marker_id else None
        if place is not None and not self.rect().contains(QPointF(*self.view.to_screen(*place)).toPoint()):
            self._navigation.centre_on(*place)
        self._refresh()

    def fit_bounds(self, west_deg: float, south_deg: float, east_deg: float, north_deg: float) -> None:
        """Fit an area given in degrees into the view."""
        self._navigation.fit(_to_mercator_bounds((west_deg, south_deg, east_deg, north_deg)))

    def centre_on(self, lon_deg: float, lat_deg: float, metres_per_px: float | None = None) -> None:
        """Centre the view on a place, zoomed in to `metres_per_px` or closer."""
        self._navigation.centre_on(*to_mercator(lon_deg, lat_deg), metres_per_px=metres_per_px)

    def show_view(self, lon_deg: float, lat_deg: float, metres_per_px: float) -> None:
        """Show exactly this view: its centre in degrees and its scale."""
        self._navigation.show(*to_mercator(lon_deg, lat_deg), metres_per_px=metres_per_px)

    def show_in_view(self, positions_deg: Sequence[tuple[float, float]]) -> None:
        """Fit all positions into the view; do nothing if all are visible."""
        lons, lats = zip(*positions_deg, strict=True)
        bounds_m = _to_mercator_bounds((min(lons), min(lats), max(lons), max(lats)))
        west, south, east, north = self.view.bounds_m
        if not (west <= bounds_m[0] and south <= bounds_m[1] and bounds_m[2] <= east and bounds_m[3] <= north):
            self._navigation.fit(bounds_m)

    def begin_pick(self) -> None:
        """Start the pick mode: the next click (or Enter, for the centre) picks a place. Cancels an open pick."""
        if self._annotations.picking:
            self.pick_cancelled.emit()
        self.tools.deactivate()
        self._annotations.picking = True
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
