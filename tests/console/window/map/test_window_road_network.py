"""The road network in the window: built from an imported layer, shown, and removed."""

import json
from pathlib import Path

import shapely
from PySide6.QtCore import Qt
from support.road_networks import at
from support.window_fixture import OpenWindow, visible_texts

from tabuah.console.map.map_import import import_layer
from tabuah.console.window.shell.actions import BY_ID
from tabuah.storage.cache.map.road_files import network_path


def import_roads(data: Path, folder: Path) -> None:
    lines = {"Jalan Raya": [at(0, 0), at(3, 0)], "Jalan Lingkar": [at(0, 0), at(1, 2), at(3, 0)]}
    features = [
        {
            "type": "Feature",
            "properties": {"nama": name},
            "geometry": shapely.geometry.mapping(shapely.LineString(line)),
        }
        for name, line in lines.items()
    ]
    file = folder / "jalan.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    import_layer(data, file)


def begin(window: OpenWindow) -> None:
    BY_ID["road_network"].run(window.commands)


def test_without_roads_the_next_step_is_told(window: OpenWindow) -> None:
    begin(window)
    window.until(lambda: "Ctrl+O" in visible_texts(window.shell))


def test_a_network_is_built_and_removed_by_keyboard(window: OpenWindow, data: Path, tmp_path: Path) -> None:
    import_roads(data, tmp_path)
    confirm = window.shell.parts.confirm
    begin(window)
    window.until(lambda: "lapisan jalan" in visible_texts(confirm))
    assert "garis lurus" in visible_texts(confirm)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: network_path(data).exists())
    window.until(lambda: "Jaringan jalan siap" in visible_texts(window.shell))
    begin(window)
    window.until(lambda: "Simpang dan ujung" in visible_texts(confirm))
    assert confirm.choice == "layer:jalan"
    window.key(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert confirm.choice == "remove"
    window.key(Qt.Key.Key_Return)
    window.until(lambda: not network_path(data).exists())


def test_a_damaged_network_can_be_built_again(window: OpenWindow, data: Path, tmp_path: Path) -> None:
    import_roads(data, tmp_path)
    network_path(data).write_bytes(b"no network")
    begin(window)
    confirm = window.shell.parts.confirm
    window.until(lambda: "rusak" in visible_texts(confirm))
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "Jaringan jalan siap" in visible_texts(window.shell))
