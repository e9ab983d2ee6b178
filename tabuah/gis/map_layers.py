"""Drawable layers with levels of detail from shapes in degrees."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.base_map import Feature, LayerKind, MapLayer
from tabuah.gis.import_progress import OnDone, ignore_count
from tabuah.gis.levels_of_detail import Simplify, build_levels, in_mercator, label_points, simplify_separately


class NamedShape(msgspec.Struct, frozen=True, kw_only=True):
    """A shape in degrees (EPSG:4326) with its map attributes; rank 0 is labelled first."""

    shape: BaseGeometry
    code: str = ""
    name: str = ""
    rank: int = 0
    note: str = ""
    attributes: Mapping[str, str | float] = msgspec.field(default_factory=dict)


def make_layer(
    name: str,
    kind: LayerKind,
    shapes: Sequence[NamedShape],
    *,
    simplify: Simplify = simplify_separately,
    approximate: bool = False,
    max_scale_m: float = float("inf"),
    on_level: OnDone = ignore_count,
) -> MapLayer:
    """Build a layer with all its levels of detail.

    Args:
        name: selects the layer's style.
        kind: how the coordinates are joined.
        shapes: in drawing order.
        simplify: `simplify_coverage` where neighbours share their edges.
        approximate: the layer is drawn dashed and marked as an estimate.
        max_scale_m: the layer disappears when a pixel is wider than this many metres.
        on_level: called after each level of detail.
    """
    projected = in_mercator([shape.shape for shape in shapes])
    features = tuple(
        Feature(
            code=shape.code,
            name=shape.name,
            label_m=label,
            rank=shape.rank,
            note=shape.note,
            attributes=shape.attributes,
        )
        for shape, label in zip(shapes, label_points(projected), strict=True)
    )
    return MapLayer(
        name=name,
        kind=kind,
        levels=build_levels(projected, simplify, on_level=on_level),
        features=features,
        approximate=approximate,
        max_scale_m=max_scale_m,
    )


def bounds_of(shape: BaseGeometry) -> tuple[float, float, float, float]:
    """Return west, south, east, north in metres (EPSG:3857) of a shape in degrees."""
    west, south, east, north = shapely.total_bounds(in_mercator([shape]))
    return float(west), float(south), float(east), float(north)


def only_polygons(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygonal part of a shape; other remains of clipping and repair are dropped."""
    parts = shapely.get_parts(shapely.get_parts(np.asarray([shape], dtype=object)))
    polygons = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
