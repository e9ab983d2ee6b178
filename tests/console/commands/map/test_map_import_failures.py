"""A rejected import leaves the current map unchanged, in the drawing and in the cache."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import shapely
from support.command_line import CommandLine

from tabuah.storage.cache.map.imported_layers import imported_layers
from tabuah.storage.cache.map.maps import load_maps

SQUARE = {"type": "Polygon", "coordinates": [[[100.6, -0.9], [100.7, -0.9], [100.7, -0.8], [100.6, -0.9]]]}


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    line = CommandLine(capsys, tmp_path / "data")
    line.json("map", "import", str(write(tmp_path / "zona.geojson", SQUARE)))
    return line


def write(path: Path, *geometries: Any, **more: Any) -> Path:
    features = [{"type": "Feature", "properties": {"nama": "Zona"}, "geometry": g} for g in geometries]
    path.write_text(json.dumps({"type": "FeatureCollection", **more, "features": features}))
    return path


def state(line: CommandLine) -> tuple[Any, ...]:
    maps = load_maps(line.data)
    with imported_layers(line.data) as layers:
        kept = layers.list()
    return [(m.name, m.levels[0].coordinates_m.tolist()) for m in maps.imported], kept, maps.problems


BAD: dict[str, Any] = {
    "empty geometry": {"type": "Polygon", "coordinates": []},
    "no geometry": None,
    "not a number": {"type": "Point", "coordinates": [float("nan"), 1.0]},
    "metres": {"type": "Point", "coordinates": [683055, 9911539]},
    "exchanged": {"type": "Point", "coordinates": [-0.83, 100.65]},
    "elsewhere": {"type": "Point", "coordinates": [2.35, 48.85]},
    "no area left": {"type": "Polygon", "coordinates": [[[100, -1], [101, 0], [100, -1], [100, -1]]]},
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_bad_feature_changes_nothing(line: CommandLine, tmp_path: Path, bad: Any):
    before = state(line)
    code, _out, err = line("map", "import", str(write(tmp_path / "zona.geojson", SQUARE, bad)))
    assert (code, "Fitur 2" in err) == (2, True)
    assert state(line) == before


def test_wrong_reference_system_changes_nothing(line: CommandLine, tmp_path: Path):
    before = state(line)
    crs = {"type": "name", "properties": {"name": "EPSG:999999"}}
    code, _out, err = line("map", "import", str(write(tmp_path / "zona.geojson", SQUARE, crs=crs)))
    assert (code, "EPSG:999999" in err) == (2, True)
    assert state(line) == before


def test_archive_bomb_changes_nothing(line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tabuah.gis.layer_files.MAX_UNPACKED_BYTES", 1_000_000)
    before = state(line)
    with zipfile.ZipFile(tmp_path / "zona.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zona.geojson", b" " * 20_000_000)
    code, _out, err = line("map", "import", str(tmp_path / "zona.zip"))
    assert (code, "lebih besar" in err) == (2, True)
    assert state(line) == before


def test_legacy_encoding_is_imported_with_note(line: CommandLine, tmp_path: Path):
    path = tmp_path / "kafe.geojson"
    path.write_bytes(write(path, SQUARE).read_bytes().replace(b"Zona", "Café".encode("cp1252")))
    answer = line.json("map", "import", str(path))
    assert "Windows-1252" in answer["notes"][0]


def test_repaired_shapes_are_imported_with_notes(line: CommandLine, tmp_path: Path):
    crossed = {"type": "Polygon", "coordinates": [[[100, -1], [101, 0], [101, -1], [100, 0], [100, -1]]]}
    unclosed = {"type": "Polygon", "coordinates": [[[100, -1], [101, 0], [101, -1]]]}
    high = {"type": "Polygon", "coordinates": [[[100, -1, 9], [101, 0, 9], [101, -1, 9], [100, -1, 9]]]}
    answer = line.json("map", "import", str(write(tmp_path / "campur.geojson", crossed, unclosed, high)))
    assert (answer["features"], answer["repaired"]) == (3, 2)
    assert len(answer["notes"]) == 3
    assert all(shapely.Polygon(m.levels[0].coordinates_m).area > 0 for m in load_maps(line.data).imported)
