"""Circles and sectors of a distance around a place, true on the ellipsoid: who is near, what a warning reaches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabuah.gis.geodesy import ELLIPSOID

_STEP_DEG = 2.5  # a chord of a 10 km circle then lies 2.4 m inside of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """Distances in metres around a place in degrees; a sector runs clockwise from its first to its second bearing."""

    lon_deg: float
    lat_deg: float
    radii_m: tuple[float, ...]
    sector_deg: tuple[float, float] | None = None
    title: str = ""


def ring_of(ranges: Ranges, radius_m: float) -> NDArray[np.float64]:
    """The closed outline of one distance, degrees, shape (n, 2): a circle, or a sector with its two sides."""
    first, last = ranges.sector_deg or (0.0, 360.0)
    width = (last - first) % 360.0 or 360.0
    bearings = first + np.linspace(0.0, width, max(3, int(np.ceil(width / _STEP_DEG)) + 1))
    count = len(bearings)
    lon, lat, _back = ELLIPSOID.fwd(
        np.full(count, ranges.lon_deg), np.full(count, ranges.lat_deg), bearings, np.full(count, radius_m)
    )
    arc = np.column_stack((lon, lat))
    if width == 360.0:
        arc[-1] = arc[0]
        return arc
    middle = np.array([(ranges.lon_deg, ranges.lat_deg)])
    return np.concatenate((middle, arc, middle))
