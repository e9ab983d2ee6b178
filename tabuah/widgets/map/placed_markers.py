"""Markers in EPSG:3857 as small offsets from a local origin, with an index for hit tests."""

from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.viewport import Viewport


class PlacedMarkers:
    """Positions as float32 metres from `origin_m` (centimetres stay right over a regency); never changed."""

    def __init__(self, lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64]) -> None:
        x_m, y_m = to_mercator(lon_deg, lat_deg)
        origin = (float(np.median(x_m)), float(np.median(y_m))) if len(x_m) else (0.0, 0.0)
        self.origin_m: tuple[float, float] = origin
        self.offsets_m: NDArray[np.float32] = np.column_stack((x_m - origin[0], y_m - origin[1])).astype(np.float32)

    def __len__(self) -> int:
        return len(self.offsets_m)

    def position_m(self, index: int) -> tuple[float, float]:
        """One marker's place, EPSG:3857 metres."""
        dx_m, dy_m = self.offsets_m[index].tolist()
        return self.origin_m[0] + dx_m, self.origin_m[1] + dy_m

    def to_screen(self, view: Viewport) -> NDArray[np.float32]:
        """Logical pixels of all markers, shape (n, 2)."""
        shift = np.array(view.to_screen(*self.origin_m), dtype=np.float32)
        scale = np.array([1 / view.metres_per_px, -1 / view.metres_per_px], dtype=np.float32)
        return self.offsets_m * scale + shift

    def near(self, x_m: float, y_m: float, radius_m: float) -> NDArray[np.int64]:
        """Indices of the markers in the square of `radius_m` around a place, the nearest first."""
        if len(self) == 0:
            return np.zeros(0, dtype=np.int64)
        x, y = x_m - self.origin_m[0], y_m - self.origin_m[1]
        found: NDArray[np.int64] = self._tree.query(
            shapely.box(x - radius_m, y - radius_m, x + radius_m, y + radius_m)
        )
        away = np.hypot(self.offsets_m[found, 0] - x, self.offsets_m[found, 1] - y)
        return found[np.argsort(away, kind="stable")]

    def index_points(self) -> None:
        """Build the index now (in the worker) instead of at the first hit test."""
        _ = self._tree

    @cached_property
    def _tree(self) -> shapely.STRtree:
        tree = shapely.STRtree(shapely.points(self.offsets_m.astype(np.float64)))
        if len(self):
            tree.query(shapely.Point(0, 0))  # the tree is built at its first query
        return tree
