"""The values a gazetteer answers with: nagari, a located position, a found name."""

from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry


class Certainty(StrEnum):
    """How well a place is known: from imported official boundaries, or from estimated areas."""

    OFFICIAL = "official"
    APPROXIMATE = "approximate"


class PlaceKind(StrEnum):
    """What a found name belongs to."""

    NAGARI = "nagari"
    KECAMATAN = "kecamatan"
    TOWN = "town"
    LAKE = "lake"
    VOLCANO = "volcano"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nagari:
    """A nagari with its Kemendagri code (13.02.KK.VVVV) and the point that stands for it (EPSG:4326)."""

    code: str
    name: str
    kecamatan_code: str
    kecamatan_name: str
    lon_deg: float
    lat_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kecamatan:
    """A kecamatan with its Kemendagri code (13.02.KK) and the point of its label (EPSG:4326)."""

    code: str
    name: str
    lon_deg: float
    lat_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of a position.

    Attributes:
        nagari: the nagari it lies in, or the likeliest one while the regency is doubtful; none outside.
        inside_regency: whether the (official or approximate) outline holds the position.
        certainty: of the nagari; approximate answers are right in 77 of 100 cases (docs/map-data.md).
        kecamatan_certainty: of the kecamatan, where only kecamatan boundaries were imported.
        border_margin_m: distance to the nearest border of the areas the answer rests on, on either side.
        regency_doubtful: whether the true border of the regency may run on the other side of the position.
        alternatives: when approximate, the next nagari that come into question, nearest first.
        neighbour: the regency or city it lies in when it is outside, empty where unknown.
        lake: the lake it lies on, empty on land.
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
        """The nagari's Kemendagri code, empty outside."""
        return self.nagari.code if self.nagari else ""

    @property
    def nagari_name(self) -> str:
        """The nagari's name, empty outside."""
        return self.nagari.name if self.nagari else ""

    @property
    def kecamatan_code(self) -> str:
        """The kecamatan's Kemendagri code, empty outside."""
        return self.nagari.kecamatan_code if self.nagari else ""

    @property
    def kecamatan_name(self) -> str:
        """The kecamatan's name, empty outside."""
        return self.nagari.kecamatan_name if self.nagari else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPlace:
    """One answer to a search; `score` runs from 0 to 1, best first; `within` is the kecamatan of a nagari."""

    kind: PlaceKind
    code: str
    name: str
    within: str
    lon_deg: float
    lat_deg: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """An official area: its Kemendagri code, its name, and its polygons in degrees (EPSG:4326)."""

    code: str
    name: str
    shape: BaseGeometry
