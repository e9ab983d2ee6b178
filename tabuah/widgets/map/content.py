"""Everything the map shows, as one immutable value that the worker threads may read."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tabuah.gis.basemap import Basemap, LayerKind, MapLayer
from tabuah.gis.layers.arranging import NO_CHOICES, LayerChoices
from tabuah.gis.layers.ranges import Ranges
from tabuah.gis.layers.specification import MapStyle
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
from tabuah.widgets.theme.tokens import DARK, Palette

LABELS: Final = "labels"
AREA: Final = "area"
INCIDENTS: Final = "incidents"
CLOSED_INCIDENTS: Final = "incidents/closed"
UNITS: Final = "units"
RANGES: Final = "ranges"


def station_layer(marker_class: MarkerClass) -> str:
    """The name under which the stations of one class are shown and hidden."""
    return f"stations/{marker_class.name.lower()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TileLayer:
    """A file of raster tiles; its `attribution` is shown with the sources of the map while it is."""

    name: str
    path: Path
    title: str = ""
    attribution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapContent:
    """What is on the map: layers, live markers, and how they look.

    `imported` layers take the place of a base layer of the same name, or lie above the base map. `removable` names
    those that a person may take away, `missing` those that should be there and have lost their drawing.
    `hidden` holds names of base layers and of the live ones above; `spread` the ids of incidents at one place that
    are laid out around it. `style` says how layers look, `choices` what a person made of it.
    """

    basemap: Basemap | None = None
    imported: tuple[MapLayer, ...] = ()
    removable: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    told: tuple[MapLayer, ...] = ()  # what agencies tell: warned areas, epicentres, levels of volcanoes
    told_by: tuple[str, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    tiles: tuple[TileLayer, ...] = ()
    stations: StationMarkers = field(default_factory=StationMarkers)
    incidents: IncidentMarkers = field(default_factory=IncidentMarkers)
    units: UnitMarkers = field(default_factory=UnitMarkers)
    areas: tuple[AffectedArea, ...] = ()
    ranges: tuple[Ranges, ...] = ()
    hidden: frozenset[str] = frozenset()
    spread: tuple[str, ...] = ()
    style: MapStyle = field(default_factory=shipped_style)
    choices: LayerChoices = NO_CHOICES
    palette: Palette = DARK
    text_scale: float = 1.0
    exercise: bool = False
    data_age: str = ""

    def shows(self, name: str) -> bool:
        """Whether a layer is switched on."""
        return name not in self.hidden

    def base_layers(self) -> tuple[MapLayer, ...]:
        """All layers from bottom to top, imported ones in the place of what they replace, hidden ones too.

        The lines of equal value of computed surfaces come last.
        """
        own = self.basemap.layers if self.basemap else ()
        replacing = {layer.name: layer for layer in self.imported}
        kept = [replacing.pop(layer.name, layer) for layer in own]
        drawn_over = (layer for surface in self.surfaces for layer in (surface.lines, surface.edge))
        return (*kept, *replacing.values(), *self.told, *drawn_over)

    def layers_at(self, metres_per_px: float) -> tuple[MapLayer, ...]:
        """The layers that are switched on and meant for this scale, by the map and by the style."""
        return tuple(
            layer
            for layer in self.base_layers()
            if self.shows(layer.name)
            and layer.min_scale_m <= metres_per_px < layer.max_scale_m
            and self.draws_at(layer.name, metres_per_px)
        )

    def draws_at(self, name: str, metres_per_px: float) -> bool:
        """Whether the style means a layer for this scale."""
        spec = self.style.named(name)
        return spec is None or spec.drawn_at(metres_per_px)

    def place_of(self, name: str, order: float) -> tuple[float, float]:
        """Order and opacity of a layer that is one picture: as chosen, as the style says, else `order` and 1."""
        spec = self.style.named(name)
        opacity = self.choices.opacities.get(name, 1.0) * (spec.opacity if spec else 1.0)
        return self.choices.orders.get(name, spec.order if spec else order), opacity

    def attribution(self) -> tuple[str, ...]:
        """The sources that must be named: agencies first, where room is short, then the base map and shown tiles."""
        own = self.basemap.attribution if self.basemap else ()
        shown = (layer.attribution for layer in self.tiles if layer.attribution and self.shows(layer.name))
        agencies = self.told_by if any(self.shows(layer.name) for layer in self.told) else ()
        return tuple(dict.fromkeys((*agencies, *own, *shown)))

    def markers(self, kind: MarkerKind) -> Markers:
        """The markers of one kind."""
        by_kind: dict[MarkerKind, Markers] = {
            MarkerKind.STATION: self.stations,
            MarkerKind.INCIDENT: self.incidents,
            MarkerKind.UNIT: self.units,
        }
        return by_kind[kind]

    def shows_approximate_borders(self) -> bool:
        """Whether borders are drawn that are only an approximation, which must be told."""
        computed = {surface.name for surface in self.surfaces}
        drawn = (layer for layer in self.base_layers() if layer.kind is not LayerKind.POINT)
        return any(each.approximate and self.shows(each.name) and each.name not in computed for each in drawn)
