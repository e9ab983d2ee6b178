"""How far an earthquake or a warning is from the regency: inside, near, or far away."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shapely.geometry import MultiPolygon, Point, Polygon

from tabuah.gis.geodesy import distance_m, distances_m
from tabuah.operations.feeds.cap_values import CapAlert
from tabuah.operations.feeds.earthquakes import Earthquake
from tabuah.operations.feeds.forecast import WeatherForecast
from tabuah.operations.feeds.kecamatan_names import names_in_common
from tabuah.operations.feeds.nowcast_rss import NowcastNotice
from tabuah.operations.feeds.positions import Position

NEAR_KM: Final = 150.0


class Relation(StrEnum):
    """Where something is as seen from the regency."""

    INSIDE = "inside"
    NEAR = "near"
    FAR = "far"
    UNKNOWN = "unknown"  # it has no position, and its text names none of our kecamatan


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Our regency: its centre in EPSG:4326 degrees, its outline and the names of its kecamatan, where known."""

    name: str
    lon_deg: float
    lat_deg: float
    outline: Polygon | MultiPolygon | None = None
    kecamatan: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """`distance_km` runs from the regency's centre to the epicentre or the warning's nearest corner (0 within)."""

    relation: Relation
    distance_km: float | None = None
    named: tuple[str, ...] = ()  # our kecamatan that the text names


def nearness_of(item: Earthquake | CapAlert | NowcastNotice | WeatherForecast, region: Region) -> Nearness:
    """How far `item` is from `region`; a warning that names one of our kecamatan is inside whatever its shape."""
    if isinstance(item, Earthquake | WeatherForecast):
        return _of_point(item.lon_deg, item.lat_deg, region)
    if isinstance(item, CapAlert):
        return _of_alert(item, region)
    named = names_in_common(item.kecamatan, region.kecamatan)
    return Nearness(relation=Relation.INSIDE if named else Relation.UNKNOWN, named=named)


def _of_point(lon_deg: float, lat_deg: float, region: Region) -> Nearness:
    distance_km = distance_m(region.lon_deg, region.lat_deg, lon_deg, lat_deg) / 1000
    within = region.outline is not None and region.outline.covers(Point(lon_deg, lat_deg))
    return Nearness(relation=_relation(within=within, distance_km=distance_km), distance_km=distance_km)


def _of_alert(alert: CapAlert, region: Region) -> Nearness:
    named = names_in_common((name for info in alert.infos for name in info.kecamatan), region.kecamatan)
    areas = [area for info in alert.infos for area in info.areas]
    rings = [ring for area in areas for ring in area.polygons]
    circles = [circle for area in areas for circle in area.circles]
    distances_km = [_ring_distance_km(ring, region) for ring in rings]
    distances_km += [
        max(0.0, distance_m(region.lon_deg, region.lat_deg, c.centre.lon_deg, c.centre.lat_deg) / 1000 - c.radius_km)
        for c in circles
    ]
    if not distances_km:
        return Nearness(relation=Relation.INSIDE if named else Relation.UNKNOWN, named=named)
    nearest_km = min(distances_km)
    within = bool(named) or nearest_km == 0 or any(_touches(ring, region) for ring in rings)
    return Nearness(relation=_relation(within=within, distance_km=nearest_km), distance_km=nearest_km, named=named)


def _relation(*, within: bool, distance_km: float) -> Relation:
    if within:
        return Relation.INSIDE
    return Relation.NEAR if distance_km <= NEAR_KM else Relation.FAR


def _ring_distance_km(ring: tuple[Position, ...], region: Region) -> float:
    if _shape(ring).covers(Point(region.lon_deg, region.lat_deg)):
        return 0.0
    lons, lats = [point.lon_deg for point in ring], [point.lat_deg for point in ring]
    return float(distances_m(region.lon_deg, region.lat_deg, to_lon_deg=lons, to_lat_deg=lats).min()) / 1000


def _touches(ring: tuple[Position, ...], region: Region) -> bool:
    return region.outline is not None and bool(region.outline.intersects(_shape(ring)))


def _shape(ring: tuple[Position, ...]) -> Polygon:
    """The ring as a valid polygon: a ring that crosses itself would make shapely refuse to compare."""
    shape = Polygon([(point.lon_deg, point.lat_deg) for point in ring])
    return shape if shape.is_valid else shape.buffer(0)
