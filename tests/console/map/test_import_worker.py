"""The import process: messages, rejected files, and a kill without side effects."""

import json
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio.raw import write
from support.osm_samples import write_extract

from tabuah.console.map.import_messages import (
    BaseMapImported,
    ImportMessage,
    ImportProgressMessage,
    ImportRefused,
    LayerChoiceNeeded,
    LayerImported,
    decode_message,
)
from tabuah.console.map.import_worker import PROGRESS_INTERVAL_S, run_import, throttle_progress
from tabuah.console.map.map_import import import_layer, remove_boundaries, remove_layer
from tabuah.gis import layer_files
from tabuah.gis.base_map import LayerKind
from tabuah.gis.import_progress import REPORT_EVERY, ImportProgress, ImportStage, LayerInFile
from tabuah.gis.osm.base_map_build import build_base_map
from tabuah.storage.cache.map.imported_layers import imported_layers, undrawn_layers
from tabuah.storage.cache.map.maps import load_maps

BOUNDS = (100.5, -1.0, 100.8, -0.7)
KILLED = -signal.SIGKILL if sys.platform != "win32" else 1
SPOT = {"type": "Point", "coordinates": [100.65, -0.84]}


def geojson(path: Path, geometries: Sequence[Any], properties: dict[str, Any] | None = None) -> Path:
    features = [{"type": "Feature", "geometry": each, "properties": properties or {}} for each in geometries]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def gpkg(path: Path, **layers: Sequence[Any]) -> Path:
    for name, shapes in layers.items():
        write(
            path,
            geometry=np.array(shapely.to_wkb(shapes), dtype=object),
            field_data=[],
            fields=[],
            geometry_type=shapes[0].geom_type,
            crs="EPSG:4326",
            layer=name,
            append=path.exists(),
        )
    return path


def told_nobody(_message: ImportMessage) -> None:
    """Ignore messages, for tests that only look at the outcome."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "console"


def run(data: Path, file: Path, *layer: str) -> list[ImportMessage]:
    """Run a real process and return its messages."""
    command = [sys.executable, "-m", "tabuah.console.map.import_worker", str(data), str(file), "id", *layer]
    done = subprocess.run(command, capture_output=True, check=True)
    return [message for line in done.stdout.splitlines() if (message := decode_message(line)) is not None]


def state_of(data: Path) -> tuple[dict[str, bytes], list[Any]]:
    """Return everything that an import may change: map files and cached layers."""
    files = {path.name: path.read_bytes() for path in sorted((data / "map").glob("*.npz"))}
    with imported_layers(data) as layers:
        return files, list(layers.list())


def test_import_reports_stages_and_result(data: Path, tmp_path: Path):
    *working, last = run(data, geojson(tmp_path / "titik.geojson", [SPOT] * 3))
    stages = [each.progress.stage for each in working if isinstance(each, ImportProgressMessage)]
    assert list(dict.fromkeys(stages)) == list(ImportStage)
    assert isinstance(last, LayerImported)
    assert (last.imported.layer, last.imported.features, last.imported.official) == ("titik", 3, False)
    assert [layer.name for layer in load_maps(data).imported] == ["titik"]


def test_import_of_several_layers_lists_choices(data: Path, tmp_path: Path):
    file = gpkg(
        tmp_path / "a.gpkg", zona=[shapely.box(100.6, -0.9, 100.7, -0.8)], titik=[shapely.Point(100.6, -0.9)] * 4
    )
    assert run_import(data, file, None, send=told_nobody) == LayerChoiceNeeded(
        layers=(
            LayerInFile(name="zona", features=1, kind=LayerKind.POLYGON),
            LayerInFile(name="titik", features=4, kind=LayerKind.POINT),
        )
    )
    came = run_import(data, file, "titik", send=told_nobody)
    assert isinstance(came, LayerImported)
    assert came.imported.features == 4


def test_import_choices_include_unreadable_archive_members(data: Path, tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(geojson(tmp_path / "titik.geojson", [SPOT] * 2), "peta/titik.geojson")
        archive.writestr("peta/rusak.geojson", '{"type": ')
    wanted = run_import(data, tmp_path / "a.zip", None, send=told_nobody)
    assert wanted == LayerChoiceNeeded(
        layers=(LayerInFile(name="rusak"), LayerInFile(name="titik", features=2, kind=LayerKind.POINT))
    )


def elsewhere(path: Path) -> Path:
    places = [[-0.84, 100.65], [2.35, 48.85], [685829, 9892187]]
    return geojson(path, [SPOT, *({"type": "Point", "coordinates": place} for place in places)])


def not_a_number(path: Path) -> Path:
    path.write_text('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
                    '{"type":"Point","coordinates":[NaN,-0.8]}}]}')  # fmt: skip
    return path


def nothing(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def page(path: Path) -> Path:
    path.write_text("<!DOCTYPE html><title>404</title>")
    return path


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("a.geojson", elsewhere, ("Fitur 2: bujur", "Fitur 3: ", "Fitur 4: koordinatnya meter")),
        ("a.geojson", not_a_number, ("a.geojson",)),
        ("a.geojson", nothing, ("kosong",)),
        ("a.geojson", page, ("halaman web",)),
        ("a.kml", page, ("halaman web",)),
    ],
)
def test_import_rejects_bad_files_without_change(
    name: str, make: Callable[[Path], Path], words: tuple[str, ...], data: Path, tmp_path: Path
):
    refused = run_import(data, make(tmp_path / name), None, send=told_nobody)
    assert isinstance(refused, ImportRefused)
    told = "\n".join((refused.reason, *refused.problems))
    assert [word for word in words if word not in told] == []
    assert not (data / "map").exists()


CROSSED = {
    "type": "Polygon",
    "coordinates": [[[100.6, -0.9], [100.7, -0.8], [100.7, -0.9], [100.6, -0.8], [100.6, -0.9]]],
}
OPEN = {"type": "Polygon", "coordinates": [[[100.6, -0.9], [100.7, -0.9], [100.7, -0.8]]]}
HIGH = {"type": "Point", "coordinates": [100.65, -0.84, 462.0]}


@pytest.mark.parametrize(
    ("geometry", "note", "repaired"),
    [(CROSSED, "Fitur 1 diperbaiki", 1), (OPEN, "Fitur 1: ", 1), (HIGH, "(Z)", 0)],
)
def test_import_reports_repaired_features(
    geometry: dict[str, Any], note: str, repaired: int, data: Path, tmp_path: Path
):
    came = run_import(data, geojson(tmp_path / "a.geojson", [geometry]), None, send=told_nobody)
    assert isinstance(came, LayerImported)
    assert came.imported.repaired == repaired
    assert any(note in each for each in came.imported.notes)


def test_import_reports_texts_not_in_utf8(data: Path, tmp_path: Path):
    file = geojson(tmp_path / "a.geojson", [SPOT], {"nama": "Café"})
    file.write_bytes(json.dumps(json.loads(file.read_text()), ensure_ascii=False).encode("cp1252"))
    came = run_import(data, file, None, send=told_nobody)
    assert isinstance(came, LayerImported)
    assert "Windows-1252" in came.imported.notes[0]


def test_import_rejects_archive_bomb(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layer_files, "MAX_UNPACKED_BYTES", 1_000_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b" " * 1_100_000)
    refused = run_import(data, tmp_path / "a.zip", None, send=told_nobody)
    assert isinstance(refused, ImportRefused)
    assert "lebih besar dari 1 MB" in refused.reason


def test_decode_message_ignores_library_output():
    assert decode_message(b"Warning 1: something\n") is None
    assert decode_message(b'{"type": "unknown"}\n') is None


def test_progress_is_throttled_except_first_and_last():
    told: list[ImportMessage] = []
    clock = iter(range(10_000))
    send = throttle_progress(told.append, now_s=lambda: next(clock) * PROGRESS_INTERVAL_S / 10)
    for done in range(101):
        send(ImportProgress(stage=ImportStage.CHECKING, done=done, total=100))
    counts = [each.progress.done for each in told if isinstance(each, ImportProgressMessage)]
    assert counts[0] == 0
    assert counts[-1] == 100
    assert 5 < len(counts) < 30


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("stage", "done"),
    [
        (ImportStage.READING, 0),
        (ImportStage.CHECKING, 0),
        (ImportStage.DRAWING, 0),
        (ImportStage.SAVING, 0),
        (ImportStage.SAVING, 2 * REPORT_EVERY),  # within the transaction
    ],
)
def test_import_killed_midway_changes_nothing(stage: ImportStage, done: int, data: Path, tmp_path: Path):
    file = tmp_path / "titik.geojson"
    import_layer(data, geojson(file, [SPOT] * 3))
    before = state_of(data)
    geojson(file, [{"type": "Point", "coordinates": [100.6 + n / 100_000, -0.8]} for n in range(3 * REPORT_EVERY)])
    code = (
        "import os, signal, sys; from pathlib import Path; from tabuah.console.map.map_import import import_layer\n"
        "def kill(told):\n"
        f"    if (told.stage.value, told.done) == ({stage.value!r}, {done}): os.kill(os.getpid(), signal.SIGKILL)\n"
        "import_layer(Path(sys.argv[1]), Path(sys.argv[2]), on_progress=kill)"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(data), str(file)], check=False)
    assert ended.returncode == KILLED
    assert state_of(data) == before
    assert import_layer(data, file).features == 3 * REPORT_EVERY, "and it can be tried again"


def test_remove_layer_removes_all_parts(data: Path, tmp_path: Path):
    way = {"type": "LineString", "coordinates": [[100.6, -0.9], [100.7, -0.8]]}
    import_layer(data, geojson(tmp_path / "lain.geojson", [SPOT]))
    other = state_of(data)
    import_layer(data, geojson(tmp_path / "jalur.geojson", [SPOT, way]))
    remove_layer(data, "jalur · line")
    assert state_of(data) == other
    remove_layer(data, "tidak ada")
    assert state_of(data) == other


def test_remove_boundaries_restores_estimates(data: Path, reference_data: Path):
    assert isinstance(run(data, reference_data / "solok_kecamatan.geojson")[-1], LayerImported)
    assert load_maps(data).is_official
    remove_boundaries(data)
    assert not load_maps(data).is_official
    assert state_of(data) == ({}, [])


def test_missing_layers_exclude_boundaries(data: Path, tmp_path: Path, reference_data: Path):
    import_layer(data, reference_data / "solok_kecamatan.geojson")
    import_layer(data, geojson(tmp_path / "stations.geojson", [SPOT]))
    assert undrawn_layers(data, load_maps(data).own) == ()
    (data / "map" / "layers.npz").unlink()
    assert undrawn_layers(data, load_maps(data).own) == ("stations",)
    assert undrawn_layers(tmp_path / "nowhere", ()) == ()


def test_import_installs_finished_base_map(data: Path, tmp_path: Path):
    base_map = tmp_path / "peta.gpkg"
    build_base_map(write_extract(tmp_path / "solok.osm.pbf"), base_map, bounds_deg=BOUNDS)
    came = run_import(data, base_map, None, send=told_nobody)
    assert isinstance(came, BaseMapImported)
    assert sum(came.taken.layers.values()) > 0
