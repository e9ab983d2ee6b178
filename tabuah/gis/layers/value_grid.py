"""Grid of values over an area, for computing and drawing surfaces."""

from math import ceil
from typing import Self

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

Bounds = tuple[float, float, float, float]  # west, south, east, north


class ValueGrid(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Values at the centres of square cells, rows from north to south; NaN where unknown.

    `west_m` and `north_m` (EPSG:3857) are the corner of the first cell. `inside_m` is the distance of a
    cell inside the known area, negative outside, so that the border can be drawn finer than the cells.
    """

    values: NDArray[np.float32]  # shape (rows, columns)
    west_m: float
    north_m: float
    cell_m: float
    inside_m: NDArray[np.float32] | None = None

    @classmethod
    def over(cls, bounds_m: Bounds, cell_m: float) -> Self:
        """Return an empty grid that covers `bounds_m` with a margin of one cell."""
        west, south, east, north = bounds_m
        columns, rows = ceil((east - west) / cell_m) + 2, ceil((north - south) / cell_m) + 2
        values = np.full((rows, columns), np.nan, dtype=np.float32)
        return cls(values=values, west_m=west - cell_m, north_m=north + cell_m, cell_m=cell_m)

    def with_values(self, values: NDArray[np.float32], inside_m: NDArray[np.float32] | None = None) -> "ValueGrid":
        """Return the same cells with other values."""
        return replace(self, values=values, inside_m=inside_m)

    @property
    def columns_m(self) -> NDArray[np.float64]:
        """Return the x of all column centres."""
        return self.west_m + (np.arange(self.values.shape[1], dtype=np.float64) + 0.5) * self.cell_m

    @property
    def rows_m(self) -> NDArray[np.float64]:
        """Return the y of all row centres."""
        return self.north_m - (np.arange(self.values.shape[0], dtype=np.float64) + 0.5) * self.cell_m
