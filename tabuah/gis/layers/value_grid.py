"""A grid of values over a piece of land, as surfaces are computed and drawn."""

from dataclasses import dataclass, replace
from math import ceil
from typing import Self

import numpy as np
from numpy.typing import NDArray

Bounds = tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValueGrid:
    """Values at the middles of square cells, rows from north to south; NaN where nothing is known.

    `west_m` and `north_m` (EPSG:3857) are the corner of the first cell. `inside_m` says how far a cell lies inside of
    what is known, negative beyond, so that the border can be drawn finer than the cells are.
    """

    values: NDArray[np.float32]  # shape (rows, columns)
    west_m: float
    north_m: float
    cell_m: float
    inside_m: NDArray[np.float32] | None = None

    @classmethod
    def over(cls, bounds_m: Bounds, cell_m: float) -> Self:
        """An empty grid that covers `bounds_m` with one cell to spare on each side."""
        west, south, east, north = bounds_m
        columns, rows = ceil((east - west) / cell_m) + 2, ceil((north - south) / cell_m) + 2
        values = np.full((rows, columns), np.nan, dtype=np.float32)
        return cls(values=values, west_m=west - cell_m, north_m=north + cell_m, cell_m=cell_m)

    def with_values(self, values: NDArray[np.float32], inside_m: NDArray[np.float32] | None = None) -> "ValueGrid":
        """The same cells with other values."""
        return replace(self, values=values, inside_m=inside_m)

    @property
    def columns_m(self) -> NDArray[np.float64]:
        """The x of the middles of all columns."""
        return self.west_m + (np.arange(self.values.shape[1], dtype=np.float64) + 0.5) * self.cell_m

    @property
    def rows_m(self) -> NDArray[np.float64]:
        """The y of the middles of all rows."""
        return self.north_m - (np.arange(self.values.shape[0], dtype=np.float64) + 0.5) * self.cell_m
