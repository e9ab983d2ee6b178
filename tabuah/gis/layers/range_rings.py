"""Range rings: circles and sectors around a position, geodesic on the ellipsoid."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from tabuah.gis.geodesy import bearing_deg, destination, distance_m, ellipsoid

_STEP_DEG = 2.5  # a chord of a 10 km circle then lies 2.4 m inside of it


class RangeRings(msgspec.Struct, frozen=True, kw_only=True):
    """Radii in metres around a position in degrees; a sector runs clockwise from its first to its second bearing."""

    lon_deg: float
    lat_deg: float
    radii_m: tuple[float, ...]
    sector_deg: tuple[float, float] | None = None
    title: str = ""

    @property
    def width_deg(self) -> float:
        """Return the width of the sector in degrees; a circle, or a sector that ends at its start, has 360."""
        first, last = self.sector_deg or (0.0, 0.0)
        return (last - first) % 360.0 or 360.0


def range_rings_between(
    centre: tuple[float, float], edge: tuple[float, float], last: tuple[float, float] | None = None, *, step_m: float
) -> RangeRings:
    """Return the circle or sector given by two or three positions in degrees.

    Args:
        centre: the centre.
        edge: gives the radius, rounded to `step_m`, and the first bearing, rounded to a degree.
        last: gives the last bearing, clockwise; without it the result is a circle.
        step_m: rounding of the radius.
    """
    radius_m = max(step_m, round(distance_m(*centre, *edge) / step_m) * step_m)
    bearings = [float(round(bearing_deg(*centre, *each)) % 360) for each in (edge, last) if each is not None]
    sector = (bearings[0], bearings[1]) if last is not None and bearings[0] != bearings[1] else None
    return RangeRings(lon_deg=centre[0], lat_deg=centre[1], radii_m=(radius_m,), sector_deg=sector)


def position_at(ranges: RangeRings, bearing: float, radius_m: float) -> tuple[float, float]:
    """Return the position in degrees at a bearing and radius from the centre."""
    return destination(ranges.lon_deg, ranges.lat_deg, bearing_deg=bearing, distance_m=radius_m)


def ring_outline(ranges: RangeRings, radius_m: float) -> NDArray[np.float64]:
    """Return the closed outline at one radius, degrees, shape (n, 2): a circle or a sector with its two sides."""
    first, width = (ranges.sector_deg or (0.0, 0.0))[0], ranges.width_deg
    bearings = first + np.linspace(0.0, width, max(3, int(np.ceil(width / _STEP_DEG)) + 1))
    count = len(bearings)
    lon, lat, _back = ellipsoid().fwd(
        np.full(count, ranges.lon_deg), np.full(count, ranges.lat_deg), bearings, np.full(count, radius_m)
    )
    arc = np.column_stack((lon, lat))
    if width == 360.0:
        arc[-1] = arc[0]
        return arc
    middle = np.array([(ranges.lon_deg, ranges.lat_deg)])
    return np.concatenate((middle, arc, middle))
