"""The kecamatan and nagari that an area covers, with the share of each, and how certain their borders are."""

from collections.abc import Sequence
from typing import Final

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.base_map import BaseMap, MapLayer
from tabuah.gis.geodesy import area_m2
from tabuah.gis.levels_of_detail import in_degrees, unpack_polygons
from tabuah.gis.official_map import NAGARI_AREAS
from tabuah.gis.places import Certainty, PlaceKind
from tabuah.gis.reference_systems import from_mercator

TOUCH_M2: Final = 1_000.0  # smaller overlaps only touch


class CoveredArea(msgspec.Struct, frozen=True, kw_only=True):
    """A kecamatan or nagari that an area covers in part or completely.

    Attributes:
        kind: kecamatan or nagari.
        code: its Kemendagri code.
        name: its name.
        kecamatan: the name of the kecamatan of a nagari, its own name for a kecamatan.
        covered_m2: the area covered; None where only the nagari's point is known.
        share: of its total area, 0 to 1; None like `covered_m2`.
        certainty: official, or approximate when the borders are estimates or only the point is known.
    """

    kind: PlaceKind
    code: str
    name: str
    kecamatan: str
    covered_m2: float | None
    share: float | None
    certainty: Certainty


class AdministrativeAreas:
    """The kecamatan and nagari of a map in degrees; immutable, safe to use from any thread."""

    def __init__(self, base_map: BaseMap) -> None:
        layers = {layer.name: layer for layer in base_map.layers}
        self._kecamatan = _shapes(layers["kecamatan"])
        self._official = not layers["kecamatan"].approximate
        self._nagari = _shapes(layers[NAGARI_AREAS]) if NAGARI_AREAS in layers else {}
        self._points = {
            feature.code: (feature.name, shapely.Point(*from_mercator(*feature.label_m)))
            for feature in layers["nagari"].features
        }
        self._names = {code: name for code, (name, _shape) in self._kecamatan.items()}

    def shape_of(self, code: str) -> BaseGeometry | None:
        """Return the area of a code, None where only a point is known."""
        found = self._nagari.get(code) or self._kecamatan.get(code)
        return found[1] if found else None

    def covered_by(self, area: BaseGeometry) -> tuple[CoveredArea, ...]:
        """Return the covered areas, kecamatan first, each by share; nagari by their point where only that is known.

        Args:
            area: valid polygons in EPSG:4326.
        """
        kecamatan = self._cut(area, self._kecamatan, PlaceKind.KECAMATAN, official=self._official)
        nagari = self._cut(area, self._nagari, PlaceKind.NAGARI, official=True)
        points = [
            self._covered(PlaceKind.NAGARI, code, name, Certainty.APPROXIMATE)
            for code, (name, point) in sorted(self._points.items())
            if code not in self._nagari and area.intersects(point)
        ]
        return (*kecamatan, *nagari, *points)

    def _cut(
        self, area: BaseGeometry, units: dict[str, tuple[str, BaseGeometry]], kind: PlaceKind, *, official: bool
    ) -> list[CoveredArea]:
        certainty = Certainty.OFFICIAL if official else Certainty.APPROXIMATE
        found = []
        for code, (name, shape) in units.items():
            if not shape.intersects(area):
                continue
            covered, whole = area_m2(shapely.intersection(shape, area)), area_m2(shape)
            if covered >= min(TOUCH_M2, whole / 2):
                found.append(self._covered(kind, code, name, certainty, covered, whole))
        return sorted(found, key=lambda unit: (-(unit.share or 0.0), unit.name))

    def _covered(
        self,
        kind: PlaceKind,
        code: str,
        name: str,
        certainty: Certainty,
        covered_m2: float | None = None,
        whole_m2: float | None = None,
    ) -> CoveredArea:
        share = min(1.0, covered_m2 / whole_m2) if covered_m2 is not None and whole_m2 else None
        kecamatan = self._names.get(code[:8], "")
        return CoveredArea(
            kind=kind,
            code=code,
            name=name,
            kecamatan=kecamatan,
            covered_m2=covered_m2,
            share=share,
            certainty=certainty,
        )


def area_of_rings(rings: Sequence[Sequence[tuple[float, float]]]) -> BaseGeometry:
    """Return one valid area of several rings of longitude and latitude, such as the polygons of a warning."""
    polygons = [shapely.make_valid(shapely.Polygon(ring)) for ring in rings]
    whole: BaseGeometry = shapely.union_all(polygons)
    return whole


def _shapes(layer: MapLayer) -> dict[str, tuple[str, BaseGeometry]]:
    shapes = unpack_polygons(layer.levels[0], len(layer.features))
    return {
        feature.code: (feature.name, in_degrees(shape)) for feature, shape in zip(layer.features, shapes, strict=True)
    }
