"""Array types of the simulation: seconds count from the start of the scenario."""

from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]
Bools: TypeAlias = NDArray[np.bool_]


class Moments(msgspec.Struct, frozen=True):
    """Sample points of a signal: row, time (seconds from the start) and local hour of the day."""

    rows: Ints
    at_s: Floats
    hour: Floats
