"""Rain over space and time: drifting cells, Gaussian in space and gamma-shaped in time."""

import math
from typing import Final

import msgspec
import numpy as np

from tabuah.operations.simulation.arrays import Floats
from tabuah.operations.simulation.terrain import local_m

STEP_S: Final = 60.0


class RainCell(msgspec.Struct, frozen=True, kw_only=True):
    """One rain cell; its centre is at the given point at peak intensity.

    The hyetograph is a gamma density scaled to its peak: i(t) = p (t/tp)^(k-1) exp((k-1)(1 - t/tp)),
    the usual shape of a single convective burst; in space the cell is Gaussian.
    """

    begins_s: float
    to_peak_s: float
    shape: float  # k, above 1; larger is more peaked
    peak_mm_h: float
    lon_deg: float
    lat_deg: float
    east_ms: float
    north_ms: float
    radius_m: float  # standard deviation of the Gaussian

    def intensity_mm_h(self, east_m: Floats, north_m: Floats, at_s: Floats) -> Floats:
        """Return the intensity at every place (rows) and time (columns), mm/h."""
        since = np.maximum(at_s - self.begins_s, 0.0) / self.to_peak_s
        power = self.shape - 1.0
        strength = self.peak_mm_h * since**power * np.exp(power * (1.0 - since))
        centre_east, centre_north = local_m(self.lon_deg, self.lat_deg)
        drift_s = at_s - self.begins_s - self.to_peak_s
        away_east = east_m[:, None] - (centre_east + self.east_ms * drift_s)
        away_north = north_m[:, None] - (centre_north + self.north_ms * drift_s)
        return np.asarray(strength * np.exp(-(away_east**2 + away_north**2) / (2 * self.radius_m**2)))


def rain_depths_mm(cells: tuple[RainCell, ...], *, lon_deg: Floats, lat_deg: Floats, steps: int) -> Floats:
    """Return the depth in each step of `STEP_S` from the start of the scenario, mm; shape (places, steps)."""
    east_m, north_m = local_m(lon_deg, lat_deg)
    middle_s = np.asarray((np.arange(steps) + 0.5) * STEP_S, dtype=np.float64)
    depths = np.zeros((east_m.size, steps))
    for cell in cells:
        depths += cell.intensity_mm_h(east_m, north_m, middle_s) * (STEP_S / 3600.0)
    return depths


def catchment_depths_mm(
    cells: tuple[RainCell, ...], *, lon_deg: float, lat_deg: float, area_km2: float, steps: int
) -> Floats:
    """Return the mean depth over a round catchment in each step, mm, from nine points; shape (steps,)."""
    ring_deg = 0.7 * math.sqrt(area_km2 / math.pi) / 111.0
    angles = np.arange(8) * (np.pi / 4)
    lons = lon_deg + np.append(np.cos(angles), 0.0) * ring_deg
    lats = lat_deg + np.append(np.sin(angles), 0.0) * ring_deg
    return np.asarray(rain_depths_mm(cells, lon_deg=lons, lat_deg=lats, steps=steps).mean(axis=0))
