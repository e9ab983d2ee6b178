"""Conversions between the three reference systems: stored EPSG:4326, drawn EPSG:3857, shown UTM."""

import math
from functools import cache
from typing import TYPE_CHECKING, Final, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tabuah.gis.utm import project_to_utm
from tabuah.resources.regency import current_regency

if TYPE_CHECKING:
    from pyproj import Transformer

WGS84: Final = "EPSG:4326"
MERCATOR: Final = "EPSG:3857"

MERCATOR_RADIUS_M: Final = 6_378_137.0  # the sphere of EPSG:3857 has the major axis of WGS 84
_ECCENTRICITY_SQUARED: Final = 0.006_694_379_990_14  # of WGS 84
MERCATOR_LIMIT_DEG: Final = 85.051_128_779_806_59  # atan(sinh(pi)): edge of the square world map


@overload
def to_mercator(lon_deg: float, lat_deg: float) -> tuple[float, float]: ...
@overload
def to_mercator(
    lon_deg: NDArray[np.floating], lat_deg: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
def to_mercator(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[ArrayLike, ArrayLike]:
    """Convert degrees (EPSG:4326) to spherical mercator metres (EPSG:3857), numbers or arrays.

    Closed form of EPSG method 1024; latitudes beyond ±85.0511° are clamped to that limit.
    """
    lon = np.radians(np.asarray(lon_deg, dtype=np.float64))
    lat = np.radians(np.clip(np.asarray(lat_deg, dtype=np.float64), -MERCATOR_LIMIT_DEG, MERCATOR_LIMIT_DEG))
    x_m = MERCATOR_RADIUS_M * lon
    y_m = MERCATOR_RADIUS_M * np.arcsinh(np.tan(lat))
    return _as_given(x_m, y_m)


@overload
def from_mercator(x_m: float, y_m: float) -> tuple[float, float]: ...
@overload
def from_mercator(
    x_m: NDArray[np.floating], y_m: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
def from_mercator(x_m: ArrayLike, y_m: ArrayLike) -> tuple[ArrayLike, ArrayLike]:
    """Convert spherical mercator metres (EPSG:3857) to longitude and latitude in degrees (EPSG:4326)."""
    lon_deg = np.degrees(np.asarray(x_m, dtype=np.float64) / MERCATOR_RADIUS_M)
    lat_deg = np.degrees(np.arctan(np.sinh(np.asarray(y_m, dtype=np.float64) / MERCATOR_RADIUS_M)))
    return _as_given(lon_deg, lat_deg)


def ground_scale(lat_deg: float) -> float:
    """Return the metres on the ground, along the parallel of the ellipsoid, of one mercator metre."""
    phi = math.radians(lat_deg)
    return math.cos(phi) / math.sqrt(1 - _ECCENTRICITY_SQUARED * math.sin(phi) ** 2)


def home_utm() -> str:
    """Return the code of the regency's UTM system: EPSG:32601 to 32660 north, 32701 to 32760 south."""
    regency = current_regency()
    return f"EPSG:{(32_700 if regency.is_south else 32_600) + regency.utm_zone}"


@overload
def to_utm(lon_deg: float, lat_deg: float) -> tuple[float, float]: ...
@overload
def to_utm(
    lon_deg: NDArray[np.floating], lat_deg: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
def to_utm(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[ArrayLike, ArrayLike]:
    """Convert degrees (EPSG:4326) to easting and northing in metres of the regency's UTM zone, numbers or arrays.

    Both are infinite too far from the zone.
    """
    regency = current_regency()
    return _as_given(*project_to_utm(lon_deg, lat_deg, zone=regency.utm_zone, south=regency.is_south))


@cache
def transformer(source: str, target: str) -> "Transformer":
    """Return the cached transformer between two systems, always x before y; safe to share between threads."""
    from pyproj import Transformer  # noqa: PLC0415 - loaded by the first question, see `geodesy`

    return Transformer.from_crs(source, target, always_xy=True)


def _as_given(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[ArrayLike, ArrayLike]:
    if x.ndim == 0 and y.ndim == 0:
        return float(x), float(y)
    return x, y
