"""Map content: everything on the map, with its markers, as immutable values that worker threads may read."""

from collections.abc import Sequence
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tabuah.gis.base_map import BaseMap, LayerKind, MapLayer
from tabuah.gis.layers.layer_choices import NO_CHOICES, LayerChoices
from tabuah.gis.layers.map_style import MapStyle
from tabuah.gis.layers.range_rings import RangeRings
from tabuah.gis.layers.style_file import shipped_style
from tabuah.gis.layers.surfaces import Surface
from tabuah.widgets.theme.design_tokens import DARK, Palette
from tabuah.widgets.values import Level


class MarkerKind(StrEnum):
    """Kind of a marker that can be hovered and selected."""

    STATION = "station"
    INCIDENT = "incident"
    UNIT = "unit"


class MarkerClass(IntEnum):
    """Severity class of a marker. Where several share a pixel, the highest is drawn.

    No data ranks above normal, so that an unknown state is never hidden under green.
    """

    NORMAL = 0
    INFORMATION = 1
    NO_DATA = 2
    ATTENTION = 3
    HIGH = 4
    CRITICAL = 5

    @staticmethod
    def of(level: Level) -> "MarkerClass":
        return _OF_LEVEL[level]

    @property
    def level(self) -> Level:
        """Return the level, which has colour and shape."""
        return Level[self.name]


_OF_LEVEL: Final = {each.level: each for each in MarkerClass}
_NOTHING: Final = np.zeros(0, dtype=np.float64)
_NO_CLASSES: Final = np.zeros(0, dtype=np.uint8)
_NO_FLAGS: Final = np.zeros(0, dtype=np.bool_)


class StationMarkers(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """All stations: position in degrees (EPSG:4326) and `MarkerClass` by index.

    `names`, `values` and `ages` are formatted texts for the hover card; any lazy sequence, or empty.
    """

    ids: Sequence[str] = ()
    lon_deg: NDArray[np.float64] = msgspec.field(default_factory=_NOTHING.copy)
    lat_deg: NDArray[np.float64] = msgspec.field(default_factory=_NOTHING.copy)
    classes: NDArray[np.uint8] = msgspec.field(default_factory=_NO_CLASSES.copy)
    names: Sequence[str] = ()
    values: Sequence[str] = ()
    ages: Sequence[str] = ()
    worked_on: frozenset[int] = frozenset()  # by index: stations under maintenance, drawn with a wrench
    drills: frozenset[int] = frozenset()  # by index: stations of an exercise, drawn with a tag

    def __post_init__(self) -> None:
        _check_lengths(len(self.ids), self.lon_deg, self.lat_deg, self.classes)

    def details(self, index: int) -> tuple[str, str, str]:
        """Return name, value and age of one station for the hover card."""
        return _text(self.names, index) or self.ids[index], _text(self.values, index), _text(self.ages, index)


class IncidentMarkers(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """All incidents: position in degrees, `MarkerClass` of the severity, and the letter in the mark.

    `letter_of[i]` is an index into `letters` (the hazards' letters). `closed` incidents are drawn
    hollow; `pending` ones carry a mark until they are synced. `inexact` ones have a dashed ring: their
    position is the centre of a nagari. None means that all positions are exact.
    """

    ids: Sequence[str] = ()
    lon_deg: NDArray[np.float64] = msgspec.field(default_factory=_NOTHING.copy)
    lat_deg: NDArray[np.float64] = msgspec.field(default_factory=_NOTHING.copy)
    classes: NDArray[np.uint8] = msgspec.field(default_factory=_NO_CLASSES.copy)
    letter_of: NDArray[np.uint8] = msgspec.field(default_factory=_NO_CLASSES.copy)
    closed: NDArray[np.bool_] = msgspec.field(default_factory=_NO_FLAGS.copy)
    pending: NDArray[np.bool_] = msgspec.field(default_factory=_NO_FLAGS.copy)
    inexact: NDArray[np.bool_] | None = None
    drills: frozenset[int] = frozenset()  # by index: incidents of an exercise, drawn with a tag
    letters: tuple[str, ...] = ()
    names: Sequence[str] = ()
    values: Sequence[str] = ()
    ages: Sequence[str] = ()

    def __post_init__(self) -> None:
        arrays = (self.lon_deg, self.lat_deg, self.classes, self.letter_of, self.closed, self.pending)
        _check_lengths(len(self.ids), *arrays, *(() if self.inexact is None else (self.inexact,)))

    def details(self, index: int) -> tuple[str, str, str]:
        """Return title, status or place, and age of one incident for the hover card."""
        return _text(self.names, index) or self.ids[index], _text(self.values, index), _text(self.ages, index)


class UnitMarkers(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """All units with a position: call sign, whether busy (drawn filled), whether the position is old.

    `heading_deg` is clockwise from north, NaN if unknown. `trails` are earlier positions, oldest
    first, (n, 2) degrees. `old` units are drawn grey, because their current position is unknown.
    """

    ids: Sequence[str] = ()
    lon_deg: NDArray[np.float64] = msgspec.field(default_factory=_NOTHING.copy)
    lat_deg: NDArray[np.float64] = msgspec.field(default_factory=_NOTHING.copy)
    busy: NDArray[np.bool_] = msgspec.field(default_factory=_NO_FLAGS.copy)
    old: NDArray[np.bool_] = msgspec.field(default_factory=_NO_FLAGS.copy)
    overdue: frozenset[int] = frozenset()  # by index: crews that have not checked in, drawn in orange
    in_need: frozenset[int] = frozenset()  # by index: crews that ask for help, drawn in red
    heading_deg: NDArray[np.float64] = msgspec.field(default_factory=_NOTHING.copy)
    trails: tuple[NDArray[np.float64], ...] = ()
    drills: frozenset[int] = frozenset()  # by index: units of an exercise, drawn with a tag
    names: Sequence[str] = ()
    values: Sequence[str] = ()
    ages: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not len(self.heading_deg):
            msgspec.structs.force_setattr(self, "heading_deg", np.full(len(self.ids), np.nan))
        if not len(self.old):
            msgspec.structs.force_setattr(self, "old", np.zeros(len(self.ids), dtype=np.bool_))
        _check_lengths(len(self.ids), self.lon_deg, self.lat_deg, self.busy, self.old, self.heading_deg)

    def details(self, index: int) -> tuple[str, str, str]:
        """Return call sign, state and position age of one unit for the hover card."""
        return _text(self.names, index) or self.ids[index], _text(self.values, index), _text(self.ages, index)


Markers = StationMarkers | IncidentMarkers | UnitMarkers


class AffectedArea(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A polygon drawn dashed: `rings` of (n, 2) degrees (EPSG:4326), outer first, holes after it."""

    rings: tuple[NDArray[np.float64], ...]
    marker_class: MarkerClass = MarkerClass.CRITICAL


def _check_lengths(count: int, *arrays: NDArray[np.generic]) -> None:
    if any(array.shape != (count,) for array in arrays):
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise ValueError(f"every array must hold one value for each of {count} ids, got {shapes}")


def _text(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""


LABELS: Final = "labels"
AREA: Final = "area"
INCIDENTS: Final = "incidents"
CLOSED_INCIDENTS: Final = "incidents/closed"
UNITS: Final = "units"
RANGES: Final = "ranges"


def station_layer(marker_class: MarkerClass) -> str:
    """Return the name under which stations of one class are shown and hidden."""
    return f"stations/{marker_class.name.lower()}"


class TileLayer(msgspec.Struct, frozen=True, kw_only=True):
    """A raster tile file. Its `attribution` is shown while the layer is."""

    name: str
    path: Path
    title: str = ""
    attribution: str = ""


class MapContent(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The layers and live markers on the map, and their style.

    Args:
        imported: layers that replace a base layer of the same name, or lie above the base map.
        removable: names of layers that the user may remove.
        missing: names of imported layers whose data is lost.
        agency_layers: layers that agencies publish: warned areas, epicentres, volcano levels.
        office_layers: layers of the office itself, such as shelters.
        disruption_layers: closed roads and outages that have not ended.
        unit_layers: layers about units, such as the kecamatan without a ready one.
        agencies: names of these agencies, for the attribution.
        hidden: names of hidden layers, base or live.
        spread: ids of incidents at one place that are spread around it.
        style: the style file.
        choices: the user's changes to the style.
        watermark: words across the map, such as the name of an exercise; empty in the real world.
        is_one_exercise: whether all symbols belong to the exercise that the watermark names; they have no tags then.
    """

    base_map: BaseMap | None = None
    imported: tuple[MapLayer, ...] = ()
    removable: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    agency_layers: tuple[MapLayer, ...] = ()
    office_layers: tuple[MapLayer, ...] = ()
    disruption_layers: tuple[MapLayer, ...] = ()
    unit_layers: tuple[MapLayer, ...] = ()
    agencies: tuple[str, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    tiles: tuple[TileLayer, ...] = ()
    stations: StationMarkers = msgspec.field(default_factory=StationMarkers)
    incidents: IncidentMarkers = msgspec.field(default_factory=IncidentMarkers)
    units: UnitMarkers = msgspec.field(default_factory=UnitMarkers)
    areas: tuple[AffectedArea, ...] = ()
    ranges: tuple[RangeRings, ...] = ()
    hidden: frozenset[str] = frozenset()
    spread: tuple[str, ...] = ()
    style: MapStyle = msgspec.field(default_factory=shipped_style)
    choices: LayerChoices = NO_CHOICES
    palette: Palette = DARK
    text_scale: float = 1.0
    watermark: str = ""
    is_one_exercise: bool = False
    data_age: str = ""

    def shows(self, name: str) -> bool:
        """Return whether a layer is switched on."""
        return name not in self.hidden

    def base_layers(self) -> tuple[MapLayer, ...]:
        """Return all layers from bottom to top, hidden ones included.

        Imported layers take the place of the layers they replace. Isolines of surfaces come last.
        """
        own = self.base_map.layers if self.base_map else ()
        replacing = {layer.name: layer for layer in self.imported}
        kept = [replacing.pop(layer.name, layer) for layer in own]
        drawn_over = (layer for surface in self.surfaces for layer in (surface.lines, surface.edge))
        live = (*self.agency_layers, *self.office_layers, *self.disruption_layers, *self.unit_layers)
        return (*kept, *replacing.values(), *live, *drawn_over)

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
        own = self.base_map.attribution if self.base_map else ()
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

    def tagged(self, kind: MarkerKind) -> frozenset[int]:
        """Return the markers, by index, that have the tag of an exercise."""
        return frozenset() if self.is_one_exercise else self.markers(kind).drills

    def shows_approximate_borders(self) -> bool:
        """Return whether approximate borders are drawn, which needs a note."""
        computed = {surface.name for surface in self.surfaces}
        drawn = (layer for layer in self.base_layers() if layer.kind is not LayerKind.POINT)
        return any(each.approximate and self.shows(each.name) and each.name not in computed for each in drawn)
