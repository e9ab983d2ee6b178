"""Rating curve between stage and relative flow: flows add up and respond linearly to rain.

Q = a (h - h0)^b with b = 5/3, a wide channel after Manning (rating curves: ISO 18320:2020). No
discharge measurement is needed: a only sets the unit, and h0, the stage of zero flow, is assumed
half a metre below the lowest stage seen.
"""

from typing import Final

import numpy as np

from tabuah.operations.readings.time_series import Floats

_EXPONENT: Final = 5.0 / 3.0
_BED_UNDER_LOWEST_M: Final = 0.5


def bed_m(stage_m: Floats) -> float:
    """Return the stage of zero flow from the lowest stage seen; NaN without data."""
    known = stage_m[np.isfinite(stage_m)]
    return round(float(known.min()) - _BED_UNDER_LOWEST_M, 3) if known.size else float("nan")


def flow_of(stage_m: Floats, bed: float) -> Floats:
    """Return the flow of a stage, in the unit in which one metre over the bed carries 1."""
    return np.asarray(np.maximum(stage_m - bed, 0.0) ** _EXPONENT)


def stage_of(flow: Floats, bed: float) -> Floats:
    """Return the stage of a flow, m."""
    return np.asarray(bed + np.maximum(flow, 0.0) ** (1.0 / _EXPONENT))


def metres_per_flow(stage_m: Floats, bed: float) -> Floats:
    """Return the rise of stage per unit of flow, which converts errors of flow to errors of stage."""
    return np.asarray(np.maximum(stage_m - bed, 0.2) ** (1.0 - _EXPONENT) / _EXPONENT)
