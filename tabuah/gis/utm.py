"""UTM of one zone in closed form: the window shows it from its first frame, and loading PROJ takes longer than that.

EPSG method 9807 by the series of Krüger to the sixth order, as in C. F. F. Karney, "Transverse Mercator with an
accuracy of a few nanometers", J. Geodesy 85 (2011), equations 7 to 11 and 35. PROJ uses the same series; the
tests compare both.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

_MAJOR_AXIS_M: Final = 6_378_137.0  # WGS 84
_FLATTENING: Final = 1 / 298.257223563
_SCALE: Final = 0.9996
_FALSE_EASTING_M: Final = 500_000.0
_FALSE_NORTHING_M: Final = 10_000_000.0  # in the southern hemisphere
_FARTHEST: Final = 2.623395162778  # in radii from the meridian, as in PROJ; beyond, the series means nothing

_E: Final = math.sqrt(_FLATTENING * (2 - _FLATTENING))
_N: Final = _FLATTENING / (2 - _FLATTENING)
_RADIUS_M: Final = _MAJOR_AXIS_M / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64 + _N**6 / 256)
_ALPHA: Final = (
    _N / 2 - 2 / 3 * _N**2 + 5 / 16 * _N**3 + 41 / 180 * _N**4 - 127 / 288 * _N**5 + 7891 / 37800 * _N**6,
    13 / 48 * _N**2 - 3 / 5 * _N**3 + 557 / 1440 * _N**4 + 281 / 630 * _N**5 - 1983433 / 1935360 * _N**6,
    61 / 240 * _N**3 - 103 / 140 * _N**4 + 15061 / 26880 * _N**5 + 167603 / 181440 * _N**6,
    49561 / 161280 * _N**4 - 179 / 168 * _N**5 + 6601661 / 7257600 * _N**6,
    34729 / 80640 * _N**5 - 3418889 / 1995840 * _N**6,
    212378941 / 319334400 * _N**6,
)


def project_to_utm(
    lon_deg: ArrayLike, lat_deg: ArrayLike, *, zone: int, south: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return eastings and northings in metres of positions in degrees (EPSG:4326) in one zone and hemisphere.

    Both are infinite where a position is too far from the central meridian or is none.
    """
    lon, lat = np.asarray(lon_deg, dtype=np.float64), np.asarray(lat_deg, dtype=np.float64)
    with np.errstate(all="ignore"):  # what cannot be computed becomes infinite below
        xi, eta = _normalised(np.radians(lon - (6 * zone - 183)), np.tan(np.radians(lat)))
        is_valid = (np.abs(lat) <= 90) & (np.abs(eta) <= _FARTHEST)
        east_m = _FALSE_EASTING_M + _SCALE * _RADIUS_M * eta
        north_m = _SCALE * _RADIUS_M * xi + (_FALSE_NORTHING_M if south else 0.0)
    return np.where(is_valid, east_m, np.inf), np.where(is_valid, north_m, np.inf)


def _normalised(
    lam: NDArray[np.float64], tau: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return northing and easting in radii of longitudes from the meridian and tangents of latitudes."""
    conformal = _conformal(tau)
    xi_0 = np.arctan2(conformal, np.cos(lam))
    eta_0 = np.arcsinh(np.sin(lam) / np.hypot(conformal, np.cos(lam)))
    xi, eta = xi_0, eta_0
    for j, alpha in enumerate(_ALPHA, start=1):
        xi = xi + alpha * np.sin(2 * j * xi_0) * np.cosh(2 * j * eta_0)
        eta = eta + alpha * np.cos(2 * j * xi_0) * np.sinh(2 * j * eta_0)
    return xi, eta


def _conformal(tau: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return tangents of conformal latitudes of the tangents of geographic ones."""
    secant = np.hypot(1.0, tau)
    sigma = np.sinh(_E * np.arctanh(_E * tau / secant))
    conformal: NDArray[np.float64] = tau * np.hypot(1.0, sigma) - sigma * secant
    return conformal
