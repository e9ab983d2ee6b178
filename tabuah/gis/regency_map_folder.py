"""Builder of the map of another regency, from a folder with its areas and points.

`kecamatan.geojson` and `nagari.csv` are required; land, neighbours, rivers, lakes, volcanoes and places may follow.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import shapely

from tabuah.gis.base_map import BaseMap, LayerKind, MapLayer
from tabuah.gis.errors import MapSourceError
from tabuah.gis.levels_of_detail import simplify_coverage
from tabuah.gis.map_layers import NamedShape, bounds_of, make_layer, only_polygons
from tabuah.gis.regency_map import (
    NAGARI_FROM_M,
    PLACES_FROM_M,
    ROADS_NOTE,
    SourceFeature,
    read_points,
    read_shapes,
)
from tabuah.resources.localisation import _
from tabuah.resources.regency_profile import RegencyProfile

KECAMATAN_FILE: Final = "kecamatan.geojson"
NAGARI_FILE: Final = "nagari.csv"
ATTRIBUTION_FILE: Final = "attribution.txt"
MAX_AREAS: Final = 10_000


def build_map_from_folder(folder: Path, profile: RegencyProfile) -> BaseMap:
    """Build the base map of a regency.

    Args:
        folder: the folder of the sources.
        profile: the profile, whose Kemendagri code begins the codes of all areas.

    Raises:
        MapSourceError: a source is missing or not as expected; the message names file and code.
    """
    kecamatan = [
        _area(feature) for feature in _required(folder / KECAMATAN_FILE, read_shapes(folder / KECAMATAN_FILE))
    ]
    nagari = [
        _point(feature, rank=3) for feature in _required(folder / NAGARI_FILE, read_points(folder / NAGARI_FILE))
    ]
    _check_codes(folder / KECAMATAN_FILE, kecamatan, profile)
    _check_codes(folder / NAGARI_FILE, nagari, profile)
    outline = only_polygons(shapely.union_all([area.shape for area in kecamatan]))
    regency = NamedShape(shape=outline, code=profile.kemendagri_code, name=profile.name)
    return BaseMap(
        layers=(
            _areas("land", _optional_areas(folder / "land.geojson") or [regency]),
            _areas("neighbours", _optional_areas(folder / "neighbours.geojson")),
            _areas("regency", [regency]),
            _areas("kecamatan", kecamatan),
            make_layer("rivers", LayerKind.LINE, _optional_areas(folder / "rivers.geojson")),
            _areas("lakes", _optional_areas(folder / "lakes.geojson")),
            make_layer("kecamatan_labels", LayerKind.POINT, [_label(area) for area in kecamatan]),
            make_layer("nagari", LayerKind.POINT, nagari, max_scale_m=NAGARI_FROM_M),
            make_layer("volcanoes", LayerKind.POINT, _optional_points(folder / "volcanoes.csv")),
            make_layer("places", LayerKind.POINT, _optional_points(folder / "places.csv"), max_scale_m=PLACES_FROM_M),
        ),
        bounds_m=bounds_of(outline),
        attribution=_attribution(folder),
        notes=(ROADS_NOTE,),
    )


def _required(path: Path, features: list[SourceFeature]) -> list[SourceFeature]:
    if not 0 < len(features) <= MAX_AREAS:
        message = _("{path} has {n} areas; from 1 to {most} are possible.")
        raise MapSourceError(message.format(path=path, n=len(features), most=MAX_AREAS))
    return features


def _check_codes(path: Path, shapes: Sequence[NamedShape], profile: RegencyProfile) -> None:
    seen: set[str] = set()
    for shape in shapes:
        if not shape.code.startswith(f"{profile.kemendagri_code}.") or shape.code in seen or not shape.name:
            message = _("{path}: the code {code} is missing, listed twice, without a name, or not of {regency}.")
            raise MapSourceError(message.format(path=path, code=shape.code or "—", regency=profile.kemendagri_code))
        seen.add(shape.code)


def _area(feature: SourceFeature) -> NamedShape:
    shape = only_polygons(shapely.make_valid(feature.shape))
    return NamedShape(shape=shape, code=str(feature.properties.get("code", "")), name=feature.name)


def _point(feature: SourceFeature, *, rank: int) -> NamedShape:
    return NamedShape(
        shape=feature.shape,
        code=str(feature.properties.get("code", "")),
        name=feature.name,
        rank=rank,
        note=str(feature.properties.get("note") or ""),
    )


def _label(area: NamedShape) -> NamedShape:
    return NamedShape(shape=area.shape.representative_point(), code=area.code, name=area.name)


def _areas(name: str, areas: Sequence[NamedShape]) -> MapLayer:
    return make_layer(name, LayerKind.POLYGON, areas, simplify=simplify_coverage)


def _optional_areas(path: Path) -> list[NamedShape]:
    if not path.exists():
        return []
    return [NamedShape(shape=feature.shape, name=feature.name) for feature in read_shapes(path)]


def _optional_points(path: Path) -> list[NamedShape]:
    return [_point(feature, rank=1) for feature in read_points(path)] if path.exists() else []


def _attribution(folder: Path) -> tuple[str, ...]:
    path = folder / ATTRIBUTION_FILE
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line.strip()[:200] for line in lines if line.strip())[:20]
