"""Rainfall-runoff of one catchment: SCS curve number losses and a Nash cascade of linear reservoirs."""

import math

import numpy as np

from tabuah.operations.simulation.arrays import Floats
from tabuah.operations.simulation.rainfall import STEP_S


def excess_mm(depths_mm: Floats, curve_number: float) -> Floats:
    """Return the excess rain of each step, mm, along the last axis.

    Pe = (P - 0.2 S)^2 / (P + 0.8 S) for the rain P since the start, S = 25400/CN - 254 mm (USDA NRCS,
    National Engineering Handbook part 630, chapter 10, 2004).
    """
    storage_mm = 25_400.0 / curve_number - 254.0
    total = np.cumsum(depths_mm, axis=-1)
    above = np.maximum(total - 0.2 * storage_mm, 0.0)
    run_off = above**2 / (total + 0.8 * storage_mm)
    return np.diff(run_off, axis=-1, prepend=0.0)


def unit_hydrograph(*, reservoirs: int, reservoir_s: float, steps: int) -> Floats:
    """Return the share of a unit of excess rain that leaves in each step; sums to at most 1.

    u(t) = (t/k)^(n-1) exp(-t/k) / (k Gamma(n)) (Nash, 1957: The form of the instantaneous unit
    hydrograph).
    """
    middle_s = (np.arange(steps) + 0.5) * STEP_S
    scaled = middle_s / reservoir_s
    shares = scaled ** (reservoirs - 1) * np.exp(-scaled) * STEP_S / (reservoir_s * math.gamma(reservoirs))
    return np.asarray(shares / max(1.0, float(shares.sum())))


def discharge_m3s(excess: Floats, *, area_km2: float, response: Floats) -> Floats:
    """Return the direct runoff at the catchment outlet in each step, m3/s."""
    supply_m3s = excess * (area_km2 * 1000.0 / STEP_S)  # 1 mm on 1 km2 is 1000 m3
    return np.asarray(np.convolve(supply_m3s, response)[: excess.size])
