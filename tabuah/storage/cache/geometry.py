"""Points as GeoPackage binary (OGC 12-128r18, clause 2.1.3): header without envelope, then little-endian WKB."""

import struct
from typing import Final

SRS_ID: Final = 4326
_POINT: Final = struct.Struct("<2sBBiBIdd")
_LITTLE_ENDIAN: Final = 1
_WKB_POINT: Final = 1


def encode_point(lon_deg: float, lat_deg: float) -> bytes:
    """The geometry blob of a point in EPSG:4326."""
    return _POINT.pack(b"GP", 0, _LITTLE_ENDIAN, SRS_ID, _LITTLE_ENDIAN, _WKB_POINT, lon_deg, lat_deg)
