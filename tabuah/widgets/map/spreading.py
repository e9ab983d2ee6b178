"""Markers at one and the same place, laid out around it so that each can be seen and chosen."""

from math import cos, pi, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray

_APART_PX: Final = 34.0
_IN_ONE_RING: Final = 9
_NEAREST_PX: Final = 38.0


def spread_px(count: int) -> NDArray[np.float64]:
    """Pixels right and down from the middle for so many markers, shape (n, 2): a ring, or a spiral of many."""
    if count <= _IN_ONE_RING:
        radius = max(_NEAREST_PX, count * _APART_PX / (2 * pi))
        turns = np.arange(count) * (2 * pi / max(count, 1)) - pi / 2
        return radius * np.column_stack((np.cos(turns), np.sin(turns)))
    places, turn, radius = [], -pi / 2, _NEAREST_PX
    for _ in range(count):
        places.append((radius * cos(turn), radius * sin(turn)))
        turn += _APART_PX / radius
        radius += _APART_PX * _APART_PX / (2 * pi * radius)
    return np.array(places)
