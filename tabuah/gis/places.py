"""Values returned by the gazetteer: nagari, located position, search result."""

from enum import StrEnum

import msgspec
from shapely.geometry.base import BaseGeometry


class Certainty(StrEnum):
    """Certainty of a place: official boundaries or estimated areas."""

    OFFICIAL = "official"
    APPROXIMATE = "approximate"


class PlaceKind(StrEnum):
    """Kind of place of a search result."""

    NAGARI = "nagari"
    KECAMATAN = "kecamatan"
    TOWN = "town"
    LAKE = "lake"
    VOLCANO = "volcano"


class Nagari(msgspec.Struct, frozen=True, kw_only=True):
    """A nagari with its Kemendagri code (13.02.KK.VVVV) and its reference point (EPSG:4326)."""

    code: str
    name: str
    kecamatan_code: str
    kecamatan_name: str
    lon_deg: float
    lat_deg: float


class Kecamatan(msgspec.Struct, frozen=True, kw_only=True):
    """A kecamatan with its Kemendagri code (13.02.KK) and its label point (EPSG:4326)."""

    code: str
    name: str
    lon_deg: float
    lat_deg: float


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Place of a position.

    Attributes:
        nagari: the nagari of the position, or the likeliest one while the regency is doubtful; none
            outside.
        inside_regency: whether the (official or approximate) outline contains the position.
        certainty: of the nagari; approximate answers are right in 77 of 100 cases (docs/map-data.md).
        kecamatan_certainty: of the kecamatan, where only kecamatan boundaries were imported.
        border_margin_m: distance to the nearest border of the areas used, on either side.
        regency_doubtful: whether the true border of the regency may lie on the other side of the
            position.
        alternatives: when approximate, the next likely nagari, nearest first.
        neighbour: regency or city of the position when outside, empty where unknown.
        lake: the lake at the position, empty on land.
    """

    nagari: Nagari | None
    inside_regency: bool
    certainty: Certainty
    kecamatan_certainty: Certainty
    border_margin_m: float
    regency_doubtful: bool
    alternatives: tuple[Nagari, ...] = ()
    neighbour: str = ""
    lake: str = ""

    @property
    def nagari_code(self) -> str:
        """Return the nagari's Kemendagri code, empty outside."""
        return self.nagari.code if self.nagari else ""

    @property
    def nagari_name(self) -> str:
        """Return the nagari's name, empty outside."""
        return self.nagari.name if self.nagari else ""

    @property
    def kecamatan_code(self) -> str:
        """Return the kecamatan's Kemendagri code, empty outside."""
        return self.nagari.kecamatan_code if self.nagari else ""

    @property
    def kecamatan_name(self) -> str:
        """Return the kecamatan's name, empty outside."""
        return self.nagari.kecamatan_name if self.nagari else ""


class FoundPlace(msgspec.Struct, frozen=True, kw_only=True):
    """One search result; `score` runs from 0 to 1 (best), `within` is the kecamatan of a nagari."""

    kind: PlaceKind
    code: str
    name: str
    within: str
    lon_deg: float
    lat_deg: float
    score: float


class Boundary(msgspec.Struct, frozen=True, kw_only=True):
    """An official area: its Kemendagri code, its name, and its polygons in degrees (EPSG:4326)."""

    code: str
    name: str
    shape: BaseGeometry
