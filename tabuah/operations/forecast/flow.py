"""From stage to flow and back, as far as the shape goes: in flow, waves add up and rain answers in proportion.

Q = a (h - h0)^b with b = 5/3, a wide channel after Manning (rating curves: ISO 18320:2020). Nobody needs to have
gauged the river: a only sets the unit, and h0, the stage of no flow, is taken half a metre under the lowest seen.
"""

from typing import Final

import numpy as np

from tabuah.operations.stations.time_series import Floats

_EXPONENT: Final = 5.0 / 3.0
_BED_UNDER_LOWEST_M: Final = 0.5


def bed_m(stage_m: Floats) -> float:
    """The stage of no flow, by the lowest that was seen; NaN where nothing was."""
    known = stage_m[np.isfinite(stage_m)]
    return round(float(known.min()) - _BED_UNDER_LOWEST_M, 3) if known.size else float("nan")


def flow_of(stage_m: Floats, bed: float) -> Floats:
    """The flow of a stage, in the unit in which a metre over the bed carries 1."""
    return np.asarray(np.maximum(stage_m - bed, 0.0) ** _EXPONENT)


def stage_of(flow: Floats, bed: float) -> Floats:
    """The stage of a flow, m."""
    return np.asarray(bed + np.maximum(flow, 0.0) ** (1.0 / _EXPONENT))


def metres_a_flow(stage_m: Floats, bed: float) -> Floats:
    """How much a stage rises when the flow rises by 1: what makes errors of flow into errors of stage."""
    return np.asarray(np.maximum(stage_m - bed, 0.2) ** (1.0 - _EXPONENT) / _EXPONENT)
