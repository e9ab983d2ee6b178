"""Tests of positions, formatted and parsed, in Indonesian and English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.gis.coordinates import (
    format_decimal_degrees,
    format_degrees_minutes_seconds,
    format_utm,
    parse_position,
)
from tabuah.gis.errors import CoordinateError
from tabuah.resources.localisation import set_language

LANGUAGES = st.sampled_from(["id", "en"])
LONGITUDES = st.floats(-180, 180)
LATITUDES = st.floats(-90, 90)


def test_decimal_degrees_are_formatted_in_indonesian():
    assert format_decimal_degrees(100.645, -0.8) == "100,6450° BT 0,8000° LS"


def test_decimal_degrees_are_formatted_in_english():
    set_language("en")
    assert format_decimal_degrees(100.645, -0.8) == "100.6450° E 0.8000° S"


def test_decimal_degrees_use_letters_for_hemispheres():
    assert format_decimal_degrees(-1.5, 2.25, digits=2) == "1,50° BB 2,25° LU"


def test_seconds_are_padded_and_carried():
    assert format_degrees_minutes_seconds(100.645, -0.8) == "100°38′42,0″ BT 0°48′00,0″ LS"
    assert format_degrees_minutes_seconds(100.99999999, -0.00125) == "101°00′00,0″ BT 0°00′04,5″ LS"


def test_utm_format_matches_gps_receivers():
    assert format_utm(100.645, -0.8) == "47M 0683055 9911539"


def test_utm_names_hemisphere_outside_band_m():
    assert format_utm(100.0, 1.0).startswith("UTM 47S ")


def test_utm_rejects_far_side_of_earth():
    with pytest.raises(CoordinateError):
        format_utm(0.0, 0.0)


@given(LANGUAGES, LONGITUDES, LATITUDES)
def test_decimal_degrees_round_trip(language, lon_deg, lat_deg):
    set_language(language)
    text = format_decimal_degrees(lon_deg, lat_deg, digits=6)
    assert parse_position(text) == pytest.approx((lon_deg, lat_deg), abs=1e-6)


@given(LANGUAGES, LONGITUDES, LATITUDES)
def test_minutes_and_seconds_round_trip(language, lon_deg, lat_deg):
    set_language(language)
    text = format_degrees_minutes_seconds(lon_deg, lat_deg)
    assert parse_position(text) == pytest.approx((lon_deg, lat_deg), abs=0.06 / 3600)


@given(st.floats(96, 102), st.floats(-7.9, 0.5))
def test_utm_round_trip_is_exact_to_metre(lon_deg, lat_deg):
    assert parse_position(format_utm(lon_deg, lat_deg)) == pytest.approx((lon_deg, lat_deg), abs=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "100.645,-0.8",
        "-0.8, 100.645",
        "100,645 -0,8",
        "-0,8; 100,645",
        "(100.645, −0.8)",
        "0,8 LS 100,645 BT",
        "S 0.8 E 100.645",
        "0°48'00\" S, 100°38'42\" E",
        "0° 48′ LS 100° 38,7′ BT",
        "-0°48'00\", 100°38'42\"",
        "0 48 0 S 100 38 42 E",
        "S0 48.0 E100 38.7",
        "-0:48:00 100:38:42",
        "0d48m00s S 100d38m42s E",
        "0 derajat 48 menit lintang selatan, 100 derajat 38 menit 42 detik bujur timur",
        "lat: -0,8 lon: 100,645",
        "geo:-0.8,100.645?z=16",
        "https://maps.google.com/?q=-0.8,100.645",
        "https://www.google.com/maps/@-0.8,100.645,15z",
        "Lokasi kejadian: https://www.google.com/maps/@-0.8,100.645,15z. Tolong!",
        "https://www.google.com/maps/place/Koto+Baru/@-0.9,100.7,12z/data=!4m6!3m5!8m2!3d-0.8!4d100.645!16s",
        "https://www.google.com/maps/search/?api=1&query=-0.8%2C100.645",
        "https://www.google.com/maps/search/-0.8,+100.645?entry=tts",
        "https://maps.google.com/maps?q=loc:-0.8,100.645",
        "https://www.google.com/maps/dir/?api=1&destination=-0.8,100.645",
        "https://www.openstreetmap.org/?mlat=-0.8&mlon=100.645#map=12/-0.9/100.7",
        "https://www.openstreetmap.org/#map=17/-0.80000/100.64500&layers=N",
        "https://maps.apple.com/?ll=-0.8,100.645&q=Pin",
        "https://waze.com/ul?ll=-0.8,100.645&navigate=yes",
        "https://www.bing.com/maps?cp=-0.8~100.645&lvl=15",
        "geo:0,0?q=-0.8,100.645(Masjid%20Raya)",
        "HTTPS://MAPS.GOOGLE.COM/?Q=-0.8,100.645",
    ],
)
def test_positions_parse_in_many_forms(text):
    assert parse_position(text) == pytest.approx((100.645, -0.8), abs=1e-6)


@pytest.mark.parametrize("text", ["47M 0683055 9911539", "47 S 683055 9911539", "UTM 47S 683055 mE 9911539 mN"])
def test_utm_parses_in_many_forms(text):
    assert parse_position(text) == pytest.approx((100.645, -0.8), abs=1e-4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Koto Baru",
        "100.6",
        "1 2 3",
        "100,645,-0,8",
        "100 E 101 E",
        "200, 95",
        "1e5,2",
        "0°30\"15' LS 100 BT",
        "1.5 30 LS 100 BT",
    ],
)
def test_invalid_position_error_shows_example(text):
    with pytest.raises(CoordinateError):
        parse_position(text)


def test_sixty_minutes_are_rejected():
    with pytest.raises(CoordinateError, match="60"):
        parse_position("0°60′ LS 100°10′ BT")


def test_northern_zone_is_another_place():
    assert parse_position("47N 683055 88461") == pytest.approx((100.645, 0.8), abs=1e-4)


@given(st.text(max_size=40))
def test_any_text_parses_or_is_rejected(text):
    try:
        lon_deg, lat_deg = parse_position(text)
    except CoordinateError:
        return
    assert abs(lon_deg) <= 180
    assert abs(lat_deg) <= 90
