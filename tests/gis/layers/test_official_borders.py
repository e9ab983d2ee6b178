"""Tests of official boundaries on a small map, and on the real ones where available."""

from pathlib import Path

import pytest
import shapely
from msgspec.structs import replace

from tabuah.gis.base_map import BaseMap, LayerKind
from tabuah.gis.errors import LayerImportError
from tabuah.gis.levels_of_detail import in_degrees, unpack_polygons
from tabuah.gis.map_layers import NamedShape, make_layer
from tabuah.gis.official_map import NAGARI_AREAS, official_boundaries, upgrade_official_map, with_official_boundaries
from tabuah.gis.places import Boundary
from tabuah.gis.regency_map import ESTIMATED_AREAS_NOTE

WEST, EAST = shapely.box(100.60, -0.90, 100.65, -0.80), shapely.box(100.65, -0.90, 100.70, -0.80)
TRUE_WEST, TRUE_EAST = shapely.box(100.60, -0.90, 100.63, -0.80), shapely.box(100.63, -0.90, 100.72, -0.80)


def small_map() -> BaseMap:
    """Return two estimated kecamatan of one nagari each."""
    areas = [
        NamedShape(shape=WEST, code="13.02.01", name="Barat"),
        NamedShape(shape=EAST, code="13.02.02", name="Timur"),
    ]
    whole = NamedShape(shape=shapely.union_all([WEST, EAST]), code="13.02", name="Kabupaten")
    labels = [NamedShape(shape=area.shape.centroid, code=area.code, name=area.name) for area in areas]
    nagari = [
        NamedShape(shape=area.shape.centroid, code=f"{area.code}.2001", name=f"Nagari {area.name}") for area in areas
    ]
    return BaseMap(
        layers=(
            make_layer("regency", LayerKind.POLYGON, [whole]),
            make_layer("kecamatan", LayerKind.POLYGON, areas, approximate=True),
            make_layer("kecamatan_labels", LayerKind.POINT, labels),
            make_layer("nagari", LayerKind.POINT, nagari),
        ),
        bounds_m=(0, 0, 1, 1),
        attribution=("Peta",),
        notes=(ESTIMATED_AREAS_NOTE,),
    )


def boundary(code: str, name: str, shape: shapely.Geometry) -> Boundary:
    return Boundary(code=code, name=name, shape=shape)


OFFICIAL = (boundary("13.02.02", "TIMUR", TRUE_EAST), boundary("13.02.01", "Kec. Barat (lama)", TRUE_WEST))


def shapes(base_map: BaseMap, name: str) -> dict[str, shapely.Geometry]:
    layer = next(each for each in base_map.layers if each.name == name)
    made = unpack_polygons(layer.levels[0], len(layer.features))
    return {f.code: in_degrees(shape) for f, shape in zip(layer.features, made, strict=True)}


def test_official_areas_are_matched_by_code():
    made = with_official_boundaries(small_map(), OFFICIAL, source="Batas: X")
    areas = shapes(made, "kecamatan")
    assert areas["13.02.01"].equals_exact(TRUE_WEST, 1e-7, normalize=True)
    assert areas["13.02.02"].equals_exact(TRUE_EAST, 1e-7, normalize=True)
    layer = next(each for each in made.layers if each.name == "kecamatan")
    assert [(f.code, f.name) for f in layer.features] == [("13.02.01", "Barat"), ("13.02.02", "Timur")]
    assert not layer.approximate
    assert made.notes == ()
    assert shapes(made, "regency")["13.02"].area == pytest.approx(0.12 * 0.1)


def test_official_label_lies_inside_its_area():
    made = with_official_boundaries(small_map(), OFFICIAL, source="Batas: X")
    labels = next(each for each in made.layers if each.name == "kecamatan_labels")
    west = next(f for f in labels.features if f.code == "13.02.01")
    assert in_degrees(shapely.Point(west.label_m)).within(TRUE_WEST)


def test_missing_kecamatan_changes_nothing_and_is_named():
    with pytest.raises(LayerImportError, match="Timur"):
        with_official_boundaries(small_map(), OFFICIAL[1:], source="Batas: X")


def test_kecamatan_are_built_from_nagari_alone():
    nagari = (boundary("13.02.01.2001", "A", TRUE_WEST), boundary("13.02.02.2001", "B", TRUE_EAST))
    made = with_official_boundaries(small_map(), nagari, source="Batas: X")
    assert [each.name for each in made.layers if each.name == NAGARI_AREAS] == [NAGARI_AREAS]
    assert shapes(made, "kecamatan")["13.02.02"].symmetric_difference(TRUE_EAST).area < 1e-7


def test_upgrade_keeps_official_areas_and_updates_rest():
    official = with_official_boundaries(small_map(), OFFICIAL, source="Batas: X")
    newer = replace(small_map(), attribution=("Peta baru",), notes=(ESTIMATED_AREAS_NOTE, "jalan"))
    made, missing = upgrade_official_map(official, newer)
    assert missing == ()
    assert made.attribution == ("Batas: X", "Peta baru")
    assert made.notes == ("jalan",)
    assert made.bounds_m == official.bounds_m
    assert {b.code for b in official_boundaries(made)} == {"13.02.01", "13.02.02"}
    assert upgrade_official_map(made, newer)[0].attribution == made.attribution, "twice is as once"


def test_upgrade_keeps_real_official_boundaries(base_map: BaseMap, reference_data: Path):
    from tabuah.gis.layer_import import read_layer

    kecamatan = read_layer(reference_data / "solok_kecamatan.geojson").boundaries("13.02")
    nagari = read_layer(reference_data / "solok_nagari.geojson").boundaries("13.02")
    official = with_official_boundaries(base_map, (*kecamatan, *nagari), source="Batas: contoh")
    made, missing = upgrade_official_map(official, replace(base_map, attribution=("Peta baru",)))
    assert missing == ()
    assert len(official_boundaries(made)) == 14 + 74
    assert [layer.name for layer in made.layers] == [layer.name for layer in official.layers]
    areas = shapes(made, "kecamatan")
    for each in kecamatan:
        assert areas[each.code].symmetric_difference(each.shape).area < 1e-4 * each.shape.area
