"""Incident clusters: incidents that would overlap at a scale, with count, severity and position."""

from math import ceil, log2
from typing import Final, Self

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from tabuah.widgets.map.overlay.placed_markers import PlacedMarkers

MIN_MEMBERS: Final = 3  # two markers that touch can still be distinguished
_CELL_PX: Final = 32.0  # the grid cells are this wide, up to twice as wide
_NEAR_PX: Final = 34.0  # minimum distance between signs


class Clusters(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Cluster numbers and clusters of all markers at one scale.

    `number_of` has the cluster of each marker, or -1 for a marker that is alone. The other arrays are
    indexed by cluster. Places are EPSG:3857 metres; `worst` is the `MarkerClass` of the worst open
    marker.
    """

    number_of: NDArray[np.int64]
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    counts: NDArray[np.int64]
    open_counts: NDArray[np.int64]
    worst: NDArray[np.uint8]

    @classmethod
    def none(cls, count: int) -> Self:
        """Return the result for `count` markers that are all alone."""
        nothing = np.zeros(0)
        numbers = np.zeros(0, dtype=np.int64)
        return cls(
            number_of=np.full(count, -1, dtype=np.int64),
            x_m=nothing,
            y_m=nothing,
            counts=numbers,
            open_counts=numbers,
            worst=numbers.astype(np.uint8),
        )

    def __len__(self) -> int:
        return len(self.x_m)

    def members(self, number: int) -> NDArray[np.int64]:
        """Return the indices of the markers in a cluster."""
        return np.flatnonzero(self.number_of == number)

    def place_of(self, index: int) -> tuple[float, float] | None:
        """Return the sign position of a marker's cluster; None if the marker is alone."""
        number = int(self.number_of[index]) if index < len(self.number_of) else -1
        return None if number < 0 else (float(self.x_m[number]), float(self.y_m[number]))

    def near(self, x_m: float, y_m: float, radius_m: float) -> int | None:
        """Return the number of the nearest cluster whose sign is within `radius_m` of a place."""
        if len(self) == 0:
            return None
        away = np.hypot(self.x_m - x_m, self.y_m - y_m)
        nearest = int(np.argmin(away))
        return nearest if away[nearest] <= radius_m else None


def summarise_clusters(
    placed: PlacedMarkers,
    number_of: NDArray[np.int64],
    *,
    classes: NDArray[np.uint8],
    closed: NDArray[np.bool_],
) -> Clusters:
    """Build `Clusters` from the cluster numbers of `group_nearby`."""
    members = np.flatnonzero(number_of >= 0)
    if len(members) == 0:
        return Clusters.none(len(number_of))
    numbers, is_open = number_of[members], ~closed[members]
    counts = np.bincount(numbers)
    worst = np.zeros(len(counts), dtype=np.uint8)
    np.maximum.at(worst, numbers[is_open], classes[members][is_open])
    return Clusters(
        number_of=number_of,
        x_m=placed.origin_m[0] + np.bincount(numbers, placed.dx_m[members]) / counts,
        y_m=placed.origin_m[1] + np.bincount(numbers, placed.dy_m[members]) / counts,
        counts=counts,
        open_counts=np.bincount(numbers, is_open).astype(np.int64),
        worst=worst,
    )


def group_nearby(placed: PlacedMarkers, shown: NDArray[np.bool_], metres_per_px: float) -> NDArray[np.int64]:
    """Return the cluster number of each marker at a scale, -1 for a marker that is alone or hidden.

    Markers are sorted into the cells of a grid that is fixed to the ground, so that clusters do not
    change while the map pans. Cells whose signs would touch are joined, starting with the cells that
    have most markers.
    """
    number_of = np.full(len(placed), -1, dtype=np.int64)
    indices = np.flatnonzero(shown)
    if len(indices) < MIN_MEMBERS:
        return number_of
    cell_m = 2.0 ** ceil(log2(_CELL_PX * metres_per_px))
    x_m = placed.origin_m[0] + placed.dx_m[indices].astype(np.float64)
    y_m = placed.origin_m[1] + placed.dy_m[indices].astype(np.float64)
    keys = np.floor(x_m / cell_m).astype(np.int64) * (1 << 32) + np.floor(y_m / cell_m).astype(np.int64)
    _, cell_of, counts = np.unique(keys, return_inverse=True, return_counts=True)
    middles = np.column_stack((np.bincount(cell_of, x_m), np.bincount(cell_of, y_m))) / counts[:, None]
    group_of_cell = _joined(middles, counts, _NEAR_PX * metres_per_px)
    sizes = np.bincount(group_of_cell, counts)
    numbers = np.full(len(sizes), -1, dtype=np.int64)
    large = np.flatnonzero(sizes >= MIN_MEMBERS)
    numbers[large] = np.arange(len(large))
    number_of[indices] = numbers[group_of_cell[cell_of]]
    return number_of


def _joined(middles_m: NDArray[np.float64], counts: NDArray[np.int64], near_m: float) -> NDArray[np.int64]:
    """Return the group of each cell: the cell with most markers takes the free cells around it."""
    points = shapely.points(middles_m)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=near_m)
    order = np.argsort(one, kind="stable")
    others = other[order]
    starts = np.searchsorted(one[order], np.arange(len(counts) + 1))
    around = np.bincount(one, counts[other])
    group_of = np.full(len(counts), -1, dtype=np.int64)
    for cell in np.argsort(-around, kind="stable")[: np.count_nonzero(around >= MIN_MEMBERS)].tolist():
        if group_of[cell] < 0:
            near = others[starts[cell] : starts[cell + 1]]
            group_of[near[group_of[near] < 0]] = cell
    alone = np.flatnonzero(group_of < 0)
    group_of[alone] = alone
    return group_of
