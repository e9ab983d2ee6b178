"""Shortest distances and routes by road between places, around closed roads."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby, pairwise
from operator import itemgetter
from threading import Lock
from typing import Final

import msgspec
import numpy as np
import rustworkx
import shapely
from numpy.typing import NDArray

from tabuah.gis.geodesy import length_m
from tabuah.gis.reference_systems import to_utm
from tabuah.gis.roads.closures import ClosedParts, RoadClosure, closed_parts
from tabuah.gis.roads.road_distance import LonLat, RoadDistance, RoadRoute
from tabuah.gis.roads.road_network import RoadNetwork

MAX_ACCESS_M: Final = 2_000.0  # a place farther from every road has no distance by road
_DETACHED_M: Final = 300.0  # a road that leads nowhere is ignored if the main network is at most this much farther
_AT_CLOSURE_M: Final = 30.0  # a place this near to a closed part can be reached from both sides
_KEPT_SEARCHES: Final = 8
_COST: Final = itemgetter(0)


class _Access(msgspec.Struct, frozen=True):
    """Where a place joins an edge: metres along it, and metres between the place and that point."""

    edge: int
    along_m: float
    away_m: float


class _Reach(msgspec.Struct, frozen=True, eq=False):
    """Everything that can be reached from a place: the metres to each junction, infinite where no road leads."""

    own: _Access
    lengths_m: NDArray[np.float64]


class _Way(msgspec.Struct, frozen=True):
    """The shortest way: its length, and the junction before the last part; None if it stays on one edge."""

    distance_m: float
    last_node: int | None


_FAR: Final = RoadDistance(distance_m=None, is_near_road=False)


class RoadRouter:
    """Answers questions about one network and one set of closed roads; safe to use from several threads.

    One-way roads are not regarded: these are vehicles on a mission, and a map may have them wrong.
    """

    def __init__(self, network: RoadNetwork, closures: Iterable[RoadClosure] = ()) -> None:
        self.network = network
        self._index = shapely.STRtree(network.lines_utm)
        self._main_edges = np.flatnonzero(network.components == 0)
        is_one = len(self._main_edges) == network.edge_count
        self._main_index = self._index if is_one else shapely.STRtree(network.lines_utm[self._main_edges])
        self._lengths: list[float] = network.lengths_m.tolist()
        self._ends: list[list[int]] = network.ends.tolist()
        self._closed: ClosedParts = closed_parts(network, closures, self._index)
        self._reaches: dict[LonLat, _Reach | None] = {}  # the last searches
        self._lock = Lock()  # of these, and of the graph, to which a search adds its starting place for a moment
        # Values of edges: their length in metres and their number.
        self._graph: rustworkx.PyGraph[None, tuple[float, int]] = rustworkx.PyGraph()
        self._graph.add_nodes_from([None] * network.junction_count)
        edges = zip(self._ends, self._lengths, range(network.edge_count), strict=True)
        self._graph.add_edges_from(
            [(one, other, (length, edge)) for (one, other), length, edge in edges if edge not in self._closed]
        )

    @property
    def closures(self) -> frozenset[str]:
        """Return the ids of the closed roads that are on the network."""
        return frozenset(part.closure for parts in self._closed.values() for part in parts)

    def distances(self, start: LonLat, ends: Sequence[LonLat]) -> tuple[RoadDistance, ...]:
        """Return the distance from a place to each of several others."""
        reach = self._reach_of(start)
        if reach is None or not ends:
            return tuple(_FAR for _end in ends)
        return tuple(self._distance(reach, other) for other in self._accesses(ends))

    def prepare(self, start: LonLat) -> None:
        """Search the whole network from a place, so that `distances` from it only looks up."""
        self._reach_of(start)

    def is_prepared(self, start: LonLat) -> bool:
        """Return whether `distances` from a place only looks up."""
        return start in self._reaches

    def route(self, start: LonLat, end: LonLat) -> RoadRoute | None:
        """Return the shortest way between two places; None if no road leads from one to the other."""
        reach, (other,) = self._reach_of(start), self._accesses([end])
        if reach is None or other is None or (way := self._shortest(reach, other)) is None:
            return None
        own, nodes = reach.own, list[int]()
        if way.last_node is not None:
            with self._lock, self._start_node(own) as node:
                nodes = self._nodes_between(node, way.last_node)
        edges = [self._shortest_edge(*pair) for pair in pairwise(nodes)]
        parts = self._parts(own, other, nodes, edges)
        corners = [start, *(corner for _edge, part in parts for corner in part), end]
        return RoadRoute(
            distance_m=way.distance_m,
            access_m=own.away_m + other.away_m,
            corners=tuple(corner for corner, _same in groupby(corners)),
            roads=self._roads(parts),
        )

    def _reach_of(self, start: LonLat) -> _Reach | None:
        """Return what can be reached from a place; None far from roads."""
        with suppress(KeyError):  # without the lock, which a search of another thread may hold for long
            return self._reaches[start]
        with self._lock:
            found = self._search(start)
            while len(self._reaches) >= _KEPT_SEARCHES:
                del self._reaches[next(iter(self._reaches))]
            self._reaches[start] = found
        return found

    def _search(self, start: LonLat) -> _Reach | None:
        (own,) = self._accesses([start])
        if own is None:
            return None
        with self._start_node(own) as node:
            found = rustworkx.dijkstra_shortest_path_lengths(self._graph, node, _COST)
        lengths_m = np.full(self.network.junction_count + 1, np.inf)  # a twentieth of the memory of a dictionary
        lengths_m[np.fromiter(found.keys(), dtype=np.int64, count=len(found))] = np.fromiter(
            found.values(), dtype=np.float64, count=len(found)
        )
        return _Reach(own=own, lengths_m=lengths_m)

    def _distance(self, reach: _Reach, other: _Access | None) -> RoadDistance:
        if other is None:
            return _FAR
        way = self._shortest(reach, other)
        if way is None:
            return RoadDistance(distance_m=None)
        return RoadDistance(distance_m=way.distance_m, access_m=reach.own.away_m + other.away_m)

    def _shortest(self, reach: _Reach, other: _Access) -> _Way | None:
        """Return the shortest of all ways to a place: over a junction, or along the edge of both."""
        own = reach.own
        ways = [
            _Way(float(reach.lengths_m[node]) + length, node)
            for node, length in self._ways_to_nodes(other)
            if math.isfinite(reach.lengths_m[node])
        ]
        if own.edge == other.edge and self._is_open(own.edge, own.along_m, other.along_m):
            ways.append(_Way(own.away_m + abs(own.along_m - other.along_m) + other.away_m, None))
        return min(ways, key=lambda way: way.distance_m, default=None)

    def _accesses(self, places: Sequence[LonLat]) -> list[_Access | None]:
        """Return where places join the network; None for those that are too far from it."""
        flat = np.column_stack(to_utm(*np.array(places, dtype=np.float64).T))
        near, main = self._nearest(flat, self._index), self._nearest(flat, self._main_index)
        found: list[_Access | None] = []
        for number, point in enumerate(flat):
            edge, away_m = near.get(number, (-1, 0.0))
            if number in main and main[number][1] <= away_m + _DETACHED_M:
                edge, away_m = int(self._main_edges[main[number][0]]), main[number][1]
            found.append(None if edge < 0 else self._access(edge, away_m, point))
        return found

    def _nearest(self, flat: NDArray[np.float64], index: shapely.STRtree) -> dict[int, tuple[int, float]]:
        is_known = np.isfinite(flat).all(axis=1)  # infinite: too far from the regency
        numbers = np.flatnonzero(is_known)
        (places, edges), away_m = index.query_nearest(
            shapely.points(flat[is_known]), max_distance=MAX_ACCESS_M, return_distance=True, all_matches=False
        )
        return {
            int(numbers[place]): (int(edge), float(away))
            for place, edge, away in zip(places, edges, away_m, strict=True)
        }

    def _access(self, edge: int, away_m: float, point: NDArray[np.float64]) -> _Access:
        share = shapely.line_locate_point(self.network.lines_utm[edge], shapely.Point(point), normalized=True)
        return _Access(edge=edge, along_m=float(share) * self._lengths[edge], away_m=away_m)

    def _ways_to_nodes(self, access: _Access) -> list[tuple[int, float]]:
        """Return the junctions that can be reached from a place along its edge, with the lengths."""
        one, other = self._ends[access.edge]
        length_m = self._lengths[access.edge]
        ways = []
        if self._is_open(access.edge, access.along_m, -math.inf):
            ways.append((one, access.away_m + access.along_m))
        if self._is_open(access.edge, access.along_m, math.inf):
            ways.append((other, access.away_m + length_m - access.along_m))
        return ways

    def _is_open(self, edge: int, from_m: float, to_m: float) -> bool:
        """Return whether no closed part lies between two points of an edge.

        A point in a closed part, or near it, can be reached from both sides: a crew goes to a landslide, not past it.
        """
        low, high = sorted((from_m, to_m))
        return not any(
            part.from_m > low + _AT_CLOSURE_M and part.to_m < high - _AT_CLOSURE_M
            for part in self._closed.get(edge, ())
        )

    @contextmanager
    def _start_node(self, access: _Access) -> Iterator[int]:
        """Add a place to the graph for one search; the caller holds the lock."""
        node = self._graph.add_node(None)
        try:
            self._graph.add_edges_from([(node, to, (length, -1)) for to, length in self._ways_to_nodes(access)])
            yield node
        finally:
            self._graph.remove_node(node)

    def _nodes_between(self, start: int, end: int) -> list[int]:
        """Return the junctions of the shortest way, without the starting place."""
        paths = rustworkx.dijkstra_shortest_paths(self._graph, start, end, weight_fn=_COST)
        return list(paths[end])[1:]

    def _shortest_edge(self, one: int, other: int) -> int:
        return min(self._graph.get_all_edge_data(one, other))[1]

    def _parts(
        self, own: _Access, other: _Access, nodes: Sequence[int], edges: Sequence[int]
    ) -> list[tuple[int, list[LonLat]]]:
        """Return the edges of a way with their corners in the direction of travel."""
        if not nodes:
            return [(own.edge, self._cut(own.edge, own.along_m, other.along_m))]
        first, last = nodes[0], nodes[-1]
        parts = [(own.edge, self._cut(own.edge, own.along_m, self._metres_at(own, first)))]
        for edge, node in zip(edges, nodes, strict=False):
            length = self._lengths[edge]
            from_m, to_m = (0.0, length) if self._ends[edge][0] == node else (length, 0.0)
            parts.append((edge, self._cut(edge, from_m, to_m)))
        parts.append((other.edge, self._cut(other.edge, self._metres_at(other, last), other.along_m)))
        return parts

    def _metres_at(self, access: _Access, node: int) -> float:
        """Return where the junction of the shorter way is on a place's edge; a loop has the same one at both ends."""
        one, other = self._ends[access.edge]
        length = self._lengths[access.edge]
        if one == other:
            return 0.0 if access.along_m <= length / 2 else length
        return 0.0 if node == one else length

    def _cut(self, edge: int, from_m: float, to_m: float) -> list[LonLat]:
        """Return the corners of a part of an edge, in the direction of travel."""
        corners = self.network.corners(edge)
        steps = np.hypot(*np.diff(corners, axis=0).T)
        places = np.concatenate(([0.0], np.cumsum(steps)))
        places *= self._lengths[edge] / places[-1]
        low, high = sorted((from_m, to_m))
        inside = (places > low) & (places < high)
        at = np.concatenate(([low], places[inside], [high]))
        lon, lat = np.interp(at, places, corners[:, 0]), np.interp(at, places, corners[:, 1])
        cut = [(float(x), float(y)) for x, y in zip(lon, lat, strict=True)]
        return cut if from_m <= to_m else cut[::-1]

    def _roads(self, parts: Sequence[tuple[int, Sequence[LonLat]]]) -> tuple[tuple[str, float], ...]:
        """Return names and lengths in the order of travel; edges of one name in a row are one road."""
        lengths = [(self.network.name(edge), length_m(shapely.LineString(part))) for edge, part in parts]
        grouped = [
            (name, sum(length for _name, length in group))
            for name, group in groupby(lengths, key=lambda road: road[0])
        ]
        return tuple((name, length) for name, length in grouped if length >= 1.0)
