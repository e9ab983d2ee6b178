"""River flow at all gauges: rain, runoff, Muskingum routing, and stage by rating curve."""

import math
from typing import Final

import msgspec
import numpy as np

from tabuah.operations.simulation.arrays import Floats, Ints, Moments
from tabuah.operations.simulation.gauges import GAUGE_BY_CODE, MUSKINGUM_X, NASH_RESERVOIRS, Gauge, upstream_first
from tabuah.operations.simulation.rainfall import STEP_S, RainCell, catchment_depths_mm
from tabuah.operations.simulation.runoff import discharge_m3s, excess_mm, unit_hydrograph

_UNHEARD: Final = 1e-18


def route_flow(inflow_m3s: Floats, *, lag_s: float, weight: float) -> Floats:
    """Route the inflow through a reach of travel time `lag_s`: later and flatter, m3/s.

    O2 = C0 I2 + C1 I1 + C2 O1 (McCarthy, 1938; Chow, Maidment and Mays, Applied Hydrology, 1988, 8.4).
    The reach is divided into parts so that 2KX <= dt <= 2K(1-X), without which the outflow would become
    negative.
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
    """Return the outflow of one part in each step after one step of unit inflow."""
    full = part_s * (1 - weight) + STEP_S / 2
    c0 = (STEP_S / 2 - part_s * weight) / full
    c1 = (STEP_S / 2 + part_s * weight) / full
    c2 = (part_s * (1 - weight) - STEP_S / 2) / full
    # The tail falls by c2 a step; terms below the last digit of the sum are not worth a multiplication.
    heard = steps if c2 <= 0 else min(steps, 2 + math.ceil(math.log(_UNHEARD) / math.log(c2)))
    response = np.empty(heard)
    response[0] = c0
    response[1:] = (c1 + c2 * c0) * c2 ** np.arange(heard - 1)
    return response


# Q = a (h - h0)^b with b = 5/3, a wide channel after Manning (rating curves: ISO 18320:2020).
RATING_EXPONENT: Final = 5.0 / 3.0
_DAILY_SHARE: Final = 0.03  # base flow falls by day, when plants take up water, and recovers by night


class GaugeFlow(msgspec.Struct, frozen=True, kw_only=True):
    """Flow at one gauge: flood discharge in each step above the base flow of the whole catchment, m3/s."""

    gauge: Gauge
    flood_m3s: Floats
    base_m3s: float

    @property
    def zero_stage_m(self) -> float:
        """Return the stage of zero flow, h0."""
        return self.gauge.rating_m - math.pow(self.base_m3s / self.gauge.rating_width, 1 / RATING_EXPONENT)


def gauge_flows(cells: tuple[RainCell, ...], *, steps: int) -> dict[str, GaugeFlow]:
    """Return the flow at every gauge by code."""
    flows: dict[str, GaugeFlow] = {}
    for gauge in upstream_first():
        flood, base = _local_flood_m3s(gauge, cells, steps), gauge.base_flow_m3s
        for above in flows.values():
            if above.gauge.downstream == gauge.code:
                flood = flood + route_flow(above.flood_m3s, lag_s=above.gauge.lag_s, weight=MUSKINGUM_X)
                base += above.base_m3s
        flows[gauge.code] = GaugeFlow(gauge=gauge, flood_m3s=flood, base_m3s=base)
    return flows


def stage_m(discharge: Floats, *, zero_stage_m: Floats, width: Floats) -> Floats:
    """Return the stage of a discharge by the rating curve, m."""
    return np.asarray(zero_stage_m + (np.maximum(discharge, 0.0) / width) ** (1 / RATING_EXPONENT))


class RiverStages:
    """Stage at given gauges over time; rows are in the order of `codes`."""

    def __init__(self, codes: list[str], cells: tuple[RainCell, ...], *, steps: int, step_s: float) -> None:
        flows = gauge_flows(cells, steps=steps)
        seen = [flows[code] for code in codes]
        self._flood = np.array([flow.flood_m3s for flow in seen]).reshape(len(codes), steps)
        self._base = np.array([flow.base_m3s for flow in seen])
        self._zero = np.array([flow.zero_stage_m for flow in seen])
        self._width = np.array([flow.gauge.rating_width for flow in seen])
        self._step_s = step_s

    def values_at(self, at: Moments) -> Floats:
        """Return the stage of each row at each time (seconds from the start, local hour of the day), m."""
        daily = 1.0 + _DAILY_SHARE * np.cos((at.hour - 6.0) * (np.pi / 12))
        flow = self._base[at.rows] * daily + interpolate_columns(self._flood, at.rows, at.at_s, step_s=self._step_s)
        return stage_m(flow, zero_stage_m=self._zero[at.rows], width=self._width[at.rows])


def interpolate_columns(grid: Floats, rows: Ints, at_s: Floats, *, step_s: float) -> Floats:
    """Interpolate between the columns of `grid`; column i is the end of step i, 0 before the first."""
    place = np.clip(at_s / step_s, 0.0, grid.shape[1] - 1e-6)
    left = place.astype(np.int64)
    share = place - left
    before = np.where(left > 0, grid[rows, np.maximum(left - 1, 0)], 0.0)
    return np.asarray(before + share * (grid[rows, left] - before))


def is_gauge(code: str) -> bool:
    """Return whether the simulation has a river gauge at this station."""
    return code in GAUGE_BY_CODE


def _local_flood_m3s(gauge: Gauge, cells: tuple[RainCell, ...], steps: int) -> Floats:
    depths = catchment_depths_mm(
        cells,
        lon_deg=gauge.catchment_lon_deg,
        lat_deg=gauge.catchment_lat_deg,
        area_km2=gauge.area_km2,
        steps=steps,
    )
    response = unit_hydrograph(reservoirs=NASH_RESERVOIRS, reservoir_s=gauge.reservoir_s, steps=steps)
    return discharge_m3s(excess_mm(depths, gauge.curve_number), area_km2=gauge.area_km2, response=response)
