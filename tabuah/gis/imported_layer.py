"""Layers read from a file: their features, geometry types and drawable form."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.base_map import LayerKind, MapLayer
from tabuah.gis.errors import LayerImportError
from tabuah.gis.import_progress import OnDone, ignore_count
from tabuah.gis.levels_of_detail import simplify_coverage, simplify_separately
from tabuah.gis.map_layers import NamedShape, make_layer
from tabuah.gis.places import Boundary
from tabuah.resources.localisation import _

MAX_ATTRIBUTES: Final = 16  # columns; tables with hundreds of them are not map data
MAX_ATTRIBUTE_LENGTH: Final = 60  # characters; longer texts are not class names
AREA_CODE_LENGTHS: Final = (8, 13)  # kecamatan, nagari

_KIND_OF_SHAPE: Final = {
    "Point": LayerKind.POINT,
    "MultiPoint": LayerKind.POINT,
    "LineString": LayerKind.LINE,
    "LinearRing": LayerKind.LINE,
    "MultiLineString": LayerKind.LINE,
    "Polygon": LayerKind.POLYGON,
    "MultiPolygon": LayerKind.POLYGON,
}


def drawn_attributes(properties: Mapping[str, Any]) -> dict[str, str | float]:
    """Return the first `MAX_ATTRIBUTES` attributes that are a number or a short text, for symbols on the map."""
    kept: dict[str, str | float] = {}
    for name, value in properties.items():
        if len(kept) == MAX_ATTRIBUTES:
            break
        if isinstance(value, bool):
            kept[name] = str(value).lower()
        elif isinstance(value, int | float) or (isinstance(value, str) and 0 < len(value) <= MAX_ATTRIBUTE_LENGTH):
            kept[name] = value
    return kept


class ImportedFeature(msgspec.Struct, frozen=True, kw_only=True):
    """One feature of a file: its number (from 1), shape in EPSG:4326 and original attributes."""

    number: int
    shape: BaseGeometry
    properties: Mapping[str, Any]
    code: str = ""
    name: str = ""

    @property
    def kind(self) -> LayerKind:
        return _KIND_OF_SHAPE[self.shape.geom_type]


class ImportedLayer(msgspec.Struct, frozen=True, kw_only=True):
    """A layer that was read and checked; `notes` list the changes in the user's language.

    `repaired` counts the features whose shape was repaired.
    """

    name: str
    features: tuple[ImportedFeature, ...]
    notes: tuple[str, ...] = ()
    repaired: int = 0

    @property
    def kinds(self) -> tuple[LayerKind, ...]:
        """Return the geometry types that occur, each once, areas first."""
        present = {feature.kind for feature in self.features}
        return tuple(kind for kind in LayerKind if kind in present)

    def to_map_layer(
        self, name: str | None = None, kind: LayerKind | None = None, *, on_level: OnDone = ignore_count
    ) -> MapLayer:
        """Build the drawable layer with its levels of detail.

        Args:
            name: selects the style; by default the layer's own name.
            kind: geometry type to take from a mixed layer; by default the first of `kinds`.
            on_level: called after each level of detail.
        """
        wanted = kind or self.kinds[0]
        shapes = [
            NamedShape(shape=f.shape, code=f.code, name=f.name, attributes=drawn_attributes(f.properties))
            for f in self.features
            if f.kind is wanted
        ]
        share_edges = wanted is LayerKind.POLYGON and shapely.coverage_is_valid([s.shape for s in shapes])
        simplify = simplify_coverage if share_edges else simplify_separately
        return make_layer(name or self.name, wanted, shapes, simplify=simplify, on_level=on_level)

    def boundaries(self, regency_code: str) -> tuple[Boundary, ...]:
        """Return the kecamatan and nagari areas of a regency by code; parts of one code are merged.

        Raises:
            LayerImportError: the layer has no area with such a code.
        """
        parts: dict[str, list[ImportedFeature]] = {}
        for feature in self.features:
            ours = feature.code.startswith(f"{regency_code}.") and len(feature.code) in AREA_CODE_LENGTHS
            if ours and feature.kind is LayerKind.POLYGON:
                parts.setdefault(feature.code, []).append(feature)
        if not parts:
            message = _("{name} has no kecamatan or nagari areas with codes that begin with {code}.")
            raise LayerImportError(message.format(name=self.name, code=regency_code))
        return tuple(
            Boundary(code=code, name=own[0].name, shape=shapely.union_all([f.shape for f in own]))
            for code, own in sorted(parts.items())
        )


def kind_of_shape(geometry_type: str) -> LayerKind | None:
    """Return the kind of a GDAL geometry type, also "3D Polygon"; None for a mixed layer."""
    return _KIND_OF_SHAPE.get(geometry_type.removeprefix("2.5D ").removeprefix("3D ").split(" ")[0])
