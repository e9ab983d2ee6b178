"""Slopes in rain: a soil moisture bucket, and creep that starts when the bucket is nearly full."""

from typing import Final

import msgspec
import numpy as np

from tabuah.operations.simulation.arrays import Floats, Moments
from tabuah.operations.simulation.rainfall import STEP_S
from tabuah.operations.simulation.rivers import interpolate_columns
from tabuah.operations.simulation.runoff import excess_mm

POROSITY: Final = 0.52  # volcanic loam
FIELD_CAPACITY: Final = 0.34
DEPTH_MM: Final = 300.0
DRAINAGE_S: Final = 12 * 3600.0  # time constant of water above field capacity
EVAPORATION_MM_H: Final = 0.15
SLOPE_CURVE_NUMBER: Final = 70.0
CREEP_FROM: Final = 0.36  # wetness (share of volume) at which a slope begins to move


class Slopes(msgspec.Struct, frozen=True, kw_only=True):
    """Soil moisture and tilt at some places, in columns of `STEP_S`; shape (places, steps)."""

    moisture: Floats  # share of the volume
    tilt_deg: Floats  # since the start


def simulate_slopes(depths_mm: Floats, *, start_moisture: Floats, creep_deg_h: Floats) -> Slopes:
    """Run the bucket, dS = rain - runoff - drainage - evaporation, and the resulting creep.

    A slope is stable below `CREEP_FROM` and creeps with the square of the wetness above it, at
    `creep_deg_h` when saturated, like a viscous slide whose speed follows its pore pressure.

    Args:
        depths_mm: rain in each step, shape (places, steps).
        start_moisture: share of the volume at the start, shape (places,).
        creep_deg_h: tilt in an hour when saturated, degrees, shape (places,).
    """
    entering_mm = depths_mm - excess_mm(depths_mm, SLOPE_CURVE_NUMBER)
    moisture = np.empty_like(depths_mm)
    water_mm = start_moisture * DEPTH_MM
    for step in range(depths_mm.shape[1]):
        free_mm = np.maximum(water_mm - FIELD_CAPACITY * DEPTH_MM, 0.0)
        losing_mm = free_mm * (STEP_S / DRAINAGE_S) + EVAPORATION_MM_H * (STEP_S / 3600.0)
        water_mm = np.clip(water_mm + entering_mm[:, step] - losing_mm, 0.12 * DEPTH_MM, POROSITY * DEPTH_MM)
        moisture[:, step] = water_mm / DEPTH_MM
    wet = np.maximum(moisture - CREEP_FROM, 0.0) / (POROSITY - CREEP_FROM)
    moving_deg = creep_deg_h[:, None] * wet**2 * (STEP_S / 3600.0)
    return Slopes(moisture=moisture, tilt_deg=np.cumsum(moving_deg, axis=1))


class SoilMoisture:
    """Soil moisture over time, % of the volume."""

    def __init__(self, slopes: Slopes, start_moisture: Floats) -> None:
        self._change = (slopes.moisture - start_moisture[:, None]) * 100.0
        self._start = start_moisture * 100.0

    def values_at(self, at: Moments) -> Floats:
        """Return the moisture of each row at each time."""
        return np.asarray(self._start[at.rows] + interpolate_columns(self._change, at.rows, at.at_s, step_s=STEP_S))


class Tilt:
    """Tilt over time, degrees: initial tilt, daily thermal variation, and creep."""

    def __init__(self, slopes: Slopes, start_deg: Floats) -> None:
        self._creep = slopes.tilt_deg
        self._start = start_deg

    def values_at(self, at: Moments) -> Floats:
        """Return the tilt of each row at each time."""
        warmth = 0.004 * np.sin((at.hour - 9.0) * (np.pi / 12))
        return np.asarray(
            self._start[at.rows] + warmth + interpolate_columns(self._creep, at.rows, at.at_s, step_s=STEP_S)
        )
