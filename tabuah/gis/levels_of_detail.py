"""Levels of detail: shapes simplified for pixels of 1, 2, 4 … metres, so that no useless vertex is drawn."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import shapely
from msgspec.structs import replace
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tabuah.gis.base_map import LevelOfDetail
from tabuah.gis.import_progress import OnDone, ignore_count
from tabuah.gis.reference_systems import from_mercator, to_mercator
from tabuah.gis.shared_edges import shared_edges

ERROR_PX: Final = 0.7  # invisible on an antialiased edge
PIXELS_M: Final = tuple(2.0**n for n in range(13))  # up to 4096: the regency in a thumbnail
MAX_LEVEL_SHARE: Final = 0.85  # a level that keeps more than this share of the finer one is left out
LARGE_LAYER_VERTICES: Final = 100_000  # vertices in a layer from which the fast algorithm is used
_NOTHING_M: Final = 0.01

Shapes = NDArray[np.object_]
Simplify = Callable[[Shapes, float], Shapes]


def in_mercator(shapes: Sequence[BaseGeometry]) -> Shapes:
    """Convert shapes from degrees (EPSG:4326) to metres (EPSG:3857), rounded to the centimetre."""
    array = np.asarray(shapes, dtype=object)
    projected: Shapes = shapely.transform(array, _project)
    return projected


def in_degrees(shape: BaseGeometry) -> BaseGeometry:
    """Convert a shape from metres (EPSG:3857) to degrees (EPSG:4326)."""
    turned: BaseGeometry = shapely.transform(shape, _unproject)
    return turned


def simplify_separately(shapes: Shapes, tolerance_m: float) -> Shapes:
    """Simplify each shape separately; no vertex moves by more than `tolerance_m` (Douglas and Peucker)."""
    if _is_large(shapes):
        return _simplify_fast(shapes, tolerance_m)
    simplified: Shapes = shapely.simplify(shapes, tolerance_m, preserve_topology=True)
    return simplified


def simplify_coverage(shapes: Shapes, tolerance_m: float) -> Shapes:
    """Simplify polygons and keep their shared edges; no vertex moves by more than `tolerance_m`.

    Each edge between two junctions is simplified once and the faces are rebuilt from the edges. (GEOS
    coverage_simplify has an area as tolerance: a vertex may move any distance.)
    """
    junction_to_junction = shapely.line_merge(shapely.union_all(shapely.boundary(shapes)))
    edges = shapely.simplify(junction_to_junction, tolerance_m, preserve_topology=True)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    face, owner = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="within")
    if not np.array_equal(np.bincount(owner, minlength=len(shapes)), shapely.get_num_geometries(shapes)):
        return simplify_coverage(shapes, tolerance_m / 2) if tolerance_m > _NOTHING_M else shapes
    return _gathered(faces[face], owner, len(shapes))


def build_levels(
    shapes: Shapes, simplify: Simplify = simplify_separately, *, on_level: OnDone = ignore_count
) -> tuple[LevelOfDetail, ...]:
    """Return the levels of shapes in EPSG:3857 metres, finest first; the first is the shapes themselves.

    A level of a large layer is simplified from the level before, within the error that level left.
    """
    if simplify is simplify_coverage and _is_large(shapes):
        return _levels_of_coverage(shapes, on_level)
    finest = pack_level(shapes, tolerance_m=0.0)
    if len(finest.coordinates_m) <= len(shapes):  # points
        return (finest,)
    levels, source, spent_m = [finest], shapes, 0.0
    cascades = _is_large(shapes)
    for number, pixel_m in enumerate(PIXELS_M, start=1):
        simplified = simplify(source, ERROR_PX * pixel_m - spent_m)
        level = pack_level(simplified, tolerance_m=ERROR_PX * pixel_m)
        if len(level.coordinates_m) <= MAX_LEVEL_SHARE * len(levels[-1].coordinates_m):
            levels.append(level)
            if cascades:
                source, spent_m = simplified, ERROR_PX * pixel_m
        on_level(number, len(PIXELS_M))
    return tuple(levels)


def _levels_of_coverage(shapes: Shapes, on_level: OnDone) -> tuple[LevelOfDetail, ...]:
    """Return the levels of a large coverage: shared edges are simplified once, each from the level before."""
    levels, edges, spent_m = [pack_level(shapes, tolerance_m=0.0)], shared_edges(shapes), 0.0
    for number, pixel_m in enumerate(PIXELS_M, start=1):
        simpler = replace(edges, edges=_simplify_fast(edges.edges, ERROR_PX * pixel_m - spent_m))
        coordinates_m, offsets = simpler.rings_packed()
        if len(coordinates_m) <= MAX_LEVEL_SHARE * len(levels[-1].coordinates_m):
            levels.append(
                LevelOfDetail(
                    tolerance_m=ERROR_PX * pixel_m,
                    coordinates_m=coordinates_m,
                    offsets=offsets,
                    feature_of_part=edges.owners,
                )
            )
            edges, spent_m = simpler, ERROR_PX * pixel_m
        on_level(number, len(PIXELS_M))
    return tuple(levels)


def pack_level(shapes: Shapes, *, tolerance_m: float) -> LevelOfDetail:
    """Store the parts of shapes (points, lines, rings) one after another in the arrays of a level."""
    pieces, owners = _rings_lines_and_points(shapes)
    counts = shapely.get_num_coordinates(pieces)
    return LevelOfDetail(
        tolerance_m=tolerance_m,
        coordinates_m=np.ascontiguousarray(shapely.get_coordinates(pieces), dtype=np.float64),
        offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        feature_of_part=owners.astype(np.int32),
    )


def unpack_polygons(level: LevelOfDetail, feature_count: int) -> list[BaseGeometry]:
    """Return the polygons of a level, one shape in EPSG:3857 metres for each feature."""
    parts = np.repeat(np.arange(len(level.feature_of_part)), np.diff(level.offsets))
    rings = shapely.linearrings(level.coordinates_m, indices=parts)
    polygons = []
    for number in range(feature_count):
        own = [shapely.Polygon(ring) for ring in rings[level.feature_of_part == number]]
        polygons.append(_even_odd(own))
    return polygons


def label_points(shapes: Shapes) -> list[tuple[float, float]]:
    """Return the label position of each shape: inside the largest polygon, half-way along a line, on a point."""
    return [_label_point(shape) for shape in shapes]


def _project(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    x_m, y_m = to_mercator(degrees[:, 0], degrees[:, 1])
    return np.column_stack((x_m, y_m)).round(2)


def _unproject(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(from_mercator(metres[:, 0], metres[:, 1]))


def _simplify_fast(shapes: Shapes, tolerance_m: float) -> Shapes:
    """Simplify by Douglas and Peucker without topology checks, except for shapes that would collapse."""
    simplified: Shapes = shapely.simplify(shapes, tolerance_m, preserve_topology=False)
    collapsed = shapely.is_empty(simplified) | (
        shapely.is_closed(shapes) & (shapely.get_num_coordinates(simplified) < 4)
    )
    simplified[collapsed] = shapely.simplify(shapes[collapsed], tolerance_m, preserve_topology=True)
    return simplified


def _is_large(shapes: BaseGeometry | Shapes) -> bool:
    return int(np.sum(shapely.get_num_coordinates(shapes))) > LARGE_LAYER_VERTICES


def _gathered(faces: Shapes, owners: NDArray[np.int64], count: int) -> Shapes:
    gathered = np.empty(count, dtype=object)
    for number in range(count):
        own = faces[owners == number]
        gathered[number] = own[0] if len(own) == 1 else shapely.MultiPolygon(list(own))
    return gathered


def _rings_lines_and_points(shapes: Shapes) -> tuple[Shapes, NDArray[np.int64]]:
    parts, owners = shapely.get_parts(shapes, return_index=True)
    polygonal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    if not polygonal.any():
        return parts, owners
    rings, owner_of_ring = shapely.get_rings(parts, return_index=True)
    return rings, owners[owner_of_ring]


def _even_odd(polygons: Sequence[BaseGeometry]) -> BaseGeometry:
    """Build polygons by the even-odd rule from outer rings and holes in sequence."""
    shape: BaseGeometry = shapely.Polygon()
    for polygon in polygons:
        shape = shape.symmetric_difference(polygon)
    return shape


def _label_point(shape: BaseGeometry) -> tuple[float, float]:
    parts = shapely.get_parts(shape)
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        largest = parts[int(np.argmax(shapely.area(parts)))]
        line = shapely.maximum_inscribed_circle(largest, tolerance=max(1.0, largest.length / 2000))
        x_m, y_m = shapely.get_coordinates(line)[0]
    elif shape.geom_type in ("LineString", "MultiLineString"):
        longest = parts[int(np.argmax(shapely.length(parts)))]
        x_m, y_m = shapely.get_coordinates(shapely.line_interpolate_point(longest, 0.5, normalized=True))[0]
    else:
        x_m, y_m = shapely.get_coordinates(shape)[0]
    return round(float(x_m), 2), round(float(y_m), 2)
