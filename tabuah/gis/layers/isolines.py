"""Isolines of a grid by marching squares (Lorensen and Cline 1987 in two dimensions)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from tabuah.gis.layers.value_grid import ValueGrid

# For each pattern of corners above the level (1 north-west, 2 north-east, 4 south-east, 8 south-west): the cell
# edges that a line joins (0 north, 1 east, 2 south, 3 west). A saddle (5 and 10) keeps its high corners apart.
_EDGES: Final[dict[int, tuple[tuple[int, int], ...]]] = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    5: ((3, 0), (1, 2)),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((2, 0),),
    10: ((0, 1), (2, 3)),
    11: ((2, 1),),
    12: ((1, 3),),
    13: ((1, 0),),
    14: ((0, 3),),
}


def isolines(grid: ValueGrid, levels: Sequence[float]) -> dict[float, shapely.Geometry]:
    """Return the joined lines of each level in EPSG:3857; none through cells with an unknown corner."""
    return {level: _lines_at(grid, level) for level in levels}


def _lines_at(grid: ValueGrid, level: float) -> shapely.Geometry:
    segments = _segments_at(grid, level)
    if len(segments) == 0:
        return shapely.MultiLineString()
    return shapely.line_merge(shapely.multilinestrings(shapely.linestrings(segments)))


def _segments_at(grid: ValueGrid, level: float) -> NDArray[np.float64]:
    """Return straight segments, shape (n, 2, 2)."""
    values = grid.values.astype(np.float64)
    known = np.isfinite(values)
    above = known & (values >= level)
    whole = known[:-1, :-1] & known[:-1, 1:] & known[1:, 1:] & known[1:, :-1]
    pattern = above[:-1, :-1] * 1 + above[:-1, 1:] * 2 + above[1:, 1:] * 4 + above[1:, :-1] * 8
    pattern = np.where(whole, pattern, 0)
    crossings = _crossings(grid, values, level)
    found = []
    for number, joined in _EDGES.items():
        rows, columns = np.nonzero(pattern == number)
        for one, other in joined if len(rows) else ():
            ends = [_edge(crossings, edge, rows, columns) for edge in (one, other)]
            found.append(np.stack(ends, axis=1))
    return np.concatenate(found) if found else np.zeros((0, 2, 2))


def _crossings(
    grid: ValueGrid, values: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the level crosses each horizontal and vertical edge; both cells of an edge share the point."""
    x, y = grid.columns_m, grid.rows_m
    with np.errstate(divide="ignore", invalid="ignore"):
        along = (level - values[:, :-1]) / (values[:, 1:] - values[:, :-1])
        down = (level - values[:-1, :]) / (values[1:, :] - values[:-1, :])
    flat_x = x[:-1] + along * grid.cell_m
    flat = np.stack((flat_x, np.broadcast_to(y[:, np.newaxis], flat_x.shape)), axis=2)
    steep_y = y[:-1, np.newaxis] - down * grid.cell_m
    steep = np.stack((np.broadcast_to(x, steep_y.shape), steep_y), axis=2)
    return flat, steep


def _edge(
    crossings: tuple[NDArray[np.float64], NDArray[np.float64]],
    edge: int,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> NDArray[np.float64]:
    flat, steep = crossings
    match edge:
        case 0:
            return flat[rows, columns]
        case 1:
            return steep[rows, columns + 1]
        case 2:
            return flat[rows + 1, columns]
        case _:
            return steep[rows, columns]
