"""Areas for the gazetteer: official boundaries where they were imported, else approximate ones."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tabuah.gis.base_map import MapLayer
from tabuah.gis.levels_of_detail import unpack_polygons
from tabuah.gis.places import Boundary
from tabuah.gis.reference_systems import from_mercator, to_utm

NAGARI_CODE_LENGTH = 13
KECAMATAN_CODE_LENGTH = 8


class CodedAreas(msgspec.Struct, frozen=True):
    """Areas in metres of the regency's UTM zone with lookup by position."""

    codes: tuple[str, ...]
    shapes: NDArray[np.object_]
    tree: shapely.STRtree
    borders: BaseGeometry

    @classmethod
    def of(cls, shapes: dict[str, BaseGeometry]) -> "CodedAreas":
        """Create areas from shapes by code, in code order."""
        codes = tuple(sorted(shapes))
        array = np.array([shapes[code] for code in codes], dtype=object)
        borders = shapely.union_all(shapely.boundary(array))
        shapely.prepare(borders)
        return cls(codes, array, shapely.STRtree(array), borders)

    def code_at(self, point: BaseGeometry) -> str:
        """Return the code of the area that contains a point: the first one on a shared border, empty outside."""
        hits = self.tree.query(point, predicate="intersects")
        return self.codes[int(min(hits))] if len(hits) else ""


class KnownAreas(msgspec.Struct, frozen=True, kw_only=True):
    """Nagari and kecamatan of one origin; `whole` means that the outline covers the full regency."""

    official: bool
    nagari: CodedAreas
    kecamatan: CodedAreas
    outline: BaseGeometry
    whole: bool

    def can_place(self, east_m: float, north_m: float) -> bool:
        """Return whether these areas can answer for a position: always when whole, else where they reach."""
        return self.whole or bool(self.outline.intersects(shapely.Point(east_m, north_m)))

    def nagari_at(self, east_m: float, north_m: float) -> str:
        """Return the code of the nagari at a position, empty where unknown."""
        return self.nagari.code_at(shapely.Point(east_m, north_m))

    def kecamatan_at(self, east_m: float, north_m: float) -> str:
        """Return the code of the kecamatan at a position, empty outside."""
        return self.kecamatan.code_at(shapely.Point(east_m, north_m))

    def border_distance_m(self, east_m: float, north_m: float) -> float:
        """Return metres to the nearest border of the finest areas known at the position."""
        point = shapely.Point(east_m, north_m)
        finest = self.nagari if self.nagari.code_at(point) else self.kecamatan
        return float(shapely.distance(finest.borders, point))

    def outline_distance_m(self, east_m: float, north_m: float) -> float:
        """Return metres to the outline of the regency, from either side."""
        return float(shapely.distance(self.outline.boundary, shapely.Point(east_m, north_m)))


def approximate_areas(kecamatan: MapLayer) -> KnownAreas:
    """Return the estimated kecamatan areas of the shipped map."""
    shapes = unpack_polygons(kecamatan.levels[0], len(kecamatan.features))
    codes = [feature.code for feature in kecamatan.features]
    in_utm = dict(zip(codes, _in_utm([_in_degrees(shape) for shape in shapes]), strict=True))
    return _known({}, in_utm, official=False, whole=True)


def official_areas(boundaries: Iterable[Boundary], nagari_codes: set[str]) -> KnownAreas:
    """Return areas from imported boundaries.

    A kecamatan without its own boundary is the union of its nagari when all of them are present.

    Args:
        boundaries: of nagari, kecamatan or both, distinguished by code length.
        nagari_codes: every nagari code of the regency, to know when a kecamatan is complete.
    """
    given = list(boundaries)
    shapes = dict(zip((b.code for b in given), _in_utm([b.shape for b in given]), strict=True))
    nagari = {code: shape for code, shape in shapes.items() if len(code) == NAGARI_CODE_LENGTH}
    kecamatan = {code: shape for code, shape in shapes.items() if len(code) == KECAMATAN_CODE_LENGTH}
    for code in sorted({nagari_code[:KECAMATAN_CODE_LENGTH] for nagari_code in nagari} - set(kecamatan)):
        own = {c for c in nagari_codes if c.startswith(code)}
        if own <= set(nagari):
            kecamatan[code] = shapely.union_all([nagari[c] for c in sorted(own)])
    wanted = {code[:KECAMATAN_CODE_LENGTH] for code in nagari_codes}
    return _known(nagari, kecamatan, official=True, whole=wanted <= set(kecamatan))


def _known(
    nagari: dict[str, BaseGeometry], kecamatan: dict[str, BaseGeometry], *, official: bool, whole: bool
) -> KnownAreas:
    outline = shapely.union_all([*kecamatan.values(), *nagari.values()])
    shapely.prepare(outline)
    return KnownAreas(
        official=official,
        nagari=CodedAreas.of(nagari),
        kecamatan=CodedAreas.of(kecamatan),
        outline=outline,
        whole=whole,
    )


def _in_utm(shapes_deg: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    def project(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_utm(degrees[:, 0], degrees[:, 1]))

    return [shapely.transform(shape, project) for shape in shapes_deg]


def _in_degrees(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape of the shipped map, which is in mercator metres, in degrees."""
    return shapely.transform(shape, lambda metres: np.column_stack(from_mercator(metres[:, 0], metres[:, 1])))
