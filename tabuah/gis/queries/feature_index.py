"""Spatial index of map features for queries by distance and by area."""

from collections.abc import Callable, Sequence
from functools import cached_property

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tabuah.gis.geodesy import ellipsoid
from tabuah.gis.reference_systems import WGS84, home_utm, transformer


class IndexedFeature(msgspec.Struct, frozen=True, kw_only=True):
    """A map feature: its kind (school, station, road …), shape (EPSG:4326), and population where known.

    `world` is the exercise of an operational object; None in the real world.
    """

    kind: str
    id: str
    name: str
    shape: BaseGeometry
    population: int | None = None
    world: str | None = None


class NearbyFeature(msgspec.Struct, frozen=True, kw_only=True):
    """A feature with its distance in metres on the ellipsoid and bearing in degrees from north."""

    feature: IndexedFeature
    distance_m: float
    bearing_deg: float


class FeatureIndex:
    """Immutable spatial index of features, safe to use from any thread."""

    def __init__(self, things: Sequence[IndexedFeature]) -> None:
        self.all = tuple(things)
        self._shapes = np.array([thing.shape for thing in self.all], dtype=object)

    def near(
        self,
        lon_deg: float,
        lat_deg: float,
        *,
        limit: int = 10,
        within_m: float = float("inf"),
        wanted: Callable[[IndexedFeature], bool] = lambda _thing: True,
    ) -> tuple[NearbyFeature, ...]:
        """Return the nearest features, nearest first, measured to the nearest point of lines and areas.

        Args:
            lon_deg: of the position in degrees.
            lat_deg: of the position in degrees.
            limit: maximum number.
            within_m: maximum distance.
            wanted: filter of features.
        """
        numbers = np.flatnonzero([wanted(thing) for thing in self.all])
        if not len(numbers):
            return ()
        here = _in_utm(shapely.Point(lon_deg, lat_deg))
        rough_m = shapely.distance(self._in_utm[numbers], here)
        first = numbers[np.argsort(rough_m, kind="stable")[: limit + 8]]  # UTM and the ellipsoid may swap neighbours
        found = [_measured(self.all[n], self._in_utm[n], here, (lon_deg, lat_deg)) for n in first.tolist()]
        found.sort(key=lambda near: near.distance_m)
        return tuple(near for near in found[:limit] if near.distance_m <= within_m)

    def inside(self, area: BaseGeometry) -> tuple[IndexedFeature, ...]:
        """Return the features that intersect an area (EPSG:4326), in index order."""
        return tuple(self.all[number] for number in sorted(self._tree.query(area, predicate="intersects").tolist()))

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._shapes)

    @cached_property
    def _in_utm(self) -> NDArray[np.object_]:
        projected: NDArray[np.object_] = shapely.transform(self._shapes, _project)
        return projected


def circle_polygon(lon_deg: float, lat_deg: float, *, radius_m: float) -> shapely.Polygon:
    """Return the area within a radius of a position as a polygon of 180 geodesic corners (EPSG:4326)."""
    bearings = np.arange(0.0, 360.0, 2.0)
    lons, lats, _back = ellipsoid().fwd(
        np.full_like(bearings, lon_deg), np.full_like(bearings, lat_deg), bearings, np.full_like(bearings, radius_m)
    )
    return shapely.Polygon(np.column_stack((lons, lats)))


def _measured(
    thing: IndexedFeature, shape: BaseGeometry, here: BaseGeometry, place_deg: tuple[float, float]
) -> NearbyFeature:
    nearest = shapely.get_coordinates(shapely.shortest_line(here, shape))[-1]
    lon_deg, lat_deg = transformer(home_utm(), WGS84).transform(*nearest)
    azimuth_deg, _back, length_m = ellipsoid().inv(*place_deg, lon_deg, lat_deg)
    return NearbyFeature(feature=thing, distance_m=float(length_m), bearing_deg=float(azimuth_deg) % 360.0)


def _in_utm(shape: BaseGeometry) -> BaseGeometry:
    projected: BaseGeometry = shapely.transform(shape, _project)
    return projected


def _project(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(transformer(WGS84, home_utm()).transform(degrees[:, 0], degrees[:, 1]))
