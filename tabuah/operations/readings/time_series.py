"""The values of one series as arrays."""

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _empty() -> Floats:
    return np.empty(0, dtype=np.float64)


class TimeSeries(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """`times_s` is Unix time (UTC), ascending; `values`, of equal length, are in the native unit."""

    times_s: Floats = msgspec.field(default_factory=_empty)
    values: Floats = msgspec.field(default_factory=_empty)

    def __len__(self) -> int:
        return len(self.times_s)
