"""Scale of a forecast's error by the forecast change, and the motion of the river.

The largest change up to a lead counts, not the change at the lead: after a wave has passed, a river
may be where it was before, and is still less predictable than in dry weather.
"""

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.operations.readings.time_series import Floats


class Motion(IntEnum):
    """Forecast motion of the river; rises are much harder to forecast than falls."""

    FALLING = -1
    CALM = 0
    RISING = 1


_FLOOR_M: Final = 0.02  # error from the gauge's own noise and rounding
_MOVING_M: Final = 0.05  # a larger forecast change means that the river moves


def larger_change_m(change_m: Floats, other_m: Floats) -> Floats:
    """Return the larger change up or down, element by element."""
    return np.where(np.abs(other_m) > np.abs(change_m), other_m, change_m)


def scale_m(largest_m: Floats) -> Floats:
    """Return the unit of errors: it grows with the largest change up to the lead, less than linearly."""
    size_m = np.abs(largest_m)
    return np.asarray(_FLOOR_M + size_m / np.sqrt(1.0 + size_m))


def motion_of(largest_m: Floats) -> NDArray[np.int64]:
    """Return the motion of each largest change, as numbers of `Motion`."""
    return np.asarray(np.sign(largest_m) * (np.abs(largest_m) >= _MOVING_M), dtype=np.int64)
