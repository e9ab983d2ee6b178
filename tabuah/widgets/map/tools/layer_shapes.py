"""One drawn layer as shapes that can be asked: what lies at a place, inside a polygon, or close by."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from tabuah.gis.basemap import Feature, LayerKind, MapLayer
from tabuah.widgets.map.tools.layer_pieces import LayerPieces
from tabuah.widgets.map.tools.tool import Place

_ON_EDGE_M: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Near:
    """The vertex or the point of an edge of a layer that is nearest to a place, and how far it is (metres)."""

    place_m: Place
    away_m: float


class LayerShapes:
    """One layer at its finest level of detail; making it indexes the layer, which takes a worker's time."""

    def __init__(self, layer: MapLayer) -> None:
        self.layer = layer
        level = layer.levels[0]
        self._points, self._features = level.coordinates_m, level.feature_of_part
        self._pieces = LayerPieces(level)

    def at(self, place_m: Place, reach_m: float) -> list[Feature]:
        """The features whose inside holds a place, or whose line or point is within reach."""
        if self.layer.kind is LayerKind.POLYGON:
            around = self._pieces.parts.meeting((*place_m, *place_m)).tolist()
            on_edge = self._passing(place_m, _ON_EDGE_M)
            rings = [part for part in around if part in on_edge or _holds(self._pieces.of_part(part), place_m)]
            features, times = np.unique(self._features[rings], return_counts=True)
            found = features[times % 2 == 1]  # a ring inside a ring is a hole
        else:
            found = np.unique(self._features[sorted(self._passing(place_m, reach_m))])
        return [self.layer.features[number] for number in found.tolist()]

    def inside(self, area: shapely.Polygon) -> list[Feature]:
        """The features that lie wholly in an area (EPSG:3857)."""
        parts = self._pieces.parts.within(area.bounds)
        if not area.equals(area.envelope):
            parts = parts[shapely.contains(area, self._pieces.shapes_of(parts))]
        features, counts = np.unique(self._features[parts], return_counts=True)
        whole = counts == np.bincount(self._features, minlength=len(self.layer.features))[features]
        return [self.layer.features[number] for number in features[whole].tolist()]

    def nearest(self, place_m: Place, reach_m: float) -> tuple[Near | None, Near | None]:
        """The nearest vertex and the nearest point of an edge within reach."""
        vertex: Near | None = None
        edge: Near | None = None
        for _part, points in self._pieces.near(place_m, reach_m):
            vertex = _closer(vertex, _nearest_vertex(points, place_m), reach_m)
            if self.layer.kind is not LayerKind.POINT:
                edge = _closer(edge, self._nearest_on(points, place_m), reach_m)
        return vertex, edge

    def _passing(self, place_m: Place, reach_m: float) -> set[int]:
        """The parts that come within reach of a place."""
        near = self._pieces.near(place_m, reach_m)
        return {part for part, points in near if self._nearest_on(points, place_m).away_m <= reach_m}

    def _nearest_on(self, points: NDArray[np.float64], place_m: Place) -> Near:
        """The nearest point of the edges, or of a single vertex."""
        return _nearest_vertex(points if len(points) < 2 else _feet(points, place_m), place_m)


def outline_of(layer: MapLayer, feature: Feature) -> list[NDArray[np.float64]]:
    """The parts of one feature at the finest level of detail, each (n, 2) metres."""
    level, number = layer.levels[0], layer.features.index(feature)
    parts = np.flatnonzero(level.feature_of_part == number).tolist()
    return [level.coordinates_m[level.offsets[part] : level.offsets[part + 1]] for part in parts]


def _holds(ring: NDArray[np.float64], place_m: Place) -> bool:
    """Whether a place is inside: a ray to the east crosses the ring an odd number of times."""
    (x, y), ahead = place_m, np.roll(ring, -1, axis=0)
    crossed = (ring[:, 1] > y) != (ahead[:, 1] > y)
    start, step = ring[crossed], ahead[crossed] - ring[crossed]
    return bool(np.count_nonzero(start[:, 0] + (y - start[:, 1]) / step[:, 1] * step[:, 0] > x) % 2)


def _closer(known: Near | None, found: Near, reach_m: float) -> Near | None:
    if found.away_m > reach_m:
        return known
    return found if known is None or found.away_m < known.away_m else known


def _nearest_vertex(points: NDArray[np.float64], place_m: Place) -> Near:
    away = np.hypot(points[:, 0] - place_m[0], points[:, 1] - place_m[1])
    index = int(np.argmin(away))
    return Near((float(points[index, 0]), float(points[index, 1])), float(away[index]))


def _feet(points: NDArray[np.float64], place_m: Place) -> NDArray[np.float64]:
    """The feet of the perpendiculars on all segments, kept between their ends."""
    start, step = points[:-1], np.diff(points, axis=0)
    square = np.maximum(np.einsum("ij,ij->i", step, step), 1e-12)
    share = np.clip(np.einsum("ij,ij->i", np.asarray(place_m) - start, step) / square, 0.0, 1.0)
    feet: NDArray[np.float64] = start + share[:, None] * step
    return feet
