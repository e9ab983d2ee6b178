"""Markers in EPSG:3857 as small offsets from a local origin, with an index for hit tests."""

from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.viewport import Viewport


class PlacedMarkers:
    """Positions as float32 metres from `origin_m` (centimetre precision over a regency). Immutable."""

    def __init__(self, lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64]) -> None:
        x_m, y_m = to_mercator(lon_deg, lat_deg)
        origin = (float(np.mean(x_m)), float(np.mean(y_m))) if len(x_m) else (0.0, 0.0)
        self.origin_m: tuple[float, float] = origin
        self.dx_m: NDArray[np.float32] = (x_m - origin[0]).astype(np.float32)
        self.dy_m: NDArray[np.float32] = (y_m - origin[1]).astype(np.float32)

    def __len__(self) -> int:
        return len(self.dx_m)

    def position_m(self, index: int) -> tuple[float, float]:
        """Return the place of one marker, EPSG:3857 metres."""
        return self.origin_m[0] + float(self.dx_m[index]), self.origin_m[1] + float(self.dy_m[index])

    def scaling(self, view: Viewport, ratio: float = 1.0) -> tuple[tuple[np.float32, np.float32], ...]:
        """Return scale and offset that convert `dx_m` and `dy_m` to pixels; `ratio` to a logical one."""
        left, top = view.to_screen(*self.origin_m)
        scale = np.float32(ratio / view.metres_per_px)
        return (scale, np.float32(left * ratio)), (-scale, np.float32(top * ratio))

    def columns(
        self, view: Viewport, ratio: float = 1.0, *, every: int = 1
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return pixels of all markers (or of every n-th), x and y apart; `ratio` of them to a logical one."""
        (scale_x, left), (scale_y, top) = self.scaling(view, ratio)
        return self.dx_m[::every] * scale_x + left, self.dy_m[::every] * scale_y + top

    def to_screen(self, view: Viewport) -> NDArray[np.float32]:
        """Return logical pixels of all markers, shape (n, 2)."""
        return np.column_stack(self.columns(view))

    def near(self, x_m: float, y_m: float, radius_m: float) -> NDArray[np.int64]:
        """Return indices of markers in the square of `radius_m` around a place, nearest first."""
        x, y = np.float32(x_m - self.origin_m[0]), np.float32(y_m - self.origin_m[1])
        reach = np.float32(radius_m)
        order, from_west = self._from_west
        first, end = np.searchsorted(from_west, (x - reach, x + reach), side="left")
        found: NDArray[np.int64] = order[first:end]
        found = found[np.abs(self.dy_m[found] - y) <= reach]
        away = np.hypot(self.dx_m[found] - x, self.dy_m[found] - y)
        return found[np.argsort(away, kind="stable")]

    def with_moved(self, indices: NDArray[np.int64], x_m: NDArray[np.float64], y_m: NDArray[np.float64]) -> Self:
        """Return a copy with some markers moved (EPSG:3857 metres)."""
        moved = type(self).__new__(type(self))
        moved.origin_m, moved.dx_m, moved.dy_m = self.origin_m, self.dx_m.copy(), self.dy_m.copy()
        moved.dx_m[indices] = x_m - self.origin_m[0]
        moved.dy_m[indices] = y_m - self.origin_m[1]
        return moved

    def index_points(self) -> None:
        """Build the index now (in the worker) instead of at the first hit test."""
        _ = self._from_west

    @cached_property
    def _from_west(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the marker indices from west to east, and their `dx_m` in that order.

        A strip as wide as the search radius holds about 1 % of the markers in view. Scanning it takes 20
        µs at 100,000 markers and sorting takes 2 ms; building a tree took 80 ms.
        """
        order = np.argsort(self.dx_m)
        return order, self.dx_m[order]
