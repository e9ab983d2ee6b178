"""Tests of the gazetteer: search by name, and certainty of positions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.errors import AmbiguousPlaceError, CoordinateError, UnknownPlaceError
from tabuah.gis.gazetteer import ALTERNATIVES, Gazetteer
from tabuah.gis.geodesy import distance_m
from tabuah.gis.places import Certainty, PlaceKind

GAZETTEER = Gazetteer(load_base_map())


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("koto bar", PlaceKind.NAGARI, "Koto Baru"),
        ("KOTO BARU", PlaceKind.NAGARI, "Koto Baru"),
        ("Nagari Muara Panas", PlaceKind.NAGARI, "Muaro Paneh"),
        ("air dingin", PlaceKind.NAGARI, "Aie Dingin"),
        ("sulik aia", PlaceKind.NAGARI, "Sulit Air"),
        ("alahanpanjang", PlaceKind.NAGARI, "Alahan Panjang"),
        ("simpang tanjung nan 4", PlaceKind.NAGARI, "Simpang Tj. Nan IV"),
        ("selayo tanang bukit sileh", PlaceKind.NAGARI, "Selayo Tanang B. Sileh"),
        ("kec. kubung", PlaceKind.KECAMATAN, "Kubung"),
        ("sepuluh koto singkarak", PlaceKind.KECAMATAN, "X Koto Singkarak"),
        ("danau diateh", PlaceKind.LAKE, "Danau Diatas"),
        ("arosuka", PlaceKind.TOWN, "Arosuka"),
        ("marapi", PlaceKind.VOLCANO, "Gunung Marapi"),
        ("13.02.10.2001", PlaceKind.NAGARI, "Koto Baru"),
        ("1302102001", PlaceKind.NAGARI, "Koto Baru"),
    ],
)
def test_search_ranks_typed_name_first(gazetteer, typed, kind, name):
    first = gazetteer.find(typed)[0]
    assert (first.kind, first.name) == (kind, name)


def test_search_returns_mountain_and_kecamatan(gazetteer):
    found = [(place.kind, place.score) for place in gazetteer.find("gunung talang")]
    assert found == [(PlaceKind.KECAMATAN, 1.0), (PlaceKind.VOLCANO, 1.0)]


def test_search_by_kecamatan_separates_equal_names(gazetteer):
    assert {p.within for p in gazetteer.find("koto laweh")[:2]} == {"IX Koto Sungai Lasi", "Lembang Jaya"}
    (only,) = gazetteer.find("koto laweh, sungai lasi")
    assert only.code == "13.02.09.2008"


@pytest.mark.parametrize("typed", ["", "   ", "zzzz", "…", ","])
def test_search_without_match_is_empty(gazetteer, typed):
    assert gazetteer.find(typed) == ()


def test_search_respects_limit(gazetteer):
    assert len(gazetteer.find("k", limit=3)) == 3


@given(st.text(max_size=30))
def test_search_accepts_any_text(text):
    scores = [round(place.score, 2) for place in GAZETTEER.find(text)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_nagari_is_found_by_code_and_name(gazetteer):
    for nagari in gazetteer.all_nagari:
        assert gazetteer.nagari(nagari.code) == nagari
        assert gazetteer.nagari(f"{nagari.name}, {nagari.kecamatan_name}") == nagari
        assert nagari.code in [place.code for place in gazetteer.find(nagari.name)]


def test_gazetteer_has_74_nagari_in_14_kecamatan(gazetteer):
    assert len(gazetteer.all_nagari) == 74
    assert {n.kecamatan_code for n in gazetteer.all_nagari} == {k.code for k in gazetteer.all_kecamatan}
    assert len(gazetteer.all_kecamatan) == 14


@pytest.mark.parametrize("name", ["Koto Laweh", "batu bajanjang"])
def test_duplicate_name_is_ambiguous(gazetteer, name):
    with pytest.raises(AmbiguousPlaceError) as caught:
        gazetteer.nagari(name)
    assert len(caught.value.suggestions) == 2
    assert all(gazetteer.nagari(suggestion) for suggestion in caught.value.suggestions)


def test_misspelt_name_error_suggests_correct_one(gazetteer):
    with pytest.raises(UnknownPlaceError, match="Selayo") as caught:
        gazetteer.nagari("Selayu")
    assert caught.value.suggestions[0] == "Selayo"


def test_nagari_point_lies_in_its_nagari(gazetteer):
    for nagari in gazetteer.all_nagari:
        place = gazetteer.locate(nagari.lon_deg, nagari.lat_deg)
        if place.inside_regency:
            assert place.kecamatan_code == nagari.kecamatan_code or place.border_margin_m < 100, nagari.name


def test_places_without_official_boundaries_are_estimates(gazetteer):
    place = gazetteer.locate(100.65686, -0.83589)
    assert (place.nagari_name, place.kecamatan_name) == ("Koto Baru", "Kubung")
    assert place.inside_regency
    assert not place.regency_doubtful
    assert place.certainty is place.kecamatan_certainty is Certainty.APPROXIMATE
    assert len(place.alternatives) == ALTERNATIVES
    assert place.nagari not in place.alternatives


def test_margin_is_distance_to_nearest_estimated_border(gazetteer):
    near, far = gazetteer.locate(100.645, -0.85), gazetteer.locate(100.60, -0.96)
    assert 500 < near.border_margin_m < 600 < far.border_margin_m


def test_kota_solok_is_outside_but_doubtful(gazetteer):
    place = gazetteer.locate(100.645, -0.80)
    assert (place.inside_regency, place.regency_doubtful, place.neighbour) == (False, True, "Kota Solok")
    assert place.nagari_name


def test_padang_is_outside_without_doubt(gazetteer):
    place = gazetteer.locate(100.36, -0.95)
    assert (place.inside_regency, place.regency_doubtful, place.neighbour) == (False, False, "Kota Padang")
    assert place.nagari is None
    assert (place.nagari_code, place.nagari_name, place.kecamatan_code, place.kecamatan_name) == ("", "", "", "")
    assert place.alternatives == ()


def test_singkarak_is_doubtful(gazetteer):
    place = gazetteer.locate(100.53, -0.60)
    assert (place.lake, place.inside_regency, place.regency_doubtful) == ("Danau Singkarak", False, True)


def test_far_south_east_is_doubtful(gazetteer):
    place = gazetteer.locate(101.2, -1.25)
    assert not place.inside_regency
    assert place.regency_doubtful
    assert place.nagari_name == "Garabak Data"


@pytest.mark.parametrize(("lon_deg", "lat_deg"), [(106.8, -6.2), (0, 0), (-170, 80), (140.7, -2.5)])
def test_distant_position_is_outside(gazetteer, lon_deg, lat_deg):
    place = gazetteer.locate(lon_deg, lat_deg)
    assert (place.inside_regency, place.regency_doubtful, place.nagari) == (False, False, None)


def test_antipodal_position_has_finite_distance(gazetteer):
    assert 11_000_000 < gazetteer.locate(0, 0).border_margin_m < 11_300_000


@pytest.mark.parametrize(("lon_deg", "lat_deg"), [(math.nan, 0), (100, math.inf), (181, 0), (100, 91)])
def test_invalid_position_is_rejected(gazetteer, lon_deg, lat_deg):
    with pytest.raises(CoordinateError):
        gazetteer.locate(lon_deg, lat_deg)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_every_position_on_earth_is_located(lon_deg, lat_deg):
    place = GAZETTEER.locate(lon_deg, lat_deg)
    assert place.border_margin_m >= 0
    assert (place.nagari is None) == (not place.inside_regency and not place.regency_doubtful)


@pytest.mark.parametrize(("lon_deg", "lat_deg"), [(0.0, 0.0), (60.0, 0.0), (120.35, -8.85), (140.0, -5.0)])
def test_distance_of_a_far_place_follows_the_ellipsoid(lon_deg: float, lat_deg: float):
    place = GAZETTEER.locate(lon_deg, lat_deg)
    middle = GAZETTEER.nagari("Koto Baru, Kubung")
    expected_m = distance_m(lon_deg, lat_deg, middle.lon_deg, middle.lat_deg)
    assert not place.inside_regency
    assert place.border_margin_m == pytest.approx(expected_m, abs=100_000)  # the size of the regency
