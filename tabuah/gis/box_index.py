"""Spatial index of boxes, packed in groups of neighbours, in numpy arrays.

A shapely STRtree is built in one call that holds the interpreter lock: 100,000 shapes stop all
other threads for 40 to 90 ms, whichever thread builds it. numpy releases the lock.
"""

from math import ceil, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

_GROUP: Final = 64  # boxes

Bounds = tuple[float, float, float, float]  # west, south, east, north


class BoxIndex:
    """Index of numbered boxes: `lows` are lower left corners, `highs` upper right ones, both of shape (n, 2)."""

    def __init__(self, lows: NDArray[np.float64], highs: NDArray[np.float64]) -> None:
        self._order = _packed((lows + highs) / 2)
        sides = np.column_stack((lows, highs))[self._order].T
        self._sides = np.ascontiguousarray(sides)  # west, south, east and north of each box
        starts = np.arange(0, len(lows), _GROUP)
        if len(starts):
            low, high = np.minimum.reduceat(sides[:2], starts, axis=1), np.maximum.reduceat(sides[2:], starts, axis=1)
            self._groups = np.concatenate((low, high))
        else:
            self._groups = np.zeros((4, 0))

    def __len__(self) -> int:
        return len(self._order)

    def intersecting(self, bounds: Bounds) -> NDArray[np.int64]:
        """Return the numbers of the boxes that intersect `bounds`, in order."""
        groups = np.flatnonzero(_meets(self._groups, bounds))
        places = (groups[:, None] * _GROUP + np.arange(_GROUP)).reshape(-1)
        places = places[places < len(self)]
        return np.sort(self._order[places[_meets(self._sides[:, places], bounds)]])

    def within(self, bounds: Bounds) -> NDArray[np.int64]:
        """Return the numbers of the boxes that lie completely in `bounds`, in order."""
        west, south, east, north = bounds
        inside = (self._sides[0] >= west) & (self._sides[1] >= south)
        inside &= (self._sides[2] <= east) & (self._sides[3] <= north)
        return np.sort(self._order[inside])


def _meets(sides: NDArray[np.float64], bounds: Bounds) -> NDArray[np.bool_]:
    west, south, east, north = bounds
    met: NDArray[np.bool_] = (sides[0] <= east) & (sides[2] >= west)
    met &= (sides[1] <= north) & (sides[3] >= south)
    return met


def _packed(middles: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return an order that keeps neighbours together: slabs from west to east, each from south to north.

    Sort-Tile-Recursive: "STR: A Simple and Efficient Algorithm for R-Tree Packing" (Leutenegger, Lopez
    and Edgington 1997).
    """
    count = len(middles)
    slab_size = _GROUP * max(1, ceil(sqrt(count / _GROUP)))
    slab_of = np.zeros(count, dtype=np.int64)
    slab_of[np.argsort(middles[:, 0], kind="stable")] = np.arange(count) // slab_size
    return np.lexsort((middles[:, 1], slab_of))
