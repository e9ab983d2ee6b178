"""Tests of the shipped map: reproducible build, attribution and completeness."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from tabuah.gis.base_map import BaseMap, LayerKind, MapLayer
from tabuah.gis.base_map_file import shipped_map
from tabuah.gis.errors import MapSourceError
from tabuah.gis.levels_of_detail import unpack_polygons
from tabuah.gis.regency_map import ATTRIBUTION, ROADS_NOTE, build_regency_map, main
from tabuah.resources.localisation import _

BOTTOM_TO_TOP = [
    "land",
    "neighbours",
    "regency",
    "kecamatan",
    "rivers",
    "lakes",
    "kecamatan_labels",
    "nagari",
    "volcanoes",
    "places",
]


def layer(base_map: BaseMap, name: str) -> MapLayer:
    return next(layer for layer in base_map.layers if layer.name == name)


def finest(base_map: BaseMap, name: str) -> list[shapely.Geometry]:
    found = layer(base_map, name)
    return unpack_polygons(found.levels[0], len(found.features))


def test_regency_map_layers_are_in_order(base_map: BaseMap):
    assert [layer.name for layer in base_map.layers] == BOTTOM_TO_TOP


def test_regency_map_build_is_reproducible(tmp_path: Path):
    assert main(["-o", str(tmp_path / "a.npz")]) == 0
    assert main(["-o", str(tmp_path / "b.npz")]) == 0
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_shipped_map_matches_its_sources(base_map: BaseMap):
    built = build_regency_map()
    assert built.bounds_m == pytest.approx(base_map.bounds_m, abs=0.05)
    for new, shipped in zip(built.layers, base_map.layers, strict=True):
        assert [f.name for f in new.features] == [f.name for f in shipped.features]
        assert np.allclose(new.levels[0].coordinates_m, shipped.levels[0].coordinates_m, atol=0.05), new.name


def test_regency_map_has_all_kecamatan_and_nagari(base_map: BaseMap):
    kecamatan = {feature.code for feature in layer(base_map, "kecamatan").features}
    nagari = {feature.code for feature in layer(base_map, "nagari").features}
    assert (len(kecamatan), len(nagari)) == (14, 74)
    assert {code[:8] for code in nagari} == kecamatan
    assert {feature.code for feature in layer(base_map, "kecamatan_labels").features} == kecamatan


def test_only_kecamatan_areas_are_approximate(base_map: BaseMap):
    assert [layer.name for layer in base_map.layers if layer.approximate] == ["kecamatan"]


@pytest.mark.parametrize("number", range(5))
def test_kecamatan_share_edges_at_every_level(base_map: BaseMap, number: int):
    kecamatan = layer(base_map, "kecamatan")
    level = kecamatan.levels[min(number, len(kecamatan.levels) - 1)]
    assert shapely.coverage_is_valid(unpack_polygons(level, 14))


def test_areas_have_no_overlaps_or_gaps(base_map: BaseMap):
    singkarak = finest(base_map, "lakes")[0]
    areas = [*finest(base_map, "kecamatan"), singkarak, *finest(base_map, "neighbours")]
    assert shapely.coverage_is_valid(areas)
    touching = [n for f, n in zip(layer(base_map, "neighbours").features, areas[15:], strict=True) if f.rank == 0]
    around = shapely.union_all([*areas[:15], *touching])
    holes = [ring for part in shapely.get_parts(around) for ring in part.interiors]
    gaps = [shapely.Polygon(ring) for ring in holes]
    enclosed_city_m2 = 1.5e7  # Kota Padang Panjang is an enclave in a neighbour
    assert [gap.area for gap in gaps if gap.area < enclosed_city_m2] == []


def test_regency_is_union_of_kecamatan(base_map: BaseMap):
    (regency,) = finest(base_map, "regency")
    assert regency.symmetric_difference(shapely.union_all(finest(base_map, "kecamatan"))).area < 100
    assert regency.bounds == pytest.approx(base_map.bounds_m)


def test_labels_lie_inside_their_areas(base_map: BaseMap):
    for name in ("neighbours", "regency", "kecamatan", "lakes"):
        for feature, shape in zip(layer(base_map, name).features, finest(base_map, name), strict=True):
            assert shape.contains(shapely.Point(feature.label_m)), feature.name
    areas = dict(
        zip([f.code for f in layer(base_map, "kecamatan").features], finest(base_map, "kecamatan"), strict=True)
    )
    for feature in layer(base_map, "kecamatan_labels").features:
        assert areas[feature.code].contains(shapely.Point(feature.label_m)), feature.name


def test_singkarak_lies_at_regency_shore(base_map: BaseMap):
    assert not [f.name for f in layer(base_map, "neighbours").features if "air" in f.name]
    (regency,), singkarak = finest(base_map, "regency"), finest(base_map, "lakes")[0]
    assert regency.intersection(singkarak).area < 1
    assert regency.intersection(singkarak).length > 20_000


def test_two_lakes_have_correct_names(base_map: BaseMap):
    south_of = {f.name: f.label_m[1] for f in layer(base_map, "lakes").features}
    assert south_of["Danau Diatas"] < south_of["Danau Dibawah"] < south_of["Danau Singkarak"]


def test_towns_do_not_duplicate_nagari(base_map: BaseMap):
    towns = {f.name.replace(" ", "").casefold() for f in layer(base_map, "places").features}
    assert not towns & {"alahanpanjang", "surian", "sirukam", "singkarak"}
    assert {"arosuka", "solok", "padang"} <= towns


def test_talang_has_catalogue_number_and_height(base_map: BaseMap):
    talang = next(f for f in layer(base_map, "volcanoes").features if f.name == "Gunung Talang")
    assert (talang.code, talang.note) == ("261160", "2575 m")


def test_layer_kinds_fit_their_parts(base_map: BaseMap):
    for drawn in base_map.layers:
        for level in drawn.levels:
            sizes = np.diff(level.offsets)
            least = {LayerKind.POLYGON: 4, LayerKind.LINE: 2, LayerKind.POINT: 1}[drawn.kind]
            assert sizes.min() >= least
            assert set(level.feature_of_part) == set(range(len(drawn.features)))


def test_attribution_and_missing_roads_are_stated(base_map: BaseMap):
    assert base_map.attribution == ATTRIBUTION
    assert ROADS_NOTE in base_map.notes
    assert _(ROADS_NOTE) == "jalan belum diimpor"
    assert all(_(note) != note for note in base_map.notes)


def test_missing_source_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(MapSourceError, match=r"kecamatan_voronoi_approx\.geojson"):
        build_regency_map(tmp_path)
    assert main(["--sources", str(tmp_path), "-o", str(tmp_path / "m.npz")]) == 2
    assert "kecamatan_voronoi_approx" in capsys.readouterr().err
    assert not (tmp_path / "m.npz").exists()


def test_regency_map_is_small():
    assert shipped_map().stat().st_size < 1_000_000
