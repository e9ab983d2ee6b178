"""Accuracy against the official boundaries, which are not part of the product; skipped where missing."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import shapely

from tabuah.gis.base_map import BaseMap
from tabuah.gis.base_map_file import load_base_map, write_base_map
from tabuah.gis.errors import LayerImportError
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.geodesy import area_m2
from tabuah.gis.layer_import import read_layer
from tabuah.gis.levels_of_detail import in_mercator, unpack_polygons
from tabuah.gis.official_map import NAGARI_AREAS, with_official_boundaries
from tabuah.gis.places import Boundary, Certainty
from tabuah.gis.regency_map import ESTIMATED_AREAS_NOTE

POINTS = 4_000


@dataclass(frozen=True)
class Sample:
    """Random positions in the official regency with their nagari codes."""

    positions: np.ndarray
    codes: list[str]


@pytest.fixture(scope="module")
def nagari(reference_data: Path) -> tuple[Boundary, ...]:
    return read_layer(reference_data / "solok_nagari.geojson").boundaries("13.02")


@pytest.fixture(scope="module")
def kecamatan(reference_data: Path) -> tuple[Boundary, ...]:
    return read_layer(reference_data / "solok_kecamatan.geojson").boundaries("13.02")


@pytest.fixture(scope="module")
def sample(nagari: tuple[Boundary, ...]) -> Sample:
    random = np.random.default_rng(13_02)
    west, south, east, north = shapely.total_bounds([b.shape for b in nagari])
    tried = np.column_stack((random.uniform(west, east, 3 * POINTS), random.uniform(south, north, 3 * POINTS)))
    hit, owner = shapely.STRtree([b.shape for b in nagari]).query(shapely.points(tried), predicate="within")
    return Sample(tried[hit[:POINTS]], [nagari[number].code for number in owner[:POINTS]])


def share(answers: list[bool]) -> float:
    return sum(answers) / len(answers)


def test_boundary_import_finds_every_code(nagari, kecamatan, gazetteer):
    assert [b.code for b in kecamatan] == [k.code for k in gazetteer.all_kecamatan]
    assert [b.code for b in nagari] == [n.code for n in gazetteer.all_nagari]
    assert [b.name for b in nagari][:2] == ["Lolo", "Surian"]


def test_nearest_nagari_is_right_in_77_percent(sample, gazetteer):
    places = [gazetteer.locate(*position) for position in sample.positions]
    right = share([place.nagari_code == code for place, code in zip(places, sample.codes, strict=True)])
    assert 0.75 < right < 0.81
    kecamatan = share([place.kecamatan_code == code[:8] for place, code in zip(places, sample.codes, strict=True)])
    assert 0.86 < kecamatan < 0.91


def test_area_outside_outline_is_mostly_doubtful(sample, gazetteer):
    places = [gazetteer.locate(*position) for position in sample.positions]
    outside = [place for place in places if not place.inside_regency]
    assert 0.09 < len(outside) / len(places) < 0.14
    assert share([place.regency_doubtful for place in outside]) > 0.9


def test_wide_margin_makes_kecamatan_likelier(sample, gazetteer):
    near, far = [], []
    for position, code in zip(sample.positions, sample.codes, strict=True):
        place = gazetteer.locate(*position)
        if place.inside_regency:
            (near if place.border_margin_m < 300 else far).append(place.kecamatan_code == code[:8])
    assert share(near) < 0.75
    assert share(far) > 0.9


def test_official_nagari_give_official_correct_answers(sample, base_map, nagari):
    official = Gazetteer(base_map, nagari)
    for position, code in zip(sample.positions[:500], sample.codes, strict=False):
        place = official.locate(*position)
        assert (place.nagari_code, place.certainty) == (code, Certainty.OFFICIAL)
        assert place.inside_regency
        assert not place.regency_doubtful
    outside = official.locate(100.645, -0.80)
    assert (outside.nagari, outside.certainty, outside.regency_doubtful) == (None, Certainty.OFFICIAL, False)


def test_official_kecamatan_leave_nagari_estimated(sample, base_map, kecamatan):
    official = Gazetteer(base_map, kecamatan)
    for position, code in zip(sample.positions[:500], sample.codes, strict=False):
        place = official.locate(*position)
        assert (place.kecamatan_code, place.kecamatan_certainty) == (code[:8], Certainty.OFFICIAL)
        assert place.certainty is Certainty.APPROXIMATE


def test_partial_boundaries_are_official_where_they_reach(base_map, nagari):
    official = Gazetteer(base_map, nagari[:10])
    inside, beyond = nagari[0].shape.representative_point(), nagari[-1].shape.representative_point()
    assert official.locate(inside.x, inside.y).certainty is Certainty.OFFICIAL
    assert official.locate(beyond.x, beyond.y).certainty is Certainty.APPROXIMATE


def test_official_boundaries_replace_estimates(base_map: BaseMap, nagari, tmp_path: Path):
    official = with_official_boundaries(base_map, nagari, source="Batas: Kemendagri")
    layers = {layer.name: layer for layer in official.layers}
    assert not layers["kecamatan"].approximate
    assert len(layers[NAGARI_AREAS].features) == 74
    assert ESTIMATED_AREAS_NOTE not in official.notes
    assert official.attribution[0] == "Batas: Kemendagri"
    for level in layers["kecamatan"].levels:
        assert shapely.coverage_is_valid(unpack_polygons(level, 14))
    write_base_map(official, tmp_path / "m.npz")
    assert load_base_map(tmp_path / "m.npz").bounds_m == official.bounds_m


def test_union_of_nagari_has_official_area(nagari):
    assert area_m2(shapely.union_all([b.shape for b in nagari])) / 1e6 == pytest.approx(3_591, abs=5)


def test_incomplete_boundaries_keep_estimates(base_map: BaseMap, kecamatan):
    with pytest.raises(LayerImportError, match="Danau Kembar"):
        with_official_boundaries(base_map, kecamatan[:-1], source="x")


def test_singkarak_fits_better_than_gshhg(base_map, reference_data):
    lakes = {f.name: f.shape for f in read_layer(reference_data / "lakes.geojson").features}
    true_lake = in_mercator([lakes["Danau Singkarak"]])[0]
    layer = next(layer for layer in base_map.layers if layer.name == "lakes")
    ours = unpack_polygons(layer.levels[0], len(layer.features))[0]
    assert ours.intersection(true_lake).area / ours.union(true_lake).area > 0.9
