"""Visible areas: an area whose label point is off screen is labelled in its visible part."""

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tabuah.gis.base_map import LevelOfDetail, MapLayer
from tabuah.gis.levels_of_detail import unpack_polygons
from tabuah.widgets.map.labels.label_placement import NamedArea
from tabuah.widgets.map.viewport import Bounds, Viewport

_EDGE_PX: Final = (36.0, 14.0)  # a label closer to the edge of the view counts as off screen
_LEAST_PX: Final = 15.0  # smallest radius of a visible piece that gets a label
_TOLERANCE_PX: Final = 3.0
_MOST_SHAPES: Final = 400  # size of the cache


class VisibleAreas:
    """Caches the boxes and shapes of areas. Use it from one thread only."""

    def __init__(self) -> None:
        self._boxes: dict[int, tuple[LevelOfDetail, NDArray[np.float64]]] = {}
        self._shapes: dict[tuple[int, int], tuple[LevelOfDetail, BaseGeometry]] = {}

    def places(self, layer: MapLayer, seen: Viewport) -> dict[int, tuple[float, float]]:
        """Return a label point for each visible area whose own label point is off screen.

        Keys are feature numbers; points are the middle of the visible part, EPSG:3857 metres.
        """
        level = layer.level_for(seen.metres_per_px)
        bounds_m = _inner(seen)
        places = {}
        for number in self._hidden_names(layer, level, bounds_m):
            place = _middle(self._shape(level, number), bounds_m, seen.metres_per_px)
            if place is not None:
                places[number] = place
        return places

    def area(self, layer: MapLayer, number: int, view: Viewport) -> NamedArea:
        """Return an area with its position in the pixels of `view`."""
        shape = self._shape(layer.level_for(view.metres_per_px), number)
        west, _, _, north = view.bounds_m
        return NamedArea(shape=shape, left_m=west, top_m=north, metres_per_px=view.metres_per_px)

    def _hidden_names(self, layer: MapLayer, level: LevelOfDetail, bounds_m: Bounds) -> list[int]:
        """Return the numbers of areas that reach into the view while their label point is outside."""
        west, south, east, north = bounds_m
        labels = np.array([feature.label_m for feature in layer.features], dtype=np.float64).reshape(-1, 2)
        hidden = np.any((labels < (west, south)) | (labels > (east, north)), axis=1)
        boxes = self._boxes_of(level, len(layer.features))
        meets = (boxes[:, 0] < east) & (boxes[:, 2] > west) & (boxes[:, 1] < north) & (boxes[:, 3] > south)
        numbers: list[int] = np.flatnonzero(hidden & meets).tolist()
        return numbers

    def _boxes_of(self, level: LevelOfDetail, count: int) -> NDArray[np.float64]:
        """Return west, south, east, north per area. Areas without a shape get a box that meets nothing."""
        known = self._boxes.get(id(level))
        if known is None or known[0] is not level:
            self._forget_many()
            boxes = np.full((count, 4), np.nan)
            owners = np.repeat(level.feature_of_part, np.diff(level.offsets))
            firsts = np.flatnonzero(np.diff(owners, prepend=-1))
            if len(firsts):
                boxes[owners[firsts], :2] = np.minimum.reduceat(level.coordinates_m, firsts)
                boxes[owners[firsts], 2:] = np.maximum.reduceat(level.coordinates_m, firsts)
            known = self._boxes[id(level)] = (level, boxes)
        return known[1]

    def _shape(self, level: LevelOfDetail, number: int) -> BaseGeometry:
        known = self._shapes.get((id(level), number))
        if known is None or known[0] is not level:
            known = self._shapes[id(level), number] = (level, _area(level, number))
            shapely.prepare(known[1])
        return known[1]

    def _forget_many(self) -> None:
        if len(self._shapes) > _MOST_SHAPES:
            self._boxes, self._shapes = {}, {}


def _inner(seen: Viewport) -> Bounds:
    west, south, east, north = seen.bounds_m
    across_m, up_m = (px * seen.metres_per_px for px in _EDGE_PX)
    return west + across_m, south + up_m, east - across_m, north - up_m


def _area(level: LevelOfDetail, number: int) -> BaseGeometry:
    """Return one area of a level of detail, EPSG:3857 metres."""
    parts = np.flatnonzero(level.feature_of_part == number)
    pieces = [level.coordinates_m[level.offsets[part] : level.offsets[part + 1]] for part in parts.tolist()]
    alone = LevelOfDetail(
        tolerance_m=level.tolerance_m,
        coordinates_m=np.concatenate(pieces),
        offsets=np.cumsum([0, *map(len, pieces)]),
        feature_of_part=np.zeros(len(pieces), dtype=np.int32),
    )
    return unpack_polygons(alone, 1)[0]


def _middle(area: BaseGeometry, bounds_m: Bounds, metres_per_px: float) -> tuple[float, float] | None:
    """Return the centre of the largest inscribed circle of the largest visible piece.

    None if that circle is too small for a label.
    """
    pieces = shapely.get_parts(shapely.clip_by_rect(area, *bounds_m))
    pieces = pieces[(shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(pieces)]
    if len(pieces) == 0:
        return None
    largest = pieces[int(np.argmax(shapely.area(pieces)))]
    radius = shapely.maximum_inscribed_circle(largest, tolerance=_TOLERANCE_PX * metres_per_px)
    if radius.length < _LEAST_PX * metres_per_px:
        return None
    x_m, y_m = shapely.get_coordinates(radius)[0].tolist()
    return x_m, y_m
