"""How a forecast's error grows with the change that it forecasts.

What counts is the largest change up to a lead, not the one at it: behind a wave that has passed a river may be where
it was before, and still nobody knows as well as in dry weather.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.operations.stations.time_series import Floats

_FLOOR_M: Final = 0.02  # what a gauge's own noise and rounding always leave
_MOVING_M: Final = 0.05  # a forecast of so much change is about a river that moves


def larger_m(change_m: Floats, other_m: Floats) -> Floats:
    """Of two changes, element by element, the one that goes further up or down."""
    return np.where(np.abs(other_m) > np.abs(change_m), other_m, change_m)


def scale_m(largest_m: Floats) -> Floats:
    """The unit in which errors are counted: it grows with the largest change up to the lead, ever more slowly."""
    size_m = np.abs(largest_m)
    return np.asarray(_FLOOR_M + size_m / np.sqrt(1.0 + size_m))


def motion_of(largest_m: Floats) -> NDArray[np.int64]:
    """The motion that each largest change stands for, as numbers of `Motion`."""
    return np.asarray(np.sign(largest_m) * (np.abs(largest_m) >= _MOVING_M), dtype=np.int64)
