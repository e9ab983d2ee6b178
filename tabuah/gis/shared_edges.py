"""Shared edges of a large coverage, each stored once, so that both sides stay aligned after simplification."""

from itertools import pairwise

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]
Piece = tuple[int, bool]  # an edge, and whether the ring runs it backwards


class SharedEdges(msgspec.Struct, frozen=True, kw_only=True):
    """Edges between junctions as lines, and for each ring its pieces in order and its area."""

    edges: Shapes
    rings: tuple[tuple[Piece, ...], ...]
    owners: NDArray[np.int32]

    def rings_packed(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the closed rings one after another, shape (n, 2), and the offsets of their ends."""
        coordinates, edge_of = shapely.get_coordinates(self.edges, return_index=True)
        starts = np.searchsorted(edge_of, np.arange(len(self.edges) + 1))
        pieces: list[NDArray[np.float64]] = []
        lengths = np.zeros(len(self.rings) + 1, dtype=np.int64)
        for number, ring in enumerate(self.rings, start=1):
            first = len(pieces)
            for edge, backwards in ring:
                line = coordinates[starts[edge] : starts[edge + 1]]
                pieces.append((line[::-1] if backwards else line)[:-1])  # the next piece begins where it ends
            pieces.append(pieces[first][:1])
            lengths[number] = sum(map(len, pieces[first:]))
        return np.concatenate([np.zeros((0, 2)), *pieces]), np.cumsum(lengths)


def shared_edges(areas: Shapes) -> SharedEdges:
    """Cut the rings of areas at the junctions of their borders; common borders must have the same vertices."""
    parts, area_of_part = shapely.get_parts(areas, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    vertices = _numbered(coordinates)
    is_junction = _junctions(vertices, ring_of)[vertices]
    starts = np.searchsorted(ring_of, np.arange(len(rings) + 1))
    cutter = _Cutter(coordinates, vertices)
    cut = tuple(cutter.pieces(int(start), int(end), is_junction[start : end - 1]) for start, end in pairwise(starts))
    return SharedEdges(edges=cutter.lines(), rings=cut, owners=area_of_part[part_of_ring].astype(np.int32))


def _numbered(coordinates: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return a number for each vertex, the same for vertices at the same position."""
    as_one = np.ascontiguousarray(coordinates).view(np.complex128).ravel()
    _places, numbers = np.unique(as_one, return_inverse=True)
    return np.asarray(numbers, dtype=np.int64).ravel()


def _junctions(vertices: NDArray[np.int64], ring_of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which vertices do not have exactly two neighbours."""
    follows = ring_of[1:] == ring_of[:-1]
    one, other = vertices[:-1][follows], vertices[1:][follows]
    count = int(vertices.max(initial=-1)) + 1
    segments = np.unique(np.minimum(one, other) * count + np.maximum(one, other))
    low, high = np.divmod(segments, count)
    junctions: NDArray[np.bool_] = np.bincount(low, minlength=count) + np.bincount(high, minlength=count) != 2
    return junctions


class _Cutter:
    """Cuts rings into edges and recognises an edge in either direction."""

    def __init__(self, coordinates: NDArray[np.float64], vertices: NDArray[np.int64]) -> None:
        self._coordinates, self._vertices = coordinates, vertices
        self._known: dict[tuple[int, ...], int] = {}
        self._lines: list[NDArray[np.float64]] = []

    def pieces(self, start: int, end: int, is_junction: NDArray[np.bool_]) -> tuple[Piece, ...]:
        """Return the pieces of the ring of vertices `start` to `end`, the last of which closes it."""
        at = np.flatnonzero(is_junction)
        if not len(at):
            return (self._closed(start, end),)
        ring = np.arange(start, end - 1)
        turned = np.concatenate((np.roll(ring, -at[0]), ring[at[:1]]))
        cuts = [*(at - at[0]).tolist(), len(ring)]
        return tuple(self._piece(turned[a : b + 1]) for a, b in pairwise(cuts))

    def lines(self) -> Shapes:
        """Return all edges in number order."""
        lengths = [len(line) for line in self._lines]
        joined = np.concatenate([np.zeros((0, 2)), *self._lines])
        lines: Shapes = shapely.linestrings(joined, indices=np.repeat(np.arange(len(lengths)), lengths))
        return lines

    def _closed(self, start: int, end: int) -> Piece:
        """Return a ring without a junction, such as an island in a hole, as one edge with a canonical start."""
        key = (int(self._vertices[start:end].min()), end - start)
        return self._edge(key, self._coordinates[start:end]), False

    def _piece(self, run: NDArray[np.int64]) -> Piece:
        first, second, before_last, last = self._vertices[run[[0, 1, -2, -1]]].tolist()
        forwards, backwards = (first, second, last, before_last), (last, before_last, first, second)
        turned = backwards < forwards
        points = self._coordinates[run[::-1] if turned else run]
        return self._edge(min(forwards, backwards), points), turned

    def _edge(self, key: tuple[int, ...], points: NDArray[np.float64]) -> int:
        number = self._known.setdefault(key, len(self._lines))
        if number == len(self._lines):
            self._lines.append(points)
        return number
