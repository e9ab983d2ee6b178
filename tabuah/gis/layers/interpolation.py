"""Interpolation between stations within a reach, and point density."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.gis.layers.value_grid import ValueGrid

_AT_ONCE: Final = 4_000_000  # distances in one block: 16 MB
_KERNEL_RADII: Final = 3  # standard deviations where the kernel is cut off
PER_10_KM2: Final = 1e7


def interpolate_stations(
    grid: ValueGrid, places_m: NDArray[np.float64], values: NDArray[np.float64], *, reach_m: float
) -> ValueGrid:
    """Interpolate station values on a grid by inverse distance, NaN farther than `reach_m` from all stations.

    Shepard's method with the local weights of Franke and Nielson (1980): ((R - d) / (R d))². A station
    has no weight beyond R, so that the surface is continuous where a station comes into reach.

    Args:
        grid: the cells; its values are not read.
        places_m: EPSG:3857, shape (n, 2).
        values: one for each place; the caller leaves out stations without a value.
        reach_m: distance up to which a station counts.
    """
    values_out = np.full(grid.values.shape, np.nan, dtype=np.float32)
    inside = np.full(grid.values.shape, -np.inf, dtype=np.float32)
    if len(values):
        x_m, y_m = grid.columns_m.astype(np.float32), grid.rows_m.astype(np.float32)
        stations, known = places_m.astype(np.float32), values.astype(np.float32)
        step = max(1, _AT_ONCE // (len(x_m) * len(known)))
        for first in range(0, len(y_m), step):
            rows = slice(first, first + step)
            distances = np.hypot(x_m.reshape(1, -1, 1) - stations[:, 0], y_m[rows].reshape(-1, 1, 1) - stations[:, 1])
            inside[rows] = reach_m - distances.min(axis=2)
            values_out[rows] = _weighted(distances, known, reach_m=reach_m, least_m=grid.cell_m / 100)
    return grid.with_values(values_out, inside)


def _weighted(
    distances: NDArray[np.float32], known: NDArray[np.float32], *, reach_m: float, least_m: float
) -> NDArray[np.float32]:
    """Return the weighted means, NaN without any weight; closer than `least_m` a station counts alone."""
    np.maximum(distances, np.float32(least_m), out=distances)
    weights = np.maximum(np.float32(reach_m) - distances, 0)
    weights /= np.float32(reach_m) * distances
    weights *= weights
    total = np.add.reduce(weights, axis=2)
    sums = np.einsum("rcs,s->rc", weights, known)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: NDArray[np.float32] = np.where(total > 0, sums / total, np.float32(np.nan))
    return means


def point_density(grid: ValueGrid, places_m: NDArray[np.float64], *, reach_m: float) -> ValueGrid:
    """Return the points per 10 km², each spread as a bell curve that ends at `reach_m`; 0 where there is none."""
    counts: NDArray[np.float32] = np.zeros(grid.values.shape, dtype=np.float32)
    columns = np.floor((places_m[:, 0] - grid.west_m) / grid.cell_m).astype(np.int64)
    rows = np.floor((grid.north_m - places_m[:, 1]) / grid.cell_m).astype(np.int64)
    inside = (rows >= 0) & (rows < counts.shape[0]) & (columns >= 0) & (columns < counts.shape[1])
    np.add.at(counts, (rows[inside], columns[inside]), 1)
    kernel = _bell(reach_m / _KERNEL_RADII / grid.cell_m)
    spread = _along(_along(counts, kernel, axis=0), kernel, axis=1)
    return grid.with_values(spread * np.float32(PER_10_KM2 / grid.cell_m**2))


def _bell(deviation_cells: float) -> NDArray[np.float32]:
    half = max(1, round(_KERNEL_RADII * deviation_cells))
    weights = np.exp(-0.5 * np.square(np.arange(-half, half + 1) / max(deviation_cells, 1e-6)))
    bell: NDArray[np.float32] = (weights / weights.sum()).astype(np.float32)
    return bell


def _along(values: NDArray[np.float32], kernel: NDArray[np.float32], *, axis: int) -> NDArray[np.float32]:
    """Convolve `values` along one axis; mass that leaves the grid is lost."""
    out, half, count = np.zeros_like(values), len(kernel) // 2, values.shape[axis]
    for shift, weight in enumerate(kernel.tolist(), start=-half):
        low, high = max(0, -shift), min(count, count - shift)
        if low >= high:
            continue
        target, source = [slice(None)] * 2, [slice(None)] * 2
        target[axis], source[axis] = slice(low + shift, high + shift), slice(low, high)
        out[tuple(target)] += values[tuple(source)] * np.float32(weight)
    return out
