"""Administrative levels in texts have the names of the profile."""

import msgspec
import pytest
from support.regencies import eastern_regency, regency_in_use

from tabuah.resources.level_names import name_with_level, with_level_names
from tabuah.resources.localisation import _
from tabuah.resources.regency_profile import AdministrativeLevels
from tabuah.text.incidents.incident_text import full_title
from tabuah.text.incidents.places import kecamatan_text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Kecamatan borders", "Distrik borders"),
        ("NAGARI", "DESA/KELURAHAN"),
        ("Wali nagari, jorong and nagari", "Kepala desa, dusun and desa/kelurahan"),
        ("give the place with either --at or --nagari", "give the place with either --at or --nagari"),
        ("edit ID --set nagari=…", "edit ID --set nagari=…"),
        ("{nagari}, {kecamatan}", "{nagari}, {kecamatan}"),
        ("kenagarian", "kenagarian"),
    ],
)
def test_level_names_replace_words_but_no_options_and_fields(written: str, shown: str):
    with regency_in_use(eastern_regency()):
        assert with_level_names(written) == shown
    assert with_level_names(written) == written


def test_translated_texts_have_the_level_names():
    with regency_in_use(eastern_regency()):
        assert _("Jorong") == "Dusun"
        assert kecamatan_text("Kubung") == "Distrik Kubung"
        assert full_title("Banjir", "Harapan") == "Banjir, Desa/Kelurahan Harapan"
    assert _("Jorong") == "Jorong"


def test_name_that_begins_with_its_level_stays():
    assert name_with_level("Desa/Kelurahan", "Desa Harapan") == "Desa Harapan"
    assert name_with_level("Nagari", "Koto Baru") == "Nagari Koto Baru"


@pytest.mark.parametrize("name", ["", "{0}", "a" * 41, "Desa<b>"])
def test_level_name_that_texts_cannot_have_is_invalid(name: str):
    with pytest.raises(msgspec.ValidationError, match="village"):
        msgspec.convert({"village": name}, AdministrativeLevels)
