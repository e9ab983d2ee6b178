"""Files of tiles in a data directory: found, named by the style, missed when they go, and forgotten on request."""

from pathlib import Path

import pytest
from tile_samples import write_mbtiles, write_pmtiles

from tabuah.gis.layers.specification import LayerSpec, MapStyle
from tabuah.gis.layers.style_file import shipped_style
from tabuah.storage.cache.maps import load_maps
from tabuah.storage.cache.tile_files import forget_tiles, tile_files

TILE = {(0, 0, 0): b"x"}


@pytest.fixture
def tiles(tmp_path: Path) -> Path:
    folder = tmp_path / "tiles"
    folder.mkdir()
    write_mbtiles(folder / "citra.mbtiles", TILE, name="Citra satelit", attribution="LAPAN")
    write_pmtiles(folder / "rupa.pmtiles", TILE, name="Rupa bumi")
    (folder / "catatan.txt").write_text("bukan peta")
    return folder


def names(directory: Path, style: MapStyle | None = None) -> list[str]:
    return [each.name for each in tile_files(directory, style or shipped_style())]


def test_files_in_the_folder_are_layers_and_say_who_made_them(tmp_path, tiles):
    citra, rupa = tile_files(tmp_path, shipped_style())
    assert (citra.name, citra.title, citra.attribution) == ("citra.mbtiles", "Citra satelit", "LAPAN")
    assert (rupa.title, rupa.path) == ("Rupa bumi", tiles / "rupa.pmtiles")


def test_a_file_that_went_is_still_in_the_list_until_it_is_forgotten(tmp_path, tiles):
    assert names(tmp_path) == ["citra.mbtiles", "rupa.pmtiles"]
    (tiles / "citra.mbtiles").unlink()
    assert names(tmp_path) == ["citra.mbtiles", "rupa.pmtiles"]
    forget_tiles(tmp_path, "citra.mbtiles")
    assert names(tmp_path) == ["rupa.pmtiles"]
    forget_tiles(tmp_path, "rupa.pmtiles")
    assert names(tmp_path) == ["rupa.pmtiles"], "it lies there"


def test_a_damaged_file_is_a_layer_too_and_a_damaged_list_is_no_harm(tmp_path, tiles):
    (tiles / "citra.mbtiles").write_bytes(b"nonsense")
    names(tmp_path)
    (tmp_path / "map" / "tiles.json").write_bytes(b'["../../etc/passwd.mbtiles", ')
    assert names(tmp_path) == ["citra.mbtiles", "rupa.pmtiles"]
    (tmp_path / "map" / "tiles.json").write_bytes(b'["../../etc/passwd.mbtiles", "lama.mbtiles"]')
    assert names(tmp_path) == ["citra.mbtiles", "lama.mbtiles", "rupa.pmtiles"]


def test_a_layer_of_the_style_file_has_its_own_name_and_is_not_listed_twice(tmp_path, tiles):
    spec = LayerSpec(name="Satelit", kind="raster", source="tiles:citra.mbtiles", order=4)
    assert names(tmp_path, shipped_style().with_layers(MapStyle(version=1, layer=(spec,)))) == [
        "Satelit",
        "rupa.pmtiles",
    ]


def test_a_directory_without_tiles_writes_nothing(tmp_path):
    assert names(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_maps_carry_the_style_of_the_directory_and_its_mistake(tmp_path):
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "style.toml").write_text('version = 1\n[[layer]]\nname = "x"\nkind = "lnes"\n')
    maps = load_maps(tmp_path)
    assert maps.style == shipped_style()
    assert len(maps.problems) == 1
    assert "baris 4" in maps.problems[0]
