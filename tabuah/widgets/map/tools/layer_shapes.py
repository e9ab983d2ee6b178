"""The drawn layers as shapes that can be asked: what lies at a place, inside a polygon, or close by."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from tabuah.gis.basemap import Feature, LayerKind, MapLayer
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.tools.tool import Place

_KEPT: Final = 64  # indexed layers


@dataclass(frozen=True, slots=True)
class Near:
    """The vertex or the point of an edge of a layer that is nearest to a place, and how far it is (metres)."""

    place_m: Place
    away_m: float


class LayerShapes:
    """One layer at its finest level of detail, indexed at the first question."""

    def __init__(self, layer: MapLayer) -> None:
        self.layer = layer
        level = layer.levels[0]
        self._points = level.coordinates_m
        self._offsets, self._features = level.offsets, level.feature_of_part

    def at(self, place_m: Place, reach_m: float) -> list[Feature]:
        """The features whose inside holds a place, or whose line or point is within reach."""
        point = shapely.Point(place_m)
        if self.layer.kind is LayerKind.POLYGON:
            rings = self._tree.query(point, predicate="intersects")
            features, times = np.unique(self._features[rings], return_counts=True)
            inside = features[times % 2 == 1]  # a ring inside a ring is a hole
        else:
            inside = np.unique(self._features[self._tree.query(point, predicate="dwithin", distance=reach_m)])
        return [self.layer.features[number] for number in inside.tolist()]

    def inside(self, area: shapely.Polygon) -> list[Feature]:
        """The features that lie wholly in an area (EPSG:3857)."""
        parts = self._tree.query(area, predicate="contains")
        features, counts = np.unique(self._features[parts], return_counts=True)
        whole = counts == self._parts_of_feature[features]
        return [self.layer.features[number] for number in features[whole].tolist()]

    def nearest(self, place_m: Place, reach_m: float) -> tuple[Near | None, Near | None]:
        """The nearest vertex and the nearest point of an edge within reach."""
        x, y = place_m
        box = shapely.box(x - reach_m, y - reach_m, x + reach_m, y + reach_m)
        vertex: Near | None = None
        edge: Near | None = None
        for part in self._lines_tree.query(box).tolist():
            points = self._points[self._offsets[part] : self._offsets[part + 1]]
            vertex = _closer(vertex, _nearest_vertex(points, place_m), reach_m)
            if self.layer.kind is not LayerKind.POINT:
                edge = _closer(edge, _nearest_on_edge(points, place_m), reach_m)
        return vertex, edge

    def outline(self, feature: Feature) -> list[NDArray[np.float64]]:
        """The parts of one feature, each (n, 2) metres."""
        number = self.layer.features.index(feature)
        parts = np.flatnonzero(self._features == number).tolist()
        return [self._points[self._offsets[part] : self._offsets[part + 1]] for part in parts]

    @cached_property
    def _part_of_point(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(len(self._features)), np.diff(self._offsets))

    @cached_property
    def _parts_of_feature(self) -> NDArray[np.int64]:
        return np.bincount(self._features, minlength=len(self.layer.features))

    @cached_property
    def _tree(self) -> shapely.STRtree:
        if self.layer.kind is LayerKind.POLYGON:
            sizes = np.diff(self._offsets)
            usable = sizes >= 4
            if usable.all():
                return shapely.STRtree(
                    shapely.polygons(shapely.linearrings(self._points, indices=self._part_of_point))
                )
            rings = [
                shapely.Polygon(self._points[self._offsets[part] : self._offsets[part + 1]]) if ok else None
                for part, ok in enumerate(usable.tolist())
            ]
            return shapely.STRtree(rings)
        return self._lines_tree

    @cached_property
    def _lines_tree(self) -> shapely.STRtree:
        if self.layer.kind is LayerKind.POINT:
            return shapely.STRtree(shapely.points(self._points))
        return shapely.STRtree(shapely.linestrings(self._points, indices=self._part_of_point))


class ShapeShelf:
    """Keeps indexed layers as long as they are on the map."""

    def __init__(self) -> None:
        self._kept: dict[int, LayerShapes] = {}

    def visible(self, content: MapContent, metres_per_px: float) -> list[LayerShapes]:
        """The layers that are drawn now, the uppermost first."""
        layers = [layer for layer in content.layers_at(metres_per_px) if layer.levels and not _only_names(layer)]
        return [self.of(layer) for layer in reversed(layers)]

    def of(self, layer: MapLayer) -> LayerShapes:
        """One layer, indexed."""
        kept = self._kept.get(id(layer))
        if kept is None or kept.layer is not layer:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            kept = self._kept[id(layer)] = LayerShapes(layer)
        return kept


def _only_names(layer: MapLayer) -> bool:
    """Whether its points are only where names are written."""
    return not layer.features or layer.name.endswith("_labels")


def _closer(known: Near | None, found: Near | None, reach_m: float) -> Near | None:
    if found is None or found.away_m > reach_m:
        return known
    return found if known is None or found.away_m < known.away_m else known


def _nearest_vertex(points: NDArray[np.float64], place_m: Place) -> Near | None:
    away = np.hypot(points[:, 0] - place_m[0], points[:, 1] - place_m[1])
    index = int(np.argmin(away))
    return Near((float(points[index, 0]), float(points[index, 1])), float(away[index]))


def _nearest_on_edge(points: NDArray[np.float64], place_m: Place) -> Near | None:
    """The foot of the perpendicular on the nearest segment, kept between its ends."""
    if len(points) < 2:
        return None
    start, step = points[:-1], np.diff(points, axis=0)
    square = np.maximum(np.einsum("ij,ij->i", step, step), 1e-12)
    share = np.clip(np.einsum("ij,ij->i", np.asarray(place_m) - start, step) / square, 0.0, 1.0)
    feet = start + share[:, None] * step
    return _nearest_vertex(feet, place_m)
