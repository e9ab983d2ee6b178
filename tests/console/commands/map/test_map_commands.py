"""`tabuah map`: official boundaries recognised, other layers, invalid files rejected, and pictures."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QImage
from support.command_line import CommandLine

from tabuah.console.map.map_import import import_layer
from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.outline import outline_of
from tabuah.storage.cache.map.maps import load_maps

KUBUNG = "13.02.10"


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


def geojson(path: Path, *features: tuple[Any, dict[str, Any]]) -> Path:
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": properties}
            for shape, properties in features
        ],
    }
    path.write_text(json.dumps(collection))
    return path


def pixels(file: Path) -> np.ndarray:
    image = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4)[..., :3].copy()


def test_map_import_replaces_estimates_with_boundaries(line: CommandLine, reference_data: Path):
    answer = line.json("map", "import", str(reference_data / "solok_nagari.geojson"))
    assert answer == {
        "layer": "solok_nagari", "table": "layer_solok_nagari", "features": 74, "kinds": ["polygon"], "repaired": 0,
        "official": True, "kecamatan": 14, "nagari": 74, "notes": [],
    }  # fmt: skip
    shown = line.json("incident", "report", "--hazard", "banjir", "--title", "x", "--at", "100.6531,-0.8360")
    assert line.json("incident", "show", shown["id"])["place_certainty"] == "official"
    assert line.json("map", "shot", "-o", str(line.data / "a.png"), "--size", "320x200")["official"] is True


def test_map_import_adds_other_layers(line: CommandLine, tmp_path: Path):
    spot, way = shapely.Point(100.65, -0.84), shapely.LineString([(100.6, -0.9), (100.7, -0.8)])
    answer = line.json(
        "map", "import", str(geojson(tmp_path / "jalur.geojson", (spot, {}), (way, {"nama": "Jalur"})))
    )
    assert (answer["official"], answer["features"], sorted(answer["kinds"])) == (False, 2, ["line", "point"])
    assert sorted(layer.name for layer in load_maps(line.data).imported) == ["jalur · line", "jalur · point"]


def test_map_import_keeps_zones_out_of_boundaries(line: CommandLine, tmp_path: Path):
    labels = next(layer for layer in load_base_map().layers if layer.name == "kecamatan_labels")
    gazetteer = load_maps(line.data).gazetteer()
    zones = [
        (shapely.Point(each.lon_deg, each.lat_deg).buffer(0.01), {"kode": each.code, "nama": each.name})
        for each in gazetteer.all_kecamatan
    ]
    assert len(zones) == len(labels.features)
    answer = line.json("map", "import", str(geojson(tmp_path / "zona.geojson", *zones)))
    assert answer["official"] is False
    assert "tidak mencakup kabupaten" in answer["notes"][0]
    assert not load_maps(line.data).is_official


def test_map_import_treats_partial_boundaries_as_layer(line: CommandLine, tmp_path: Path):
    area = outline_of(load_base_map()).shape
    answer = line.json("map", "import", str(geojson(tmp_path / "satu.geojson", (area, {"kode": KUBUNG}))))
    assert answer["official"] is False
    assert "kecamatan ini belum ada" in answer["notes"][0] or "Gunung Talang" in answer["notes"][0]


def test_map_import_counts_repaired_features(tmp_path: Path):
    bow_tie = shapely.Polygon([(100.6, -0.9), (100.7, -0.8), (100.7, -0.9), (100.6, -0.8)])
    imported = import_layer(tmp_path / "data", geojson(tmp_path / "a.geojson", (bow_tie, {})))
    assert (imported.repaired, imported.features) == (1, 1)


def test_map_import_of_bad_file_changes_nothing(line: CommandLine, tmp_path: Path):
    bad = tmp_path / "bad.geojson"
    bad.write_text('{"type": "FeatureCollection", "features": [')
    code, out, err = line("map", "import", str(bad))
    assert (code, out) == (2, "")
    assert "bad.geojson" in err
    assert not (line.data / "map").exists()


def test_map_remove_removes_all_layer_parts(line: CommandLine, tmp_path: Path):
    spot, way = shapely.Point(100.65, -0.84), shapely.LineString([(100.6, -0.9), (100.7, -0.8)])
    line.json("map", "import", str(geojson(tmp_path / "jalur.geojson", (spot, {}), (way, {}))))
    line.json("map", "import", str(geojson(tmp_path / "posko.geojson", (spot, {}))))
    assert line.json("map", "remove", "jalur") == {"layer": "jalur", "official": False}
    assert [layer.name for layer in load_maps(line.data).imported] == ["posko"]
    code, _out, err = line("map", "remove", "jalur")
    assert (code, "posko" in err) == (2, True)


def test_map_remove_restores_estimated_borders(line: CommandLine, reference_data: Path):
    line.json("map", "import", str(reference_data / "solok_kecamatan.geojson"))
    code, _out, _err = line("map", "remove", "solok_kecamatan")
    assert (code, load_maps(line.data).is_official) == (2, True)
    assert line.json("map", "remove", "--boundaries") == {"layer": None, "official": False}
    assert not load_maps(line.data).is_official


@pytest.mark.parametrize("what", [(), ("jalur", "--boundaries"), ("jalur",), ("--boundaries",)])
def test_map_remove_reports_unknown_layer(what: tuple[str, ...], line: CommandLine):
    code, out, err = line("map", "remove", *what)
    assert (code, out, bool(err)) == (2, "", True)
    assert not line.data.exists()


def test_map_shot_shows_map_content(line: CommandLine, tmp_path: Path):
    bare, full = tmp_path / "bare.png", tmp_path / "full.png"
    box = ("--size", "400x300", "--bbox", "100.6,-0.9,100.7,-0.8")
    line.json("map", "shot", "-o", str(bare), *box)
    line.json(
        "incident", "report", "--hazard", "banjir", "--title", "x", "--at", "100.65,-0.85", "--severity", "berat"
    )
    answer = line.json("map", "shot", "-o", str(full), *box)
    assert (answer["width"], answer["height"], answer["incidents"]) == (400, 300, 1)
    before, after = pixels(bare), pixels(full)
    assert before.shape == (300, 400, 3)
    assert len(np.unique(before.reshape(-1, 3), axis=0)) > 20
    changed = np.argwhere((before != after).any(axis=2))
    assert len(changed) > 100
    assert np.abs(changed.mean(axis=0) - (150, 200)).max() < 40  # the centre, where the incident is


def test_map_shot_uses_chosen_theme(line: CommandLine, tmp_path: Path):
    for theme in ("light", "dark"):
        line.json("map", "shot", "-o", str(tmp_path / f"{theme}.png"), "--size", "200x200", "--theme", theme)
    assert pixels(tmp_path / "light.png").mean() > 150 > 90 > pixels(tmp_path / "dark.png").mean()


@pytest.mark.parametrize(
    "options",
    [("--size", "huge"), ("--size", "1x1"), ("--size", "99999x10"), ("--bbox", "1,2,3"), ("--bbox", "101,0,100,1")],
)
def test_map_shot_rejects_invalid_sizes_and_boxes(options: tuple[str, str], line: CommandLine, tmp_path: Path):
    code, _out, err = line("map", "shot", "-o", str(tmp_path / "a.png"), *options)
    assert (code, bool(err)) == (2, True)
    assert not (tmp_path / "a.png").exists()


def test_map_shot_reports_unwritable_file(line: CommandLine, tmp_path: Path):
    code, _out, err = line("map", "shot", "-o", str(tmp_path / "none" / "a.png"), "--size", "100x100")
    assert (code, "a.png" in err) == (2, True)
    assert line("map", "shot", "-o", str(tmp_path / "a.jpg"))[0] == 2
