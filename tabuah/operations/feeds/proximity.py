"""Proximity of an earthquake or warning to the regency: inside, near, or far away."""

from enum import StrEnum
from typing import Final

import msgspec
from shapely.geometry import MultiPolygon, Point, Polygon

from tabuah.gis.geodesy import distance_m, distances_m
from tabuah.operations.feeds.cap_alert import CapAlert
from tabuah.operations.feeds.earthquakes import Earthquake
from tabuah.operations.feeds.kecamatan_names import matching_names
from tabuah.operations.feeds.nowcast_rss import NowcastNotice
from tabuah.operations.feeds.positions import Position
from tabuah.operations.feeds.weather_forecast import WeatherForecast

NEAR_KM: Final = 150.0


class RegionRelation(StrEnum):
    """Location relative to the regency."""

    INSIDE = "inside"
    NEAR = "near"
    FAR = "far"
    UNKNOWN = "unknown"  # without position, and its text names none of our kecamatan


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """Our regency: its centre in EPSG:4326 degrees, its outline and kecamatan names, where known."""

    name: str
    lon_deg: float
    lat_deg: float
    outline: Polygon | MultiPolygon | None = None
    kecamatan: tuple[str, ...] = ()


class Proximity(msgspec.Struct, frozen=True, kw_only=True):
    """Distance in km from the regency's centre to the epicentre or the nearest corner of the warning (0 within)."""

    relation: RegionRelation
    distance_km: float | None = None
    named: tuple[str, ...] = ()  # our kecamatan named in the text


def proximity_of(item: Earthquake | CapAlert | NowcastNotice | WeatherForecast, region: Region) -> Proximity:
    """Return the proximity of `item` to `region`; a warning that names one of our kecamatan is always inside."""
    if isinstance(item, Earthquake | WeatherForecast):
        return _of_point(item.lon_deg, item.lat_deg, region)
    if isinstance(item, CapAlert):
        return _of_alert(item, region)
    named = matching_names(item.kecamatan, region.kecamatan)
    return Proximity(relation=RegionRelation.INSIDE if named else RegionRelation.UNKNOWN, named=named)


def _of_point(lon_deg: float, lat_deg: float, region: Region) -> Proximity:
    distance_km = distance_m(region.lon_deg, region.lat_deg, lon_deg, lat_deg) / 1000
    within = region.outline is not None and region.outline.covers(Point(lon_deg, lat_deg))
    return Proximity(relation=_relation(within=within, distance_km=distance_km), distance_km=distance_km)


def _of_alert(alert: CapAlert, region: Region) -> Proximity:
    named = matching_names((name for info in alert.infos for name in info.kecamatan), region.kecamatan)
    areas = [area for info in alert.infos for area in info.areas]
    rings = [ring for area in areas for ring in area.polygons]
    circles = [circle for area in areas for circle in area.circles]
    distances_km = [_ring_distance_km(ring, region) for ring in rings]
    distances_km += [
        max(0.0, distance_m(region.lon_deg, region.lat_deg, c.centre.lon_deg, c.centre.lat_deg) / 1000 - c.radius_km)
        for c in circles
    ]
    if not distances_km:
        return Proximity(relation=RegionRelation.INSIDE if named else RegionRelation.UNKNOWN, named=named)
    nearest_km = min(distances_km)
    within = bool(named) or nearest_km == 0 or any(_touches(ring, region) for ring in rings)
    return Proximity(relation=_relation(within=within, distance_km=nearest_km), distance_km=nearest_km, named=named)


def _relation(*, within: bool, distance_km: float) -> RegionRelation:
    if within:
        return RegionRelation.INSIDE
    return RegionRelation.NEAR if distance_km <= NEAR_KM else RegionRelation.FAR


def _ring_distance_km(ring: tuple[Position, ...], region: Region) -> float:
    if _shape(ring).covers(Point(region.lon_deg, region.lat_deg)):
        return 0.0
    lons, lats = [point.lon_deg for point in ring], [point.lat_deg for point in ring]
    return float(distances_m(region.lon_deg, region.lat_deg, to_lon_deg=lons, to_lat_deg=lats).min()) / 1000


def _touches(ring: tuple[Position, ...], region: Region) -> bool:
    return region.outline is not None and bool(region.outline.intersects(_shape(ring)))


def _shape(ring: tuple[Position, ...]) -> Polygon:
    """Return the ring as a valid polygon: shapely cannot compare a self-crossing ring."""
    shape = Polygon([(point.lon_deg, point.lat_deg) for point in ring])
    return shape if shape.is_valid else shape.buffer(0)
