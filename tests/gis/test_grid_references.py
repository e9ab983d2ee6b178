"""Tests of UTM and MGRS against references from GEOTRANS."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tabuah.gis.coordinates import (
    format_local_utm,
    format_mgrs,
    from_utm_zone,
    parse_grid_reference,
    parse_position,
    utm_of,
)
from tabuah.gis.errors import CoordinateError
from tabuah.gis.geodesy import distance_m

# Longitude, latitude, and the reference from GEOTRANS (Python binding mgrs 1.6.0).
GEOTRANS = [
    (100.645, -0.8, "47M PV 83054 11539"),
    (133.85995084764778, 5.134511197157639, "53N LF 73638 67645"),
    (130.724540006058, 3.3546690350737443, "52N FJ 91600 70964"),
    (104.6280678883934, -6.235748527646404, "48M VU 58856 10720"),
    (-109.36830722448069, -78.7529566503588, "12C WT 35522 57101"),
    (158.36851491057706, -58.67353032066579, "57E VQ 63377 96127"),
    (113.01258039094242, -5.7564950909112245, "49M GP 22873 63320"),
    (29.850153691390936, 76.45098265359834, "35X NE 74509 87310"),  # Svalbard
    (4.388225274854095, 79.07107884761072, "31X EH 29379 78256"),
    (4.5, 60.2, "32V KM 50646 82188"),  # Norway
]


@pytest.mark.parametrize(("lon_deg", "lat_deg", "reference"), GEOTRANS)
def test_mgrs_matches_geotrans(lon_deg, lat_deg, reference):
    assert format_mgrs(lon_deg, lat_deg) == reference
    assert distance_m(lon_deg, lat_deg, *parse_position(reference)) < 1.0


def test_utm_of_meridian_and_equator_is_round():
    """Check the definition of UTM: 500 km on the meridian, 10,000 km of false northing in the south."""
    assert utm_of(99.0, 0.0, zone=47, south=True) == pytest.approx((500_000, 10_000_000), abs=1e-3)
    assert utm_of(99.0, 0.0, zone=47, south=False) == pytest.approx((500_000, 0), abs=1e-3)


def test_utm_arc_on_meridian_is_scaled():
    """Check the arc of 110,574.3886 m from the equator to 1° on WGS 84, times 0.9996."""
    assert utm_of(99.0, 1.0, zone=47, south=False)[1] == pytest.approx(110_574.38856 * 0.9996, abs=1e-3)


@given(st.floats(95, 141), st.floats(-11, 6))
def test_utm_round_trip_is_exact_to_millimetre(lon_deg, lat_deg):
    zone, south = int((lon_deg + 180) // 6) + 1, lat_deg < 0
    east_m, north_m = utm_of(lon_deg, lat_deg, zone=zone, south=south)
    assert distance_m(lon_deg, lat_deg, *from_utm_zone(east_m, north_m, zone=zone, south=south)) < 1e-3


@given(st.floats(-180, 179.9), st.floats(-80, 83.9), st.integers(1, 5))
def test_mgrs_round_trip_stays_within_square(lon_deg, lat_deg, digits):
    assume(abs(lat_deg % 8) > 0.01 and 0.01 < lon_deg % 3 < 2.99)  # start of the next zone or band
    text = format_mgrs(lon_deg, lat_deg, digits=digits)
    found = parse_position(text)
    assert distance_m(lon_deg, lat_deg, *found) < 0.75 * 10 ** (5 - digits)
    if digits == 5:
        assert format_mgrs(*found) == text


@given(st.floats(95, 141), st.floats(-11, 6))
def test_utm_of_any_zone_round_trips(lon_deg, lat_deg):
    assert distance_m(lon_deg, lat_deg, *parse_position(format_local_utm(lon_deg, lat_deg))) < 0.75


@pytest.mark.parametrize("text", ["47MPV8305411539", "47m pv 83054 11539", "MGRS 47M PV 8305411539"])
def test_mgrs_parses_in_many_forms(text):
    assert distance_m(100.645, -0.8, *parse_position(text)) < 1.0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("47M PV 123 45", "sama banyak"),
        ("47M PV 123456 123456", "sama banyak"),
        ("47M AV 1234 1234", "kolom"),
        ("47M PK 1234 1234", "pita"),
        ("61M 683055 9911539", "zona UTM 61"),
        ("47M 68305 9911539", "enam angka"),
    ],
)
def test_invalid_grid_reference_gives_reason(text, reason):
    with pytest.raises(CoordinateError, match=reason):
        parse_position(text)


def test_poles_have_no_grid_reference():
    with pytest.raises(CoordinateError):
        format_mgrs(0.0, 89.0)


def test_mgrs_just_south_of_equator_is_parsed():
    text = format_mgrs(100.6, -1.8e-12)
    assert text.startswith("47M")
    lon_deg, lat_deg = parse_grid_reference(text) or (0.0, 90.0)
    assert (lon_deg, lat_deg) == (pytest.approx(100.6, abs=1e-5), pytest.approx(0.0, abs=1e-5))
