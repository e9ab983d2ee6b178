"""Profiles in a folder are read whole or not at all, and every problem is named."""

from pathlib import Path

import pytest
from support.regencies import eastern_regency, write_profile_folder

from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.gazetteer import Gazetteer
from tabuah.resources.regency import current_regency, read_kept_profile, set_regency
from tabuah.storage.regency.errors import UnusableProfile
from tabuah.storage.regency.kept_profile import has_map, keep_profile
from tabuah.storage.regency.profile_file import read_profile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_profile_folder(tmp_path / "profile", eastern_regency())


def spoil(folder: Path, old: str, new: str) -> None:
    file = folder / "regency.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_profile_folder_is_read_with_crest_and_map(folder: Path):
    found = read_profile(folder)
    assert found.profile.crest_svg == eastern_regency().crest_svg
    assert found.map_content == (folder / "teluk-harapan.npz").read_bytes()
    assert len(found.profile.map_sha256) == 64


def test_kept_profile_decides_map_and_names(folder: Path, tmp_path: Path):
    found, data = read_profile(folder / "regency.toml"), tmp_path / "data"
    data.mkdir()
    keep_profile(data, found.profile, found.map_content)
    assert has_map(data, found.profile)
    set_regency(read_kept_profile(data), data)
    assert current_regency() == found.profile
    place = Gazetteer(load_base_map()).locate(120.135, -9.1)
    assert (place.inside_regency, place.kecamatan_name) == (True, "Distrik A")
    assert Gazetteer(load_base_map()).locate(100.6, -0.9).inside_regency is False


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Asia/Makassar", "Asia/Makasar", "time_zone: zona waktu Asia/Makasar tidak dikenal"),
        ('"53.99"', '"53.98"', "map: peta ini milik 53.99"),
        ("    -8.2,\n", "    -8.6,\n", "bounds_deg: kabupaten di peta mencakup 120.1"),
        ("teluk-harapan.npz", "missing.npz", "map: missing.npz"),
        ("crest.svg", "missing.svg", "letterhead.crest: missing.svg"),
        ('code = "flood"', 'code = "flod"', "hazards: flood tidak ada"),
        ("format = 1", "format = 1\nformat = 1", "baris 2, kolom"),
        ('"53.99"', '"5399"', "tulis kode Kemendagri dengan titik, misalnya 13.02"),
        ('"TLH"', '"tlh"', "number_prefix: "),
        ('"Dusun"', '"{0}"', "levels.hamlet: "),
        ('code = "flood"', 'code = "Banjir"', "hazards[0].code: "),
    ],
)
def test_unusable_profile_names_file_key_and_remedy(folder: Path, old: str, new: str, words: str):
    spoil(folder, old, new)
    with pytest.raises(UnusableProfile) as caught:
        read_profile(folder)
    assert words in str(caught.value)
    assert str(folder / "regency.toml") in str(caught.value)
    assert "Tidak ada yang diubah" in str(caught.value)


def test_damaged_map_is_named(folder: Path):
    (folder / "teluk-harapan.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(UnusableProfile, match="map: "):
        read_profile(folder)


def test_missing_profile_is_named(tmp_path: Path):
    with pytest.raises(UnusableProfile, match=r"regency\.toml"):
        read_profile(tmp_path)


def test_shipped_profile_fits_the_shipped_map(project: Path):
    found = read_profile(project / "tabuah/resources/templates/regency.toml")
    assert found.map_content is None
    assert found.profile.kemendagri_code == "13.02"
