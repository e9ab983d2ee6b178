"""Bridges that a map divides into several parts, such as the two carriageways of one bridge in OpenStreetMap."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

TOUCHING_M: Final = 1.0  # ways that share a node, with the rounding of tiles
SAME_NAME_M: Final = 40.0  # between the carriageways or spans of one bridge with a name


def number_bridges(shapes: NDArray[np.object_], names: Sequence[str]) -> NDArray[np.intp]:
    """Return for each part the number of its bridge, the index of its first part.

    Parts are one bridge where they touch, or where they are near each other and have the same name. Two names that
    differ are two bridges, also where they touch.

    Args:
        shapes: the parts in metres (UTM).
        names: the name of each part; empty where the map has none.
    """
    bridges = np.arange(len(shapes))
    if len(shapes) < 2:
        return bridges
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=SAME_NAME_M)
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if one < other and _is_one_bridge(shapes, names, one, other):
            joined, kept = sorted((bridges[one], bridges[other]))[::-1]
            bridges[bridges == joined] = kept
    return bridges


def _is_one_bridge(shapes: NDArray[np.object_], names: Sequence[str], one: int, other: int) -> bool:
    name, other_name = names[one].casefold().strip(), names[other].casefold().strip()
    if name and other_name:
        return name == other_name
    return bool(shapely.dwithin(shapes[one], shapes[other], TOUCHING_M))
