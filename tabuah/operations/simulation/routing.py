"""Down the river: Muskingum routing of a flood wave through a reach."""

import math
from typing import Final

import numpy as np

from tabuah.operations.simulation.arrays import Floats
from tabuah.operations.simulation.rainfall import STEP_S

_UNHEARD: Final = 1e-18


def routed(inflow_m3s: Floats, *, lag_s: float, weight: float) -> Floats:
    """The inflow as it arrives after a reach of travel time `lag_s`, later and flatter, m3/s.

    O2 = C0 I2 + C1 I1 + C2 O1 (McCarthy, 1938; Chow, Maidment and Mays, Applied Hydrology, 1988, 8.4). The reach is
    cut into so many parts that 2KX <= dt <= 2K(1-X), without which the outflow would dip below zero.
    """
    if lag_s <= 0:
        return inflow_m3s
    parts = max(1, math.ceil(2 * lag_s * weight / STEP_S))
    response = _response(lag_s / parts, weight=weight, steps=inflow_m3s.size)
    flow = inflow_m3s
    for _ in range(parts):
        flow = np.convolve(flow, response)[: inflow_m3s.size]
    return flow


def _response(part_s: float, *, weight: float, steps: int) -> Floats:
    """What leaves one part in each step after one step of unit inflow."""
    full = part_s * (1 - weight) + STEP_S / 2
    c0 = (STEP_S / 2 - part_s * weight) / full
    c1 = (STEP_S / 2 + part_s * weight) / full
    c2 = (part_s * (1 - weight) - STEP_S / 2) / full
    # the tail falls by c2 a step: what is below the last digit of the sum of all is not worth a multiplication
    heard = steps if c2 <= 0 else min(steps, 2 + math.ceil(math.log(_UNHEARD) / math.log(c2)))
    response = np.empty(heard)
    response[0] = c0
    response[1:] = (c1 + c2 * c0) * c2 ** np.arange(heard - 1)
    return response
