"""All gauges at once: rain on the catchments, runoff, routing downstream, and the stage by rating curve."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from tabuah.operations.simulation.arrays import Floats, Ints, Moments
from tabuah.operations.simulation.gauges import GAUGE_BY_CODE, MUSKINGUM_X, NASH_RESERVOIRS, Gauge, upstream_first
from tabuah.operations.simulation.rainfall import RainCell, catchment_depths_mm
from tabuah.operations.simulation.routing import routed
from tabuah.operations.simulation.runoff import discharge_m3s, excess_mm, unit_hydrograph

# Q = a (h - h0)^b with b = 5/3, a wide channel after Manning (rating curves: ISO 18320:2020).
RATING_EXPONENT: Final = 5.0 / 3.0
_DAILY_SHARE: Final = 0.03  # base flow falls by day, when plants draw water, and recovers by night


@dataclass(frozen=True, slots=True, kw_only=True)
class GaugeFlow:
    """What one gauge sees: flood discharge in each step over the base flow of all that lies above, m3/s."""

    gauge: Gauge
    flood_m3s: Floats
    base_m3s: float

    @property
    def zero_stage_m(self) -> float:
        """The stage of no flow, h0."""
        return self.gauge.rating_m - math.pow(self.base_m3s / self.gauge.rating_width, 1 / RATING_EXPONENT)


def gauge_flows(cells: tuple[RainCell, ...], *, steps: int) -> dict[str, GaugeFlow]:
    """The flow at every gauge by code."""
    flows: dict[str, GaugeFlow] = {}
    for gauge in upstream_first():
        flood, base = _local_flood_m3s(gauge, cells, steps), gauge.base_flow_m3s
        for above in flows.values():
            if above.gauge.downstream == gauge.code:
                flood = flood + routed(above.flood_m3s, lag_s=above.gauge.lag_s, weight=MUSKINGUM_X)
                base += above.base_m3s
        flows[gauge.code] = GaugeFlow(gauge=gauge, flood_m3s=flood, base_m3s=base)
    return flows


def stage_m(discharge: Floats, *, zero_stage_m: Floats, width: Floats) -> Floats:
    """The stage of a discharge by the rating curve, m."""
    return np.asarray(zero_stage_m + (np.maximum(discharge, 0.0) / width) ** (1 / RATING_EXPONENT))


class RiverStages:
    """Stage at given gauges at any moment; rows are in the order of `codes`."""

    def __init__(self, codes: list[str], cells: tuple[RainCell, ...], *, steps: int, step_s: float) -> None:
        flows = gauge_flows(cells, steps=steps)
        seen = [flows[code] for code in codes]
        self._flood = np.array([flow.flood_m3s for flow in seen]).reshape(len(codes), steps)
        self._base = np.array([flow.base_m3s for flow in seen])
        self._zero = np.array([flow.zero_stage_m for flow in seen])
        self._width = np.array([flow.gauge.rating_width for flow in seen])
        self._step_s = step_s

    def values_at(self, at: Moments) -> Floats:
        """Stage of each row at each moment (seconds from the start, local hour of the day), m."""
        daily = 1.0 + _DAILY_SHARE * np.cos((at.hour - 6.0) * (np.pi / 12))
        flow = self._base[at.rows] * daily + interpolated(self._flood, at.rows, at.at_s, step_s=self._step_s)
        return stage_m(flow, zero_stage_m=self._zero[at.rows], width=self._width[at.rows])


def interpolated(grid: Floats, rows: Ints, at_s: Floats, *, step_s: float) -> Floats:
    """Values between the columns of `grid`; column i stands at the end of step i, before the first lies 0."""
    place = np.clip(at_s / step_s, 0.0, grid.shape[1] - 1e-6)
    left = place.astype(np.int64)
    share = place - left
    before = np.where(left > 0, grid[rows, np.maximum(left - 1, 0)], 0.0)
    return np.asarray(before + share * (grid[rows, left] - before))


def is_gauge(code: str) -> bool:
    """Whether the simulation knows the river at this station."""
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
