"""Physical limits of a river's change: lowest stage, fastest recession and fastest rise."""

from typing import Final

import numpy as np

from tabuah.operations.forecast.gauge_model import Limits
from tabuah.operations.forecast.rating_curve import flow_of, stage_of
from tabuah.operations.readings.time_series import Floats

OVER: Final = "over_lowest_24h"  # the feature for flow that can still drain
_BEYOND_RISE: Final = 1.25  # a rise may exceed the largest one seen by this factor
_DRAINING: Final = 0.1  # flow over the day's lowest from which a fall counts as recession
_FEWEST_DRAINING: Final = 30
_FASTEST: Final = 0.05  # share of recessions that are faster


def floor_m(limits: Limits, stage_m: Floats) -> Floats:
    """Return the lowest stage that may be forecast from a current stage."""
    return np.minimum(limits.lowest_m, stage_m)


def limited_change_m(limits: Limits, *, stage_m: Floats, over: Floats, change: Floats, bed: float) -> Floats:
    """Return a forecast change of flow as a change of stage (m), within the limits.

    Args:
        limits: of the lead.
        stage_m: the current stage.
        over: current flow over the day's lowest.
        change: the change of flow from the regression.
        bed: the stage of zero flow, m.
    """
    drained = np.maximum(change, (limits.least_kept - 1.0) * np.maximum(over, 0.0))
    later_m = stage_of(flow_of(stage_m, bed) + drained, bed)
    return np.minimum(np.maximum(later_m, floor_m(limits, stage_m)) - stage_m, limits.most_rise_m)


def limits_of(stage_m: Floats, later_m: Floats, over: Floats, bed: float) -> Limits:
    """Return the limits seen in pairs of stages, now and at the end of a lead."""
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
