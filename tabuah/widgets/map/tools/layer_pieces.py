"""A layer cut into short runs of vertices, each with its box: of a long line only what is near is looked at."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from tabuah.gis.basemap import LevelOfDetail
from tabuah.gis.box_index import BoxIndex
from tabuah.widgets.map.tools.tool import Place

_RUN: Final = 128  # vertices


class LayerPieces:
    """The parts of a level of detail by their boxes, and the pieces of its parts by theirs."""

    def __init__(self, level: LevelOfDetail) -> None:
        self._points, self._offsets = level.coordinates_m, level.offsets
        counts = -(-np.diff(self._offsets) // _RUN)
        self._part_of = np.repeat(np.arange(len(counts)), counts)
        first_of_part = np.cumsum(counts) - counts
        run = np.arange(len(self._part_of)) - first_of_part[self._part_of]
        self._starts = self._offsets[:-1][self._part_of] + run * _RUN
        ends = np.minimum(self._starts + _RUN + 1, self._offsets[1:][self._part_of])
        self._ends = ends  # with the vertex that the next piece begins at, so that no edge is missing
        lows, highs = self._boxes(self._points, self._starts)
        lows, highs = np.minimum(lows, self._points[ends - 1]), np.maximum(highs, self._points[ends - 1])
        self._index = BoxIndex(lows, highs)
        is_whole = len(counts) == len(self._part_of) and bool((counts == 1).all())
        self.parts = self._index if is_whole else BoxIndex(*_of_parts(lows, highs, counts, first_of_part))

    def near(self, place_m: Place, reach_m: float) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """The pieces whose box is within reach of a place: the number of the part, and the vertices."""
        x, y = place_m
        for piece in self._index.meeting((x - reach_m, y - reach_m, x + reach_m, y + reach_m)).tolist():
            yield int(self._part_of[piece]), self._points[self._starts[piece] : self._ends[piece]]

    def of_part(self, part: int) -> NDArray[np.float64]:
        """The vertices of a part."""
        return self._points[self._offsets[part] : self._offsets[part + 1]]

    def shapes_of(self, parts: NDArray[np.int64]) -> NDArray[np.object_]:
        """Some parts as lines, those of one vertex as points."""
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
    """The boxes of the parts from those of their pieces; one that nothing meets for a part without vertices."""
    low, high = np.full((2, len(counts), 2), np.inf)
    some = counts > 0
    if some.any():
        low[some] = np.minimum.reduceat(lows, first_of_part[some], axis=0)
        high[some] = np.maximum.reduceat(highs, first_of_part[some], axis=0)
    return low, high
