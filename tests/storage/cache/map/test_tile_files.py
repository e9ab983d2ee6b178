"""Tile files in a data directory: found, named by the style, reported missing, removed from the list."""

from pathlib import Path

import pytest
from support.tile_samples import write_mbtiles, write_pmtiles

from tabuah.gis.layers.map_style import LayerSpec, MapStyle
from tabuah.gis.layers.style_file import shipped_style
from tabuah.storage.cache.map.maps import load_maps
from tabuah.storage.cache.map.tile_files import forget_tile_file, list_tile_files

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
    return [each.name for each in list_tile_files(directory, style or shipped_style())]


def test_tile_files_are_layers_with_attribution(tmp_path, tiles):
    citra, rupa = list_tile_files(tmp_path, shipped_style())
    assert (citra.name, citra.title, citra.attribution) == ("citra.mbtiles", "Citra satelit", "LAPAN")
    assert (rupa.title, rupa.path) == ("Rupa bumi", tiles / "rupa.pmtiles")


def test_missing_tile_file_is_listed_until_removed(tmp_path, tiles):
    assert names(tmp_path) == ["citra.mbtiles", "rupa.pmtiles"]
    (tiles / "citra.mbtiles").unlink()
    assert names(tmp_path) == ["citra.mbtiles", "rupa.pmtiles"]
    forget_tile_file(tmp_path, "citra.mbtiles")
    assert names(tmp_path) == ["rupa.pmtiles"]
    forget_tile_file(tmp_path, "rupa.pmtiles")
    assert names(tmp_path) == ["rupa.pmtiles"], "it lies there"


def test_damaged_tile_file_is_still_listed(tmp_path, tiles):
    (tiles / "citra.mbtiles").write_bytes(b"nonsense")
    names(tmp_path)
    (tmp_path / "map" / "tiles.json").write_bytes(b'["../../etc/passwd.mbtiles", ')
    assert names(tmp_path) == ["citra.mbtiles", "rupa.pmtiles"]
    (tmp_path / "map" / "tiles.json").write_bytes(b'["../../etc/passwd.mbtiles", "lama.mbtiles"]')
    assert names(tmp_path) == ["citra.mbtiles", "lama.mbtiles", "rupa.pmtiles"]


def test_styled_tile_layer_is_listed_once(tmp_path, tiles):
    spec = LayerSpec(name="Satelit", kind="raster", source="tiles:citra.mbtiles", order=4)
    assert names(tmp_path, shipped_style().with_layers(MapStyle(version=1, layer=(spec,)))) == [
        "Satelit",
        "rupa.pmtiles",
    ]


def test_directory_without_tiles_writes_nothing(tmp_path):
    assert names(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_maps_load_style_and_its_errors(tmp_path):
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "style.toml").write_text('version = 1\n[[layer]]\nname = "x"\nkind = "lnes"\n')
    maps = load_maps(tmp_path)
    assert maps.style == shipped_style()
    assert len(maps.problems) == 1
    assert "baris 4" in maps.problems[0]
