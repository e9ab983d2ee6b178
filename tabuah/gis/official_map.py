"""Imported official boundaries in the base map, in place of the estimated areas."""

from collections.abc import Sequence
from typing import Final

import shapely
from msgspec.structs import replace
from shapely.geometry.base import BaseGeometry

from tabuah.gis.base_map import BaseMap, Feature, LayerKind, MapLayer
from tabuah.gis.errors import LayerImportError
from tabuah.gis.known_areas import KECAMATAN_CODE_LENGTH, NAGARI_CODE_LENGTH
from tabuah.gis.levels_of_detail import in_degrees, simplify_coverage, simplify_separately, unpack_polygons
from tabuah.gis.map_layers import NamedShape, bounds_of, make_layer
from tabuah.gis.places import Boundary
from tabuah.gis.regency_map import ESTIMATED_AREAS_NOTE
from tabuah.resources.localisation import _

NAGARI_AREAS: Final = "nagari_areas"  # exists only after the import of official boundaries
_OFFICIAL: Final = frozenset({"regency", "kecamatan", "kecamatan_labels", NAGARI_AREAS})


def with_official_boundaries(base_map: BaseMap, boundaries: Sequence[Boundary], *, source: str) -> BaseMap:
    """Return the base map with official areas: outline, kecamatan, and nagari where given.

    Args:
        base_map: the shipped map, which gives the required codes.
        boundaries: of all kecamatan, or of all nagari (their unions form the kecamatan), or both.
        source: named in the attribution.

    Raises:
        LayerImportError: a kecamatan is missing.
    """
    layers = {layer.name: layer for layer in base_map.layers}
    kecamatan = _kecamatan_areas(layers, boundaries)
    regency = layers["regency"].features[0]
    outline = NamedShape(
        shape=shapely.union_all([area.shape for area in kecamatan]), code=regency.code, name=regency.name
    )
    new = {
        "regency": _area_layer("regency", [outline]),
        "kecamatan": _area_layer("kecamatan", kecamatan),
        "kecamatan_labels": _labels_inside(layers["kecamatan_labels"], kecamatan),
    }
    nagari = [NamedShape(shape=b.shape, code=b.code, name=b.name) for b in boundaries if _is_nagari(b)]
    changed = [new.get(layer.name, layer) for layer in base_map.layers if layer.name != NAGARI_AREAS]
    if nagari:
        place = next(n for n, layer in enumerate(changed) if layer.name == "kecamatan")
        changed.insert(place, _area_layer(NAGARI_AREAS, nagari))
    return replace(
        base_map,
        layers=tuple(changed),
        bounds_m=bounds_of(outline.shape),
        attribution=(source, *base_map.attribution),
        notes=tuple(note for note in base_map.notes if note != ESTIMATED_AREAS_NOTE),
    )


def upgrade_official_map(official: BaseMap, shipped: BaseMap) -> tuple[BaseMap, tuple[str, ...]]:
    """Put the official areas of a map into the current shipped map, which may be newer.

    Args:
        official: made by `with_official_boundaries` from an earlier shipped map.
        shipped: the current map, which supplies all other layers.

    Returns:
        The map, and the names of kecamatan of the current map that the imported boundaries lack.
    """
    kept = {layer.name: layer for layer in official.layers if layer.name in _OFFICIAL}
    layers = [kept.get(layer.name, layer) for layer in shipped.layers if layer.name != NAGARI_AREAS]
    if NAGARI_AREAS in kept:
        place = next(n for n, layer in enumerate(layers) if layer.name == "kecamatan")
        layers.insert(place, kept[NAGARI_AREAS])
    known = {feature.code for feature in kept["kecamatan"].features}
    now = next(layer for layer in shipped.layers if layer.name == "kecamatan")
    missing = tuple(feature.name for feature in now.features if feature.code not in known)
    source = tuple(each for each in official.attribution[:1] if each not in shipped.attribution)
    whole = replace(
        shipped,
        layers=tuple(layers),
        bounds_m=official.bounds_m,
        attribution=(*source, *shipped.attribution),
        notes=tuple(note for note in shipped.notes if note != ESTIMATED_AREAS_NOTE),
    )
    return whole, missing


def official_boundaries(base_map: BaseMap) -> tuple[Boundary, ...]:
    """Return the official boundaries of a map in degrees, for a gazetteer; none with estimates only."""
    layers = {layer.name: layer for layer in base_map.layers}
    kecamatan = layers.get("kecamatan")
    if kecamatan is None or kecamatan.approximate:
        return ()
    held = [kecamatan, *([layers[NAGARI_AREAS]] if NAGARI_AREAS in layers else [])]
    return tuple(boundary for layer in held for boundary in _boundaries_in(layer))


def _boundaries_in(layer: MapLayer) -> list[Boundary]:
    shapes = unpack_polygons(layer.levels[0], len(layer.features))
    return [
        Boundary(code=feature.code, name=feature.name, shape=in_degrees(shape))
        for feature, shape in zip(layer.features, shapes, strict=True)
    ]


def _kecamatan_areas(layers: dict[str, MapLayer], boundaries: Sequence[Boundary]) -> list[NamedShape]:
    given = {b.code: b.shape for b in boundaries if len(b.code) == KECAMATAN_CODE_LENGTH}
    nagari_codes = {feature.code for feature in layers["nagari"].features}
    by_code = {b.code: b.shape for b in boundaries if _is_nagari(b)}
    areas, missing = [], []
    for kecamatan in layers["kecamatan"].features:
        own = sorted(code for code in nagari_codes if code.startswith(f"{kecamatan.code}."))
        if kecamatan.code not in given and not all(code in by_code for code in own):
            missing.append(kecamatan.name)
            continue
        shape = given.get(kecamatan.code) or shapely.union_all([by_code[code] for code in own])
        areas.append(NamedShape(shape=shape, code=kecamatan.code, name=kecamatan.name))
    if missing:
        message = _("The boundaries are not complete; these kecamatan are missing: {names}.")
        raise LayerImportError(message.format(names=", ".join(missing)))
    return areas


def _area_layer(name: str, areas: list[NamedShape]) -> MapLayer:
    share_edges = shapely.coverage_is_valid([area.shape for area in areas])
    simplify = simplify_coverage if share_edges else simplify_separately
    return make_layer(name, LayerKind.POLYGON, areas, simplify=simplify)


def _labels_inside(labels: MapLayer, areas: list[NamedShape]) -> MapLayer:
    shapes = {area.code: area.shape for area in areas}
    placed = [_label(feature, shapes[feature.code]) for feature in labels.features]
    return make_layer(labels.name, LayerKind.POINT, placed)


def _label(feature: Feature, area: BaseGeometry) -> NamedShape:
    return NamedShape(shape=area.point_on_surface(), code=feature.code, name=feature.name, rank=feature.rank)


def _is_nagari(boundary: Boundary) -> bool:
    return len(boundary.code) == NAGARI_CODE_LENGTH
