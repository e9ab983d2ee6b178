"""Tests of the regency's profile: reading, bounds, and the values derived from it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tabuah.resources.localisation import format_moment
from tabuah.resources.moment_parser import parse_moment
from tabuah.resources.regency import current_regency, set_regency, shipped_regency
from tabuah.resources.regency_profile import InvalidProfile, RegencyProfile, decode_profile, profile_fields
from tabuah.resources.time_zone import home_zone, zone_label

NOON = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)


@pytest.fixture
def profile_text(project) -> str:
    return (project / "tabuah/resources/templates/regency.toml").read_text("utf-8")


@pytest.fixture
def eastern(profile_text: str) -> Iterator[RegencyProfile]:
    """A profile in WITA, in use."""
    text = profile_text.replace("Asia/Jakarta", "Asia/Makassar").replace('"SLK"', '"TLH"')
    text = text.replace("[100.40, -1.40, 101.30, -0.50]", "[120.10, -9.20, 120.80, -8.40]")
    profile = decode_profile(text)
    set_regency(profile)
    yield profile
    set_regency(None)


def test_shipped_profile_is_that_of_kabupaten_solok():
    profile = shipped_regency()
    assert (profile.name, profile.kemendagri_code, profile.bps_code) == ("Kabupaten Solok", "13.02", "1303")
    assert (profile.number_prefix, profile.zone_label) == ("SLK", "WIB")
    assert (profile.utm_zone, profile.is_south, profile.utm_band) == (47, True, "M")
    assert current_regency() is profile


def test_profile_in_use_decides_zone_of_times(eastern: RegencyProfile):
    assert (zone_label(), home_zone().utcoffset(None)) == ("WITA", timedelta(hours=8))
    assert format_moment(NOON).endswith("13.00 WITA")
    assert parse_moment("13.00", now=NOON) == NOON
    assert parse_moment("12.00 WIB", now=NOON) == NOON
    assert (eastern.utm_zone, eastern.utm_band) == (51, "L")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('"13.02"', '"1302"', "kemendagri_code"),
        ('"1303"', '"13.03"', "bps_code"),
        ('"SLK"', '"slk"', "number_prefix"),
        ("100.40", "1000.40", "bounds_deg[0]"),
        ("arrival_min = 15", "arrival_min = 0", "hazards[6].arrival_min"),
        ('name = "BPBD"', 'nama = "BPBD"', "opds[0]"),
        ('place = "Arosuka"', 'place = "Arosuka"\nseal = "x"', "letterhead.seal"),
        ('nip = ""', 'nip = "seven"', "signatories[0].nip"),
        ("format = 1", "format = 2", "format"),
        ("format = 1", "format = ", ""),
    ],
)
def test_profile_errors_name_the_key(profile_text: str, old: str, new: str, key: str):
    assert old in profile_text
    with pytest.raises(InvalidProfile) as caught:
        decode_profile(profile_text.replace(old, new, 1))
    assert caught.value.key == key


def test_profile_fields_leave_out_what_is_set_later():
    assert not {"crest_svg", "map_sha256"} & profile_fields(shipped_regency()).keys()


def test_profile_with_a_number_of_thousands_of_digits_is_invalid():
    with pytest.raises(InvalidProfile):
        decode_profile(f"bps_code = {'9' * 5_000}")
