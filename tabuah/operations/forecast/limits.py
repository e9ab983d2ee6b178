"""What a river can do at all: it does not dry up, does not drain faster than it ever has, nor rise much faster."""

from typing import Final

import numpy as np

from tabuah.operations.forecast.flow import flow_of, stage_of
from tabuah.operations.forecast.model import Limits
from tabuah.operations.stations.time_series import Floats

OVER: Final = "over_lowest_24h"  # the feature that says how much flow is there to drain
_BEYOND_RISE: Final = 1.25  # a rise may be so much more than any that was seen
_DRAINING: Final = 0.1  # flow over the day's lowest from which on a recession is one
_FEWEST_DRAINING: Final = 30
_FASTEST: Final = 0.05  # so few recessions are faster


def floor_m(limits: Limits, stage_m: Floats) -> Floats:
    """How low the stage may be forecast from a stage of now."""
    return np.minimum(limits.lowest_m, stage_m)


def limited_change_m(limits: Limits, *, stage_m: Floats, over: Floats, change: Floats, bed: float) -> Floats:
    """A forecast change of flow as one of stage (m), within the limits.

    Args:
        limits: of the lead.
        stage_m: the stage of now.
        over: how much more than the day's lowest flows now.
        change: the change of flow that the regression says.
        bed: the stage of no flow, m.
    """
    drained = np.maximum(change, (limits.least_kept - 1.0) * np.maximum(over, 0.0))
    later_m = stage_of(flow_of(stage_m, bed) + drained, bed)
    return np.minimum(np.maximum(later_m, floor_m(limits, stage_m)) - stage_m, limits.most_rise_m)


def limits_of(stage_m: Floats, later_m: Floats, over: Floats, bed: float) -> Limits:
    """The limits that pairs of stages, now and at a lead's end, show."""
    if not stage_m.size:
        return Limits(lowest_m=float("inf"), least_kept=1.0, most_rise_m=0.0)
    return Limits(
        lowest_m=round(float(stage_m.min()), 3),
        least_kept=_least_kept(over, flow_of(later_m, bed) - flow_of(stage_m, bed)),
        most_rise_m=round(_BEYOND_RISE * max(0.0, float((later_m - stage_m).max())), 3),
    )


def _least_kept(over: Floats, change: Floats) -> float:
    drains = over >= _DRAINING
    if drains.sum() < _FEWEST_DRAINING:
        return 0.0
    kept = 1.0 + change[drains] / over[drains]
    return round(float(np.clip(np.quantile(kept, _FASTEST), 0.0, 1.0)), 4)
