"""Outline of the regency in degrees, from a base map."""

import msgspec
import shapely

from tabuah.gis.base_map import BaseMap
from tabuah.gis.levels_of_detail import in_degrees, unpack_polygons
from tabuah.gis.reference_systems import from_mercator


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """The regency: its name, a point well inside, and its area (EPSG:4326)."""

    name: str
    lon_deg: float
    lat_deg: float
    shape: shapely.Polygon | shapely.MultiPolygon


def outline_of(base_map: BaseMap) -> Outline:
    """Return the outline of a map, official where official boundaries were imported."""
    layer = next(layer for layer in base_map.layers if layer.name == "regency")
    shape = unpack_polygons(layer.levels[0], 1)[0]
    lon_deg, lat_deg = from_mercator(*layer.features[0].label_m)
    return Outline(name=layer.features[0].name, lon_deg=lon_deg, lat_deg=lat_deg, shape=in_degrees(shape))
