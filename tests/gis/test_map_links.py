"""Links of maps that have no position, and plus codes; test vectors of the Open Location Code project."""

import pytest

from tabuah.gis.coordinates import parse_position
from tabuah.gis.errors import CoordinateError
from tabuah.gis.map_links import parse_map_link
from tabuah.gis.plus_codes import parse_plus_code
from tabuah.resources.localisation import set_language


@pytest.mark.parametrize(
    "link", ["https://maps.app.goo.gl/AbCdEf123", "https://goo.gl/maps/xyz", "Ini lokasinya https://osm.org/go/abc"]
)
def test_short_link_is_explained(link: str):
    set_language("en")
    with pytest.raises(CoordinateError, match="short link of"):
        parse_position(link)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/maps/place/Solok",
        "https://www.google.com/maps?q=Koto+Baru",
        "https://contoh.id/?q=-0.8",
        "https://[::1",
        "geo:Solok",
        "https://maps.google.com/?q=1234.5,100.6",
        "https://maps.google.com/?q=" + "9" * 10_000 + ",1",
    ],
)
def test_link_without_a_position_is_explained(link: str):
    set_language("en")
    with pytest.raises(CoordinateError, match="link has no position"):
        parse_map_link(link)


def test_link_with_an_impossible_position_is_refused():
    with pytest.raises(CoordinateError, match="95"):
        parse_position("https://maps.google.com/?q=95.5,100.6")


def test_text_without_a_link_is_none():
    assert parse_map_link("Koto Baru dekat jembatan") is None


@pytest.mark.parametrize(
    ("code", "lat_deg", "lon_deg"),
    [
        ("7FG49QCJ+2V", 20.3700625, 2.7821875),
        ("8FVC2222+22", 47.0000625, 8.0000625),
        ("7fg49qcj+2vx", 20.3701125, 2.782234375),
        ("4VCPPQGP+Q9", -41.2730625, 174.7859375),
    ],
)
def test_full_plus_code_is_the_centre_of_its_area(code: str, lat_deg: float, lon_deg: float):
    assert parse_position(code) == pytest.approx((lon_deg, lat_deg), abs=1e-9)


@pytest.mark.parametrize("code", ["9QCJ+2VX", "CJ+2VX", "9QCJ+2VX Tilehurst"])
def test_short_plus_code_is_the_nearest_one(code: str):
    found = parse_plus_code(code, near_deg=(-1.217765625, 51.3701125))
    assert found == pytest.approx((-1.217765625, 51.3701125), abs=1e-9)


def test_short_plus_code_is_near_the_regency():
    assert parse_position("6J2W+22 Solok") == pytest.approx((100.6450625, -0.7999375), abs=1e-9)


@pytest.mark.parametrize("text", ["9QCJ+", "9QCJ+2", "9QAJ+2V", "A9QCJ+2V", "9QCJ2V", "+2V"])
def test_other_texts_are_no_plus_code(text: str):
    assert parse_plus_code(text, near_deg=(100.85, -0.95)) is None
