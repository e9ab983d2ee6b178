"""Sketch: an immutable point, line or polygon while it is drawn, with validity checks."""

from enum import StrEnum
from itertools import pairwise
from typing import Final, Self

import msgspec
import numpy as np
import shapely
from msgspec.structs import replace

from tabuah.gis.geodesy import area_m2, length_m
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.tools.tool import Place

_SAME_M: Final = 1e-6


class SketchKind(StrEnum):
    """Kind of geometry."""

    POINT = "point"
    LINE = "line"
    POLYGON = "polygon"

    @property
    def least(self) -> int:
        """The minimum number of vertices."""
        return {SketchKind.POINT: 1, SketchKind.LINE: 2, SketchKind.POLYGON: 3}[self]


class Sketch(msgspec.Struct, frozen=True, kw_only=True):
    """Vertices in EPSG:3857 metres; a polygon does not repeat its first vertex.

    A `closed` sketch is complete: its vertices can be moved, but none is added at its end.
    """

    figure: SketchKind
    vertices: tuple[Place, ...] = ()
    closed: bool = False

    def with_added(self, place: Place) -> Self:
        """Add a vertex at the end; a point moves there."""
        if self.figure is SketchKind.POINT:
            return replace(self, vertices=(place,), closed=True)
        return replace(self, vertices=(*self.vertices, place))

    def with_moved(self, index: int, place: Place) -> Self:
        """Move one vertex."""
        return replace(self, vertices=(*self.vertices[:index], place, *self.vertices[index + 1 :]))

    def with_inserted(self, index: int, place: Place) -> Self:
        """Insert a vertex before `index`."""
        return replace(self, vertices=(*self.vertices[:index], place, *self.vertices[index:]))

    def without(self, index: int) -> Self:
        """Remove a vertex; a complete sketch that gets too small is open again."""
        left = (*self.vertices[:index], *self.vertices[index + 1 :])
        return replace(self, vertices=left, closed=self.closed and len(left) >= self.figure.least)

    def without_last(self) -> Self:
        """Remove the last vertex and open the sketch."""
        return replace(self, vertices=self.vertices[:-1], closed=False)

    def completed(self) -> Self:
        """Mark the sketch as complete."""
        return replace(self, closed=True)

    @property
    def can_be_completed(self) -> bool:
        """Whether it has enough vertices."""
        return len(self.vertices) >= self.figure.least

    def edges(self) -> list[tuple[int, int]]:
        """Return the edges as pairs of indices; a complete polygon has an edge back to its first vertex."""
        found = list(pairwise(range(len(self.vertices))))
        if self.figure is SketchKind.POLYGON and self.closed and len(self.vertices) > 2:
            found.append((len(self.vertices) - 1, 0))
        return found

    def positions_deg(self) -> list[tuple[float, float]]:
        """Return longitude and latitude of the vertices in degrees; a polygon repeats its first one."""
        degrees = self._degrees()
        return [*degrees, degrees[0]] if self.figure is SketchKind.POLYGON and degrees else degrees

    def length_m(self) -> float:
        """Return the length on the ellipsoid in metres; the perimeter of a complete polygon."""
        degrees = self._degrees()
        if self.figure is SketchKind.POLYGON and self.closed:
            degrees = [*degrees, degrees[0]]
        return length_m(shapely.LineString(degrees)) if len(degrees) > 1 else 0.0

    def area_m2(self) -> float:
        """Return the area on the ellipsoid in m², as if complete; 0 for a point or line."""
        if self.figure is not SketchKind.POLYGON or len(self.vertices) < 3:
            return 0.0
        return area_m2(shapely.Polygon(self.positions_deg()))

    def _degrees(self) -> list[tuple[float, float]]:
        places = np.array(self.vertices, dtype=np.float64).reshape(-1, 2)
        lon_deg, lat_deg = from_mercator(places[:, 0], places[:, 1])
        return list(zip(lon_deg.tolist(), lat_deg.tolist(), strict=True))


def find_crossing(sketch: Sketch) -> Place | None:
    """Return where a line or polygon crosses itself; None if it is simple or a point."""
    edges = sketch.edges()
    if sketch.figure is SketchKind.POINT or len(edges) < 2 or _is_simple(sketch):
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
    """Return whether the line is simple; fast, but without the place."""
    is_ring = sketch.figure is SketchKind.POLYGON and sketch.closed
    return bool(shapely.LineString([*sketch.vertices, *sketch.vertices[: int(is_ring)]]).is_simple)


def _meeting(one: shapely.LineString, other: shapely.LineString, shared: set[Place]) -> Place | None:
    """Return where two edges meet, other than in a shared vertex."""
    met = one.intersection(other)
    if met.is_empty:
        return None
    if isinstance(met, shapely.Point):
        at_shared = any(abs(met.x - x_m) < _SAME_M and abs(met.y - y_m) < _SAME_M for x_m, y_m in shared)
        return None if at_shared else (met.x, met.y)
    middle = shapely.line_interpolate_point(met, 0.5, normalized=True)  # the edges overlap
    return (middle.x, middle.y)
