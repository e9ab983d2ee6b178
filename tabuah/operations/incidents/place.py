"""The place of an incident: point, nagari and certainty."""

from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.bounds import LabelText, LatitudeDeg, LongitudeDeg

NAGARI_RADIUS_M: Final = 3_000.0  # about half the width of an average nagari: 74 of them on 3,738 km²


class PlaceCertainty(StrEnum):
    """How the nagari of a point is known."""

    CONFIRMED = "confirmed"  # named by a person; the point is the reference point of the nagari
    OFFICIAL = "official"  # the point lies in an official boundary
    APPROXIMATE = "approximate"  # by the nearest known point or an approximate area
    UNKNOWN = "unknown"


class IncidentPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place in degrees, EPSG:4326. `outside_reason` is set if it lies outside the regency on purpose."""

    lon_deg: LongitudeDeg
    lat_deg: LatitudeDeg
    nagari_code: LabelText = ""
    nagari: LabelText = ""
    kecamatan_code: LabelText = ""
    kecamatan: LabelText = ""
    jorong: LabelText = ""
    certainty: PlaceCertainty = PlaceCertainty.UNKNOWN
    outside_reason: LabelText = ""

    def __post_init__(self) -> None:
        """Reject coordinates that do not exist."""
        if not (-180 <= self.lon_deg <= 180 and -90 <= self.lat_deg <= 90):
            raise ValueError(f"no place on Earth: longitude {self.lon_deg}, latitude {self.lat_deg}")

    @property
    def radius_m(self) -> float | None:
        """The radius around the point in which the incident lies; None for a point that was chosen itself."""
        return NAGARI_RADIUS_M if self.certainty is PlaceCertainty.CONFIRMED else None
