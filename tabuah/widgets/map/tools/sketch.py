"""A figure while it is drawn: immutable, each change gives another one; and what is wrong with its shape."""

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final, Self

import numpy as np
import shapely

from tabuah.gis.geodesy import area_m2, length_m
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.tools.tool import Place

_SAME_M: Final = 1e-6


class Figure(StrEnum):
    """What is drawn."""

    POINT = "point"
    LINE = "line"
    POLYGON = "polygon"

    @property
    def least(self) -> int:
        """How many vertices it needs."""
        return {Figure.POINT: 1, Figure.LINE: 2, Figure.POLYGON: 3}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A figure of vertices in EPSG:3857 metres; a polygon's first vertex is not repeated.

    `closed` when it is whole: from then on its vertices are moved, no more are added at its end.
    """

    figure: Figure
    vertices: tuple[Place, ...] = ()
    closed: bool = False

    def with_added(self, place: Place) -> Self:
        """One more vertex at the end; a point just moves there."""
        if self.figure is Figure.POINT:
            return replace(self, vertices=(place,), closed=True)
        return replace(self, vertices=(*self.vertices, place))

    def with_moved(self, index: int, place: Place) -> Self:
        """One vertex elsewhere."""
        return replace(self, vertices=(*self.vertices[:index], place, *self.vertices[index + 1 :]))

    def with_inserted(self, index: int, place: Place) -> Self:
        """One more vertex before `index`."""
        return replace(self, vertices=(*self.vertices[:index], place, *self.vertices[index:]))

    def without(self, index: int) -> Self:
        """One vertex less; a whole figure that gets too small is open again."""
        left = (*self.vertices[:index], *self.vertices[index + 1 :])
        return replace(self, vertices=left, closed=self.closed and len(left) >= self.figure.least)

    def with_last_taken_back(self) -> Self:
        """Without the last vertex, and open again."""
        return replace(self, vertices=self.vertices[:-1], closed=False)

    def made_whole(self) -> Self:
        """Finished: what is left to do is to change it."""
        return replace(self, closed=True)

    @property
    def can_be_whole(self) -> bool:
        """Whether it has enough vertices."""
        return len(self.vertices) >= self.figure.least

    def edges(self) -> list[tuple[int, int]]:
        """The edges as pairs of indices; the last one of a whole polygon leads back to its first vertex."""
        found = list(pairwise(range(len(self.vertices))))
        if self.figure is Figure.POLYGON and self.closed and len(self.vertices) > 2:
            found.append((len(self.vertices) - 1, 0))
        return found

    def positions_deg(self) -> list[tuple[float, float]]:
        """Longitude and latitude of the vertices in degrees, a polygon's first one repeated at the end."""
        degrees = self._degrees()
        return [*degrees, degrees[0]] if self.figure is Figure.POLYGON and degrees else degrees

    def length_m(self) -> float:
        """Metres along it on the ellipsoid; around a whole polygon."""
        degrees = self._degrees()
        if self.figure is Figure.POLYGON and self.closed:
            degrees = [*degrees, degrees[0]]
        return length_m(shapely.LineString(degrees)) if len(degrees) > 1 else 0.0

    def area_m2(self) -> float:
        """Square metres inside it on the ellipsoid, as if it were whole; 0 for what has no inside."""
        if self.figure is not Figure.POLYGON or len(self.vertices) < 3:
            return 0.0
        return area_m2(shapely.Polygon(self.positions_deg()))

    def _degrees(self) -> list[tuple[float, float]]:
        places = np.array(self.vertices, dtype=np.float64).reshape(-1, 2)
        lon_deg, lat_deg = from_mercator(places[:, 0], places[:, 1])
        return list(zip(lon_deg.tolist(), lat_deg.tolist(), strict=True))


def crossing_of(sketch: Sketch) -> Place | None:
    """Where a line or the edge of a polygon meets itself; None when it is simple. A point never does."""
    edges = sketch.edges()
    if sketch.figure is Figure.POINT or len(edges) < 2 or _is_simple(sketch):
        return None
    lines = [shapely.LineString([sketch.vertices[a], sketch.vertices[b]]) for a, b in edges]
    pairs = shapely.STRtree(lines).query(lines, predicate="intersects").T.tolist()
    for number, other in sorted(pair for pair in pairs if pair[0] < pair[1]):
        shared = {sketch.vertices[index] for index in set(edges[number]) & set(edges[other])}
        found = _meeting(lines[number], lines[other], shared)
        if found is not None:
            return found
    return None


def _is_simple(sketch: Sketch) -> bool:
    """Whether the line meets itself nowhere; quick, but it does not tell where."""
    is_ring = sketch.figure is Figure.POLYGON and sketch.closed
    return bool(shapely.LineString([*sketch.vertices, *sketch.vertices[: int(is_ring)]]).is_simple)


def _meeting(one: shapely.LineString, other: shapely.LineString, shared: set[Place]) -> Place | None:
    """Where two edges meet, other than in the vertex that neighbours have in common."""
    met = one.intersection(other)
    if met.is_empty:
        return None
    if isinstance(met, shapely.Point):
        at_shared = any(abs(met.x - x_m) < _SAME_M and abs(met.y - y_m) < _SAME_M for x_m, y_m in shared)
        return None if at_shared else (met.x, met.y)
    middle = shapely.line_interpolate_point(met, 0.5, normalized=True)  # they run on top of each other
    return (middle.x, middle.y)
