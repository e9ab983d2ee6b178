"""Build of a road network from lines: where lines share a corner, their roads meet."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
import numpy as np
import rustworkx
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tabuah.gis.errors import RoadNetworkError
from tabuah.gis.geodesy import ellipsoid
from tabuah.gis.reference_systems import to_utm
from tabuah.gis.roads.road_network import ROAD_CLASSES, RoadNetwork, RoadSource
from tabuah.resources.localisation import _

MAX_CORNERS: Final = 5_000_000
LAYER_TOLERANCE_M: Final = 1.0  # ends of official lines miss the line that they meet by centimetres
_GRID_DEG: Final = 1e-7  # 1 cm: corners of the same coordinates in two lines are one corner
_UNCLASSIFIED: Final = ROAD_CLASSES.index("unclassified")


class RoadLine(msgspec.Struct, frozen=True, kw_only=True):
    """A road in degrees (EPSG:4326), a line or several; classes that are not in `ROAD_CLASSES` are unclassified."""

    shape: BaseGeometry
    kind: str = ""
    name: str = ""


class BuiltNetwork(msgspec.Struct, frozen=True, kw_only=True):
    """A network, with the numbers of lines that were left out because they have no length, and of joined ends."""

    network: RoadNetwork
    without_length: int
    joined_ends: int


def build_network(
    lines: Iterable[RoadLine], *, source: RoadSource, built_at: datetime, tolerance_m: float = 0.0
) -> BuiltNetwork:
    """Build a network. Lines that cross without a common corner do not meet: one is a bridge.

    Args:
        lines: the roads.
        source: the data they were read from.
        built_at: the time of the build.
        tolerance_m: an end that is this near to another line is joined to it; 0 where common corners are exact.

    Raises:
        RoadNetworkError: there are no roads, or too many.
    """
    parts, owners, roads, without_length = _parts(lines)
    if not len(parts):
        raise RoadNetworkError(_("There are no roads for a network."))
    if int(shapely.get_num_coordinates(parts).sum()) > MAX_CORNERS:
        message = _("The roads have more than {number} corners. Select a smaller area.")
        raise RoadNetworkError(message.format(number=f"{MAX_CORNERS:,}"))
    corners = _Corners(parts)
    joined = corners.join_ends(tolerance_m) if tolerance_m > 0 else 0
    coordinates, offsets, ends, line_of_edge = corners.edges()
    road_of_edge = owners[line_of_edge]
    lengths = _lengths_m(coordinates, offsets)
    names = sorted({road.name for road in roads} | {""})
    name_index = {name: index for index, name in enumerate(names)}
    name_of = np.array([name_index[road.name] for road in roads], dtype=np.int32)
    kinds = np.array([_class_index(road.kind) for road in roads], dtype=np.uint8)
    network = RoadNetwork(
        source=source,
        built_at=built_at,
        ends=ends,
        lengths_m=lengths,
        classes=kinds[road_of_edge],
        names=tuple(names),
        name_of=name_of[road_of_edge],
        corners_deg=coordinates,
        offsets=offsets,
        components=_components(ends, lengths),
    )
    return BuiltNetwork(network=network, without_length=without_length, joined_ends=joined)


def _class_index(kind: str) -> int:
    return ROAD_CLASSES.index(kind) if kind in ROAD_CLASSES else _UNCLASSIFIED


def _parts(lines: Iterable[RoadLine]) -> tuple[NDArray[np.object_], NDArray[np.int64], list[RoadLine], int]:
    """Return single lines with a length, the index of each one's road, the roads, and the number left out."""
    roads = list(lines)
    shapes = np.array([road.shape for road in roads], dtype=object)
    if not len(shapes):
        return shapes, np.zeros(0, dtype=np.int64), roads, 0
    parts, owners = shapely.get_parts(shapely.force_2d(shapes), return_index=True)
    is_line = (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & np.isfinite(shapely.length(parts))
    is_kept = is_line & (shapely.length(parts) > _GRID_DEG)
    return parts[is_kept], owners[is_kept], roads, int((~is_kept).sum())


class _Corners:
    """The corners of all lines, numbered so that equal places have equal numbers."""

    def __init__(self, parts: NDArray[np.object_]) -> None:
        coordinates, self._line_of = shapely.get_coordinates(parts, return_index=True)
        grid = np.round(coordinates / _GRID_DEG).astype(np.int64)
        repeats = np.zeros(len(grid), dtype=bool)  # a corner twice in a row has no length
        repeats[1:] = (grid[1:] == grid[:-1]).all(axis=1) & (self._line_of[1:] == self._line_of[:-1])
        self._coordinates, self._line_of = coordinates[~repeats], self._line_of[~repeats]
        _places, numbers = np.unique(grid[~repeats], axis=0, return_inverse=True)
        self._number = numbers.reshape(-1)
        self._lines = len(parts)

    def join_ends(self, tolerance_m: float) -> int:
        """Join loose ends to the nearest other line, at its corner or at a new one, and to all ends there.

        Four ends of a crossroads are one junction: joined only to their nearest, they could be two pairs.

        Returns:
            The number of ends that were joined.
        """
        starts = np.searchsorted(self._line_of, np.arange(self._lines + 1))
        uses = np.bincount(self._number)
        x_m, y_m = to_utm(self._coordinates[:, 0], self._coordinates[:, 1])
        flat = np.column_stack((x_m, y_m))
        lines = shapely.linestrings(flat, indices=self._line_of)
        ends = np.concatenate((starts[:-1], starts[1:] - 1))
        loose = ends[uses[self._number[ends]] == 1]
        points = shapely.points(flat[loose])
        found, near = shapely.STRtree(lines).query(points, predicate="dwithin", distance=tolerance_m)
        is_other = self._line_of[loose[found]] != near
        found, near = found[is_other], near[is_other]
        distance = shapely.distance(points[found], lines[near])
        best: dict[int, tuple[float, int]] = {}
        for index, line, away in zip(found.tolist(), near.tolist(), distance.tolist(), strict=True):
            best[index] = min(best.get(index, (away, line)), (away, line))
        same = [
            np.column_stack((loose[found], corner))[np.hypot(*(flat[loose[found]] - flat[corner]).T) <= tolerance_m]
            for corner in (starts[near], starts[near + 1] - 1)
        ]
        to_corner: list[tuple[int, int]] = []
        added: list[tuple[int, float, int]] = []  # line, place between its corners, corner of the end
        for index, (_away, line) in sorted(best.items()):
            end = int(loose[index])
            span = slice(int(starts[line]), int(starts[line + 1]))
            nearest = int(np.argmin(np.hypot(*(flat[span] - flat[end]).T)))
            if float(np.hypot(*(flat[span][nearest] - flat[end]))) <= tolerance_m:
                to_corner.append((end, span.start + nearest))
            else:
                added.append((line, _corner_place(flat[span], flat[end]), end))
        self._unite(np.concatenate((*same, np.array(to_corner, dtype=np.int64).reshape(-1, 2))))
        self._insert(added, starts)
        return len(best)

    def edges(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
        """Return the corners of all edges, their offsets, their two junctions, and the line of each edge."""
        uses = np.bincount(self._number)
        is_first = np.ones(len(self._number), dtype=bool)
        is_first[1:] = self._line_of[1:] != self._line_of[:-1]
        is_last = np.roll(is_first, -1)
        is_node = is_first | is_last | (uses[self._number] > 1)
        copies = 1 + (is_node & ~is_first & ~is_last)  # it ends one edge and begins the next
        source = np.repeat(np.arange(len(copies)), copies)
        begins = np.zeros(len(source), dtype=bool)
        begins[1:] = source[1:] == source[:-1]  # the second copy
        begins |= is_first[source]
        offsets = np.append(np.flatnonzero(begins), len(source)).astype(np.int64)
        first, last = source[offsets[:-1]], source[offsets[1:] - 1]
        _numbers, ends = np.unique(np.column_stack((self._number[first], self._number[last])), return_inverse=True)
        return self._coordinates[source], offsets, ends.reshape(-1, 2).astype(np.int32), self._line_of[first]

    def _unite(self, pairs: NDArray[np.int64]) -> None:
        """Give the corners of each pair one number, in one pass: a layer has hundreds of thousands of ends."""
        graph: rustworkx.PyGraph[None, None] = rustworkx.PyGraph()
        graph.add_nodes_from([None] * (int(self._number.max()) + 1))
        graph.extend_from_edge_list([(int(one), int(other)) for one, other in self._number[pairs]])
        new = np.arange(graph.num_nodes())
        for nodes in rustworkx.connected_components(graph):
            new[list(nodes)] = min(nodes)
        self._number = new[self._number]

    def _insert(self, added: Sequence[tuple[int, float, int]], starts: NDArray[np.int64]) -> None:
        """Insert the corner of an end into the line that it meets."""
        if not added:
            return
        ordered = sorted(added)
        before = np.array([int(starts[line]) + int(place) + 1 for line, place, _end in ordered])
        ends = np.array([end for _line, _place, end in ordered])
        lines = np.array([line for line, _place, _end in ordered])
        self._coordinates = np.insert(self._coordinates, before, self._coordinates[ends], axis=0)
        self._number = np.insert(self._number, before, self._number[ends])
        self._line_of = np.insert(self._line_of, before, lines)


def _corner_place(line: NDArray[np.float64], point: NDArray[np.float64]) -> float:
    """Return where a point lies along a line: 2.25 is a quarter of the way from its third corner to the fourth."""
    steps = np.diff(line, axis=0)
    squares = np.maximum((steps**2).sum(axis=1), 1e-12)
    shares = np.clip(((point - line[:-1]) * steps).sum(axis=1) / squares, 0.0, 1.0)
    away = np.hypot(*(line[:-1] + steps * shares[:, None] - point).T)
    nearest = int(np.argmin(away))
    return nearest + min(float(shares[nearest]), 0.999_999)


def _lengths_m(coordinates: NDArray[np.float64], offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    lon, lat = coordinates.T
    _out, _back, steps = ellipsoid().inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    steps = np.append(np.asarray(steps, dtype=np.float64), 0.0)
    steps[offsets[1:] - 1] = 0.0  # from the last corner of an edge to the first of the next one
    return np.add.reduceat(steps, offsets[:-1])


def _components(ends: NDArray[np.int32], lengths_m: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return the connected part of each edge, numbered from the greatest length down."""
    graph: rustworkx.PyGraph[None, None] = rustworkx.PyGraph()
    graph.add_nodes_from([None] * (int(ends.max()) + 1))
    graph.extend_from_edge_list([(int(one), int(other)) for one, other in ends])
    of_node = np.zeros(graph.num_nodes(), dtype=np.int32)
    for number, nodes in enumerate(rustworkx.connected_components(graph)):
        of_node[list(nodes)] = number
    found = of_node[ends[:, 0]]
    sums = np.bincount(found, weights=lengths_m)
    rank = np.empty(len(sums), dtype=np.int32)
    rank[np.argsort(-sums, kind="stable")] = np.arange(len(sums), dtype=np.int32)
    return rank[found]
