"""Closed roads: the closed parts of edges."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from tabuah.gis.reference_systems import to_utm
from tabuah.gis.roads.road_distance import LonLat
from tabuah.gis.roads.road_network import RoadNetwork

POINT_REACH_M: Final = 100.0  # a place names its road at most this far away
LINE_REACH_M: Final = 30.0  # a drawn line keeps this near to its road
_SAMPLE_M: Final = 10.0
_CROSSING_M: Final = 15.0  # a shorter part near a closed line is a road that crosses it
_REPEATED_M: Final = 1.0  # edges of the same junctions that differ by less are one road
_MAX_SAMPLES: Final = 20_000


class RoadClosure(msgspec.Struct, frozen=True, kw_only=True):
    """A closed road or bridge: `corners` are the closed line, or one place on it, in degrees."""

    id: str
    corners: tuple[LonLat, ...]


class ClosedPart(msgspec.Struct, frozen=True, kw_only=True):
    """The closed part of an edge, in metres along it; `closure` is the id of the cause."""

    from_m: float
    to_m: float
    closure: str


ClosedParts = Mapping[int, tuple[ClosedPart, ...]]  # by edge


def closed_parts(network: RoadNetwork, closures: Iterable[RoadClosure], index: shapely.STRtree) -> ClosedParts:
    """Return the closed parts of edges; roads that cross a closed line stay open.

    Args:
        network: the roads.
        closures: the closed roads and bridges.
        index: of `network.lines_utm`.
    """
    found: dict[int, list[ClosedPart]] = {}
    for closure in closures:
        for edge, from_m, to_m in _parts_of(network, closure, index):
            for same, begin_m, end_m in ((edge, from_m, to_m), *_repeated(network, index, edge, from_m, to_m)):
                found.setdefault(same, []).append(ClosedPart(from_m=begin_m, to_m=end_m, closure=closure.id))
    return {edge: tuple(sorted(parts, key=lambda part: part.from_m)) for edge, parts in found.items()}


def _parts_of(
    network: RoadNetwork, closure: RoadClosure, index: shapely.STRtree
) -> Sequence[tuple[int, float, float]]:
    if not closure.corners:
        return ()
    flat = np.column_stack(to_utm(*np.array(closure.corners, dtype=np.float64).T))
    if not np.isfinite(flat).all():  # far from the regency
        return ()
    is_line = len(flat) > 1 and float(np.hypot(*np.diff(flat, axis=0).T).sum()) > 0
    samples = _samples(flat) if is_line else shapely.points(flat[:1])
    reach_m = LINE_REACH_M if is_line else POINT_REACH_M
    (order, edges) = index.query_nearest(samples, max_distance=reach_m, all_matches=False)
    if not len(edges):
        return ()
    along = _metres_along(network, edges, samples[order])
    spans = [
        (int(edge), float(along[edges == edge].min()), float(along[edges == edge].max())) for edge in np.unique(edges)
    ]
    followed = [span for span in spans if span[2] - span[1] >= _CROSSING_M]
    if followed:
        return followed
    # A place, or a line as short as a bridge: the edge with the most samples, closed there.
    counts = {int(edge): int((edges == edge).sum()) for edge in np.unique(edges)}
    return [max(spans, key=lambda span: (counts[span[0]], -span[0]))]


def _repeated(
    network: RoadNetwork, index: shapely.STRtree, edge: int, from_m: float, to_m: float
) -> list[tuple[int, float, float]]:
    """Return the same part of edges that repeat an edge: layers of offices have roads twice."""
    own, length_m = network.ends[edge], float(network.lengths_m[edge])
    middle = shapely.line_interpolate_point(
        network.lines_utm[edge], (from_m + to_m) / 2 / length_m if length_m else 0.0, normalized=True
    )
    parts = []
    for other in index.query(middle, predicate="dwithin", distance=_REPEATED_M).tolist():
        ends = network.ends[other]
        if other == edge or abs(float(network.lengths_m[other]) - length_m) > _REPEATED_M:
            continue
        if (ends == own).all():
            parts.append((other, from_m, to_m))
        elif (ends[::-1] == own).all():
            parts.append((other, length_m - to_m, length_m - from_m))
    return parts


def _metres_along(network: RoadNetwork, edges: NDArray[np.int64], points: NDArray[np.object_]) -> NDArray[np.float64]:
    shares = shapely.line_locate_point(network.lines_utm[edges], points, normalized=True)
    return np.asarray(shares * network.lengths_m[edges], dtype=np.float64)


def _samples(flat: NDArray[np.float64]) -> NDArray[np.object_]:
    line = shapely.linestrings(flat)
    length = float(shapely.length(line))
    count = min(_MAX_SAMPLES, int(length / _SAMPLE_M) + 2)
    points: NDArray[np.object_] = shapely.line_interpolate_point(line, np.linspace(0.0, length, count))
    return points
