"""Ground motion of an earthquake: attenuation with distance, arrival times and decay."""

from typing import Final

import msgspec
import numpy as np

from tabuah.operations.simulation.arrays import Floats, Moments
from tabuah.operations.simulation.terrain import local_m

# Upper crust of IASP91 (Kennett and Engdahl, Geophys. J. Int. 105, 1991).
P_KM_S: Final = 5.80
S_KM_S: Final = 3.36
GRAVITY_CM_S2: Final = 980.665
_RISE_S: Final = 1.5
_DECAY_S: Final = 7.0
_P_SHARE: Final = 0.18  # share of the peak carried by the P wave


class Shock(msgspec.Struct, frozen=True, kw_only=True):
    """One earthquake: time from the start of the scenario, hypocentre and moment magnitude."""

    after_s: float
    lon_deg: float
    lat_deg: float
    depth_km: float
    magnitude: float

    def distances_km(self, lon_deg: Floats, lat_deg: Floats) -> Floats:
        """Return the distances from the hypocentre to points on the ground."""
        east, north = local_m(lon_deg, lat_deg)
        own_east, own_north = local_m(self.lon_deg, self.lat_deg)
        return np.asarray(np.sqrt(((east - own_east) ** 2 + (north - own_north) ** 2) / 1e6 + self.depth_km**2))


def peak_acceleration_g(magnitude: float, distances_km: Floats) -> Floats:
    """Return the median peak horizontal acceleration, g.

    log10 A = 0.41 M - log10(R + 0.032 * 10^(0.41 M)) - 0.0034 R + 1.30, A in cm/s2, R in km (Fukushima
    and Tanaka, Bull. Seismol. Soc. Am. 80, 1990). The hypocentral distance is used for the distance to
    the rupture, which gives slightly low values near the fault.
    """
    near = 0.032 * 10 ** (0.41 * magnitude)
    log_a = 0.41 * magnitude - np.log10(distances_km + near) - 0.0034 * distances_km + 1.30
    return np.asarray(10**log_a / GRAVITY_CM_S2)


class PeakGroundAcceleration:
    """Largest acceleration in the interval before each time, g: background, P and S of every shock."""

    def __init__(
        self, shocks: tuple[Shock, ...], *, lon_deg: Floats, lat_deg: Floats, site: Floats, interval_s: float
    ) -> None:
        self._background = 0.00025 * site
        self._interval_s = interval_s
        self._waves: list[tuple[Floats, Floats]] = []  # arrival and peak of each wave at each row
        for shock in shocks:
            distances = shock.distances_km(lon_deg, lat_deg)
            peaks = peak_acceleration_g(shock.magnitude, distances) * site
            self._waves.append((shock.after_s + distances / P_KM_S, peaks * _P_SHARE))
            self._waves.append((shock.after_s + distances / S_KM_S, peaks))

    def values_at(self, at: Moments) -> Floats:
        """Return the peak of each row in the interval that ends at each time."""
        values = self._background[at.rows] * (1.0 + 0.4 * np.sin((at.hour - 8.0) * (np.pi / 12)))
        for arrivals_s, peaks in self._waves:
            strongest_s = arrivals_s[at.rows] + _RISE_S
            seen_s = np.clip(strongest_s, at.at_s - self._interval_s, at.at_s) - arrivals_s[at.rows]
            values = np.maximum(values, peaks[at.rows] * _envelope(seen_s))
        return np.asarray(values)


def _envelope(since_s: Floats) -> Floats:
    """Return the envelope: 0 before the arrival, linear rise to 1 in `_RISE_S`, then decay."""
    rising = np.clip(since_s / _RISE_S, 0.0, 1.0)
    dying = np.exp(-np.clip(since_s - _RISE_S, 0.0, 1e4) / _DECAY_S)
    return np.asarray(rising * dying)
