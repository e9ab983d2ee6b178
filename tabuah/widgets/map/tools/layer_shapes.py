"""Layer shapes: spatial queries on one layer at a place, inside a polygon, or nearby."""

from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from tabuah.gis.base_map import Feature, LayerKind, LevelOfDetail, MapLayer
from tabuah.gis.box_index import BoxIndex
from tabuah.widgets.map.tools.tool import Place

_RUN: Final = 128  # vertices


class LayerPieces:
    """Box index of a layer's parts and of short vertex runs, so that only near runs are searched."""

    def __init__(self, level: LevelOfDetail) -> None:
        self._points, self._offsets = level.coordinates_m, level.offsets
        counts = -(-np.diff(self._offsets) // _RUN)
        self._part_of = np.repeat(np.arange(len(counts)), counts)
        first_of_part = np.cumsum(counts) - counts
        run = np.arange(len(self._part_of)) - first_of_part[self._part_of]
        self._starts = self._offsets[:-1][self._part_of] + run * _RUN
        ends = np.minimum(self._starts + _RUN + 1, self._offsets[1:][self._part_of])
        self._ends = ends  # includes the first vertex of the next piece, so that no edge is missing
        lows, highs = self._boxes(self._points, self._starts)
        lows, highs = np.minimum(lows, self._points[ends - 1]), np.maximum(highs, self._points[ends - 1])
        self._index = BoxIndex(lows, highs)
        is_whole = len(counts) == len(self._part_of) and bool((counts == 1).all())
        self.parts = self._index if is_whole else BoxIndex(*_of_parts(lows, highs, counts, first_of_part))

    def near(self, place_m: Place, reach_m: float) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Yield the pieces whose box is within reach of a place: part number and vertices."""
        x, y = place_m
        for piece in self._index.intersecting((x - reach_m, y - reach_m, x + reach_m, y + reach_m)).tolist():
            yield int(self._part_of[piece]), self._points[self._starts[piece] : self._ends[piece]]

    def of_part(self, part: int) -> NDArray[np.float64]:
        return self._points[self._offsets[part] : self._offsets[part + 1]]

    def shapes_of(self, parts: NDArray[np.int64]) -> NDArray[np.object_]:
        """Return parts as lines; parts with one vertex as points."""
        sizes = self._offsets[parts + 1] - self._offsets[parts]
        shapes = np.empty(len(parts), dtype=np.object_)
        single, lines = sizes == 1, np.flatnonzero(sizes > 1)
        shapes[single] = shapely.points(self._points[self._offsets[parts[single]]])
        if len(lines):
            taken = np.repeat(np.arange(len(lines)), sizes[lines])
            run = np.arange(len(taken)) - np.repeat(np.cumsum(sizes[lines]) - sizes[lines], sizes[lines])
            shapes[lines] = shapely.linestrings(self._points[self._offsets[parts[lines]][taken] + run], indices=taken)
        return shapes

    @staticmethod
    def _boxes(
        points: NDArray[np.float64], starts: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if len(starts) == 0:
            return np.zeros((0, 2)), np.zeros((0, 2))
        return np.minimum.reduceat(points, starts, axis=0), np.maximum.reduceat(points, starts, axis=0)


def _of_parts(
    lows: NDArray[np.float64], highs: NDArray[np.float64], counts: NDArray[np.int64], first_of_part: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the boxes of parts from those of their pieces; empty parts get a box that meets nothing."""
    low, high = np.full((2, len(counts), 2), np.inf)
    some = counts > 0
    if some.any():
        low[some] = np.minimum.reduceat(lows, first_of_part[some], axis=0)
        high[some] = np.maximum.reduceat(highs, first_of_part[some], axis=0)
    return low, high


_ON_EDGE_M: Final = 1e-6


class NearestPoint(msgspec.Struct, frozen=True):
    """The nearest vertex or point of an edge, and its distance in metres."""

    place_m: Place
    away_m: float


class LayerShapes:
    """One layer at its finest level of detail. Creating it builds an index; do it in a worker."""

    def __init__(self, layer: MapLayer) -> None:
        self.layer = layer
        level = layer.levels[0]
        self._points, self._features = level.coordinates_m, level.feature_of_part
        self._pieces = LayerPieces(level)

    def at(self, place_m: Place, reach_m: float) -> list[Feature]:
        """Return the areas that contain a place, and the lines and points within reach of it."""
        if self.layer.kind is LayerKind.POLYGON:
            around = self._pieces.parts.intersecting((*place_m, *place_m)).tolist()
            on_edge = self._passing(place_m, _ON_EDGE_M)
            rings = [part for part in around if part in on_edge or _holds(self._pieces.of_part(part), place_m)]
            features, times = np.unique(self._features[rings], return_counts=True)
            found = features[times % 2 == 1]  # a ring inside a ring is a hole
        else:
            found = np.unique(self._features[sorted(self._passing(place_m, reach_m))])
        return [self.layer.features[number] for number in found.tolist()]

    def inside(self, area: shapely.Polygon) -> list[Feature]:
        """Return the features that are completely inside an area (EPSG:3857)."""
        parts = self._pieces.parts.within(area.bounds)
        if not area.equals(area.envelope):
            parts = parts[shapely.contains(area, self._pieces.shapes_of(parts))]
        features, counts = np.unique(self._features[parts], return_counts=True)
        whole = counts == np.bincount(self._features, minlength=len(self.layer.features))[features]
        return [self.layer.features[number] for number in features[whole].tolist()]

    def nearest(self, place_m: Place, reach_m: float) -> tuple[NearestPoint | None, NearestPoint | None]:
        """Return the nearest vertex and the nearest point of an edge within reach."""
        vertex: NearestPoint | None = None
        edge: NearestPoint | None = None
        for _part, points in self._pieces.near(place_m, reach_m):
            vertex = _closer(vertex, _nearest_vertex(points, place_m), reach_m)
            if self.layer.kind is not LayerKind.POINT:
                edge = _closer(edge, self._nearest_on(points, place_m), reach_m)
        return vertex, edge

    def _passing(self, place_m: Place, reach_m: float) -> set[int]:
        """Return the parts within reach of a place."""
        near = self._pieces.near(place_m, reach_m)
        return {part for part, points in near if self._nearest_on(points, place_m).away_m <= reach_m}

    def _nearest_on(self, points: NDArray[np.float64], place_m: Place) -> NearestPoint:
        """Return the nearest point of the edges, or of a single vertex."""
        return _nearest_vertex(points if len(points) < 2 else _feet(points, place_m), place_m)


def outline_of(layer: MapLayer, feature: Feature) -> list[NDArray[np.float64]]:
    """Return the parts of one feature at the finest level of detail, each (n, 2) metres."""
    level, number = layer.levels[0], layer.features.index(feature)
    parts = np.flatnonzero(level.feature_of_part == number).tolist()
    return [level.coordinates_m[level.offsets[part] : level.offsets[part + 1]] for part in parts]


def _holds(ring: NDArray[np.float64], place_m: Place) -> bool:
    """Return whether a place is inside: a ray to the east crosses the ring an odd number of times."""
    (x, y), ahead = place_m, np.roll(ring, -1, axis=0)
    crossed = (ring[:, 1] > y) != (ahead[:, 1] > y)
    start, step = ring[crossed], ahead[crossed] - ring[crossed]
    return bool(np.count_nonzero(start[:, 0] + (y - start[:, 1]) / step[:, 1] * step[:, 0] > x) % 2)


def _closer(known: NearestPoint | None, found: NearestPoint, reach_m: float) -> NearestPoint | None:
    if found.away_m > reach_m:
        return known
    return found if known is None or found.away_m < known.away_m else known


def _nearest_vertex(points: NDArray[np.float64], place_m: Place) -> NearestPoint:
    away = np.hypot(points[:, 0] - place_m[0], points[:, 1] - place_m[1])
    index = int(np.argmin(away))
    return NearestPoint((float(points[index, 0]), float(points[index, 1])), float(away[index]))


def _feet(points: NDArray[np.float64], place_m: Place) -> NDArray[np.float64]:
    """Return the perpendicular feet on all segments, clamped to their ends."""
    start, step = points[:-1], np.diff(points, axis=0)
    square = np.maximum(np.einsum("ij,ij->i", step, step), 1e-12)
    share = np.clip(np.einsum("ij,ij->i", np.asarray(place_m) - start, step) / square, 0.0, 1.0)
    feet: NDArray[np.float64] = start + share[:, None] * step
    return feet
