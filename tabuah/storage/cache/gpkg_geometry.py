"""Points and areas as GeoPackage binary (OGC 12-128r18, 2.1.3): header without envelope, then WKB."""

import struct
from collections.abc import Sequence
from typing import Final

import shapely

from tabuah.gis.queries.coverage import area_of_rings

SRS_ID: Final = 4326
_HEADER: Final = struct.Struct("<2sBBi")
_POINT: Final = struct.Struct("<2sBBiBIdd")
_LITTLE_ENDIAN: Final = 1
_WKB_POINT: Final = 1


def encode_point(lon_deg: float, lat_deg: float) -> bytes:
    """Return the geometry blob of a point in EPSG:4326."""
    return _POINT.pack(b"GP", 0, _LITTLE_ENDIAN, SRS_ID, _LITTLE_ENDIAN, _WKB_POINT, lon_deg, lat_deg)


def encode_areas(rings: Sequence[Sequence[tuple[float, float]]]) -> bytes | None:
    """Return the geometry blob of the area inside outer rings, a multipolygon in EPSG:4326; or None."""
    parts = shapely.get_parts(area_of_rings(rings)) if rings else ()
    polygons = [part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty]
    if not polygons:
        return None
    content: bytes = shapely.to_wkb(shapely.MultiPolygon(polygons), byte_order=_LITTLE_ENDIAN)
    return _HEADER.pack(b"GP", 0, _LITTLE_ENDIAN, SRS_ID) + content
