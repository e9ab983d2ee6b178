"""The values of one series as arrays, for charts and for what is computed over many of them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _empty() -> Floats:
    return np.empty(0, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeSeries:
    """`times_s` is Unix time (UTC), ascending; `values`, of the same length, are in the parameter's native unit."""

    times_s: Floats = field(default_factory=_empty)
    values: Floats = field(default_factory=_empty)

    def __len__(self) -> int:
        """How many values."""
        return len(self.times_s)
