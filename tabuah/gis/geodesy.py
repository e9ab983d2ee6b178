"""Distances, directions and areas on the WGS 84 ellipsoid."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from pyproj import Geod


@cache
def ellipsoid() -> "Geod":
    """Return the WGS 84 ellipsoid, created on first use: loading PROJ takes a fifth of a command's start."""
    from pyproj import Geod  # noqa: PLC0415 - loads PROJ

    return Geod(ellps="WGS84")


def distance_m(lon_deg: float, lat_deg: float, other_lon_deg: float, other_lat_deg: float) -> float:
    """Return the geodesic distance between two positions in metres."""
    _, _, length_m = ellipsoid().inv(lon_deg, lat_deg, other_lon_deg, other_lat_deg)
    return float(length_m)


def distances_m(
    lon_deg: float, lat_deg: float, *, to_lon_deg: ArrayLike, to_lat_deg: ArrayLike
) -> NDArray[np.float64]:
    """Return the geodesic distances in metres from one position to many, shape (n,)."""
    lons = np.asarray(to_lon_deg, dtype=np.float64)
    lats = np.asarray(to_lat_deg, dtype=np.float64)
    _, _, lengths_m = ellipsoid().inv(np.full_like(lons, lon_deg), np.full_like(lats, lat_deg), lons, lats)
    return np.asarray(lengths_m, dtype=np.float64)


def bearing_deg(lon_deg: float, lat_deg: float, other_lon_deg: float, other_lat_deg: float) -> float:
    """Return the bearing from the first position to the second: 0 to 360 degrees, clockwise from true north."""
    azimuth_deg, _, _ = ellipsoid().inv(lon_deg, lat_deg, other_lon_deg, other_lat_deg)
    return float(azimuth_deg) % 360.0


def destination(lon_deg: float, lat_deg: float, *, bearing_deg: float, distance_m: float) -> tuple[float, float]:
    """Return the longitude and latitude in degrees at `distance_m` in direction `bearing_deg`."""
    lon, lat, _ = ellipsoid().fwd(lon_deg, lat_deg, bearing_deg, distance_m)
    return float(lon), float(lat)


def area_m2(shape: BaseGeometry) -> float:
    """Return the ellipsoidal area of a polygonal `shape` in degrees (EPSG:4326), without holes."""
    area, _ = ellipsoid().geometry_area_perimeter(_counter_clockwise(shape))
    return abs(float(area))


def length_m(shape: BaseGeometry) -> float:
    """Return the ellipsoidal length of the lines of `shape` in degrees (EPSG:4326)."""
    return float(ellipsoid().geometry_length(shape))


def _counter_clockwise(shape: BaseGeometry) -> BaseGeometry:
    """Orient outer rings one way and holes the other: the sign of the geodesic area depends on it."""
    oriented: BaseGeometry = shape.normalize().reverse()
    return oriented
