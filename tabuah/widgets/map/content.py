"""Map content: everything on the map as one immutable value that worker threads may read."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tabuah.gis.base_map import Basemap, LayerKind, MapLayer
from tabuah.gis.layers.layer_choices import NO_CHOICES, LayerChoices
from tabuah.gis.layers.map_style import MapStyle
from tabuah.gis.layers.range_rings import RangeRings
from tabuah.gis.layers.style_file import shipped_style
from tabuah.gis.layers.surfaces import Surface
from tabuah.widgets.map.markers import (
    AffectedArea,
    IncidentMarkers,
    MarkerClass,
    MarkerKind,
    Markers,
    StationMarkers,
    UnitMarkers,
)
from tabuah.widgets.theme.design_tokens import DARK, Palette

LABELS: Final = "labels"
AREA: Final = "area"
INCIDENTS: Final = "incidents"
CLOSED_INCIDENTS: Final = "incidents/closed"
UNITS: Final = "units"
RANGES: Final = "ranges"


def station_layer(marker_class: MarkerClass) -> str:
    """Return the name under which stations of one class are shown and hidden."""
    return f"stations/{marker_class.name.lower()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TileLayer:
    """A raster tile file. Its `attribution` is shown while the layer is."""

    name: str
    path: Path
    title: str = ""
    attribution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapContent:
    """The layers and live markers on the map, and their style.

    Args:
        imported: layers that replace a base layer of the same name, or lie above the base map.
        removable: names of layers that the user may remove.
        missing: names of imported layers whose data is lost.
        agency_layers: layers that agencies publish: warned areas, epicentres, volcano levels.
        agencies: names of these agencies, for the attribution.
        hidden: names of hidden layers, base or live.
        spread: ids of incidents at one place that are spread around it.
        style: the style file.
        choices: the user's changes to the style.
    """

    basemap: Basemap | None = None
    imported: tuple[MapLayer, ...] = ()
    removable: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    agency_layers: tuple[MapLayer, ...] = ()
    agencies: tuple[str, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    tiles: tuple[TileLayer, ...] = ()
    stations: StationMarkers = field(default_factory=StationMarkers)
    incidents: IncidentMarkers = field(default_factory=IncidentMarkers)
    units: UnitMarkers = field(default_factory=UnitMarkers)
    areas: tuple[AffectedArea, ...] = ()
    ranges: tuple[RangeRings, ...] = ()
    hidden: frozenset[str] = frozenset()
    spread: tuple[str, ...] = ()
    style: MapStyle = field(default_factory=shipped_style)
    choices: LayerChoices = NO_CHOICES
    palette: Palette = DARK
    text_scale: float = 1.0
    exercise: bool = False
    data_age: str = ""

    def shows(self, name: str) -> bool:
        """Return whether a layer is switched on."""
        return name not in self.hidden

    def base_layers(self) -> tuple[MapLayer, ...]:
        """Return all layers from bottom to top, hidden ones included.

        Imported layers take the place of the layers they replace. Isolines of surfaces come last.
        """
        own = self.basemap.layers if self.basemap else ()
        replacing = {layer.name: layer for layer in self.imported}
        kept = [replacing.pop(layer.name, layer) for layer in own]
        drawn_over = (layer for surface in self.surfaces for layer in (surface.lines, surface.edge))
        return (*kept, *replacing.values(), *self.agency_layers, *drawn_over)

    def layers_at(self, metres_per_px: float) -> tuple[MapLayer, ...]:
        """Return the layers that are switched on and visible at this scale."""
        return tuple(
            layer
            for layer in self.base_layers()
            if self.shows(layer.name)
            and layer.min_scale_m <= metres_per_px < layer.max_scale_m
            and self.draws_at(layer.name, metres_per_px)
        )

    def draws_at(self, name: str, metres_per_px: float) -> bool:
        """Return whether the style shows a layer at this scale."""
        spec = self.style.named(name)
        return spec is None or spec.is_drawn_at(metres_per_px)

    def place_of(self, name: str, order: float) -> tuple[float, float]:
        """Return order and opacity of a raster layer: as chosen, else by the style, else `order` and 1."""
        spec = self.style.named(name)
        opacity = self.choices.opacities.get(name, 1.0) * (spec.opacity if spec else 1.0)
        return self.choices.orders.get(name, spec.order if spec else order), opacity

    def attribution(self) -> tuple[str, ...]:
        """Return the sources to credit: agencies first (space is short), then base map and visible tiles."""
        own = self.basemap.attribution if self.basemap else ()
        shown = (layer.attribution for layer in self.tiles if layer.attribution and self.shows(layer.name))
        agencies = self.agencies if any(self.shows(layer.name) for layer in self.agency_layers) else ()
        return tuple(dict.fromkeys((*agencies, *own, *shown)))

    def markers(self, kind: MarkerKind) -> Markers:
        by_kind: dict[MarkerKind, Markers] = {
            MarkerKind.STATION: self.stations,
            MarkerKind.INCIDENT: self.incidents,
            MarkerKind.UNIT: self.units,
        }
        return by_kind[kind]

    def shows_approximate_borders(self) -> bool:
        """Return whether approximate borders are drawn, which needs a note."""
        computed = {surface.name for surface in self.surfaces}
        drawn = (layer for layer in self.base_layers() if layer.kind is not LayerKind.POINT)
        return any(each.approximate and self.shows(each.name) and each.name not in computed for each in drawn)
