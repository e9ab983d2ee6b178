"""Layers in the window.

Switched in the panel, computed on a worker, remembered; missing tiles are reported.
"""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QMenu, QSlider, QToolButton
from support.tile_samples import picture, write_mbtiles
from support.window_fixture import OpenWindow

from tabuah.console.window.map.surface_updates import station_values
from tabuah.gis.layers.surfaces import ValueSource
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.storage.readings.store import ReadingsStore
from tabuah.widgets.map.layers.layer_item import LayerItem
from tabuah.widgets.map.layers.layer_notes import LayerState


def gauge(code: str, lon_deg: float, interval_s: float = 600) -> Station:
    rain = Parameter(code="rain_mm", unit="mm", expected_interval_s=interval_s, valid_min=0, valid_max=100)
    return Station(code=code, name=code, kind=StationKind.RAIN, lon_deg=lon_deg, lat_deg=-0.9, parameters=(rain,))


def line(window: OpenWindow, name: str) -> LayerItem:
    """Return the row of a layer; a hidden panel has none, so it is opened as a person would."""
    window.shell.parts.panels["layers"].show()
    window.until(lambda: window.shell.findChild(LayerItem, f"layer_{name}") is not None)
    return window.find(LayerItem, f"layer_{name}")


def part(window: OpenWindow, name: str, kind: type, part_name: str):
    found = line(window, name).findChild(kind, part_name)
    assert isinstance(found, kind)
    return found


def test_layers_panel_opens_by_key_and_controls_map(window: OpenWindow):
    panel = window.shell.parts.panels["layers"]
    assert panel.isHidden()
    window.key(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert panel.isVisible()
    part(window, "lakes", QCheckBox, "layer_shown").click()
    assert not window.shell.parts.map.canvas.content.shows("lakes")
    part(window, "rivers", QSlider, "layer_opacity").setValue(40)
    assert window.shell.parts.map.canvas.content.choices.opacities == {"rivers": 0.4}
    part(window, "rivers", QToolButton, "layer_up").click()
    assert "rivers" in window.shell.parts.map.canvas.content.choices.orders
    part(window, "rivers", QToolButton, "layer_reset").click()
    assert window.shell.parts.map.canvas.content.choices.opacities == {}


def test_layer_choices_are_remembered(open_console, data: Path):
    window = open_console()
    part(window, "rivers", QSlider, "layer_opacity").setValue(40)
    part(window, "rain_1h", QCheckBox, "layer_shown").click()
    part(window, "lakes", QCheckBox, "layer_shown").click()
    window.shell.close()
    window.console.close()
    content = open_console().shell.parts.map.canvas.content
    assert content.choices.opacities == {"rivers": 0.4}
    assert (content.shows("rain_1h"), content.shows("lakes")) == (True, False)
    assert not content.shows("rain_24h"), "not shown until somebody wants it"


def test_surface_exists_only_while_switched_on(window: OpenWindow):
    canvas = window.shell.parts.map.canvas
    assert canvas.content.surfaces == ()
    part(window, "incident_density", QCheckBox, "layer_shown").click()
    window.until(lambda: [surface.name for surface in canvas.content.surfaces] == ["incident_density"])
    assert canvas.content.surfaces[0].points == 0
    window.updates.hold_map_updates(held=True)
    assert canvas.content.surfaces == (), "the past has no surface of now"
    window.updates.hold_map_updates(held=False)
    assert [surface.name for surface in canvas.content.surfaces] == ["incident_density"]
    part(window, "incident_density", QCheckBox, "layer_shown").click()
    window.until(lambda: canvas.content.surfaces == ())


def test_rain_surface_without_readings_says_so(window: OpenWindow):
    part(window, "rain_1h", QCheckBox, "layer_shown").click()
    note = part(window, "rain_1h", QLabel, "layer_note")
    window.until(lambda: note.text() == "belum ada stasiun dengan data yang cukup")


def test_tile_file_is_shown_reported_missing_and_forgotten(open_console, data: Path):
    (data / "tiles").mkdir(parents=True)
    file = write_mbtiles(data / "tiles" / "citra.mbtiles", {(0, 0, 0): picture("#336699")}, name="Citra 2026")
    window = open_console()
    assert part(window, "citra.mbtiles", QCheckBox, "layer_shown").text() == "Citra 2026"
    notes = window.shell.parts.map.canvas
    window.until(lambda: "citra.mbtiles" in notes.layer_notes)
    assert notes.layer_notes["citra.mbtiles"].state is LayerState.FINE
    window.shell.close()
    window.console.close()
    file.unlink()
    window = open_console()
    note = part(window, "citra.mbtiles", QLabel, "layer_note")
    window.until(lambda: note.text() == "Berkas peta citra.mbtiles tidak ada.")
    part(window, "citra.mbtiles", QToolButton, "layer_forget").click()
    window.until(lambda: (data / "map" / "tiles.json").read_bytes() == b"[]")
    assert window.shell.parts.map.canvas.content.tiles == ()


def test_bad_style_file_is_reported(open_console, data: Path):
    (data / "map").mkdir(parents=True)
    (data / "map" / "style.toml").write_text('version = 1\n[[layer]]\nname = "rivers"\nkind = "liens"\n')
    window = open_console()
    window.wait_for_toast("style.toml", "baris 4")
    assert window.shell.parts.map.canvas.content.shows("rivers")


@pytest.fixture
def readings(tmp_path: Path):
    with ReadingsStore(tmp_path / "readings.db") as store:
        yield store


def test_surface_sum_needs_nearly_all_readings(readings: ReadingsStore):
    from datetime import UTC, datetime

    now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    stations = [gauge("FULL", 100.6), gauge("GAPS", 100.7), gauge("NONE", 100.8)]
    full = [Reading("FULL", "rain_mm", now - timedelta(minutes=10 * n), 2.0) for n in range(6)]
    gaps = [Reading("GAPS", "rain_mm", now - timedelta(minutes=20 * n), 9.0) for n in range(3)]
    readings.store([*full, *gaps])
    values = station_values(readings, stations, ValueSource(parameter="rain_mm", hours=1), now)
    assert values[0] == pytest.approx(12.0)
    assert np.isnan(values[1:]).all()
    newest = station_values(readings, stations, ValueSource(parameter="rain_mm"), now + timedelta(minutes=25))
    assert newest[:2].tolist() == [2.0, 9.0]
    later = station_values(readings, stations, ValueSource(parameter="rain_mm"), now + timedelta(hours=1))
    assert np.isnan(later).all(), "what is old says nothing of now"


def choose(window: OpenWindow, text: str) -> None:
    """Open the context menu of a place on the map and choose an action."""
    canvas = window.shell.parts.map.canvas
    canvas.context_requested.emit(100.6, -0.9, canvas.mapToGlobal(canvas.rect().center()))
    menu = next(each for each in window.shell.findChildren(QMenu) if each.isVisible())
    action = next(each for each in menu.actions() if each.text() == text)
    menu.setActiveAction(action)
    window.qtbot.keyClick(menu, Qt.Key.Key_Return)
    window.until(lambda: not menu.isVisible())


def test_range_rings_are_toggled_in_context_menu(window: OpenWindow):
    canvas = window.shell.parts.map.canvas
    choose(window, "Lingkaran jarak dari sini")
    (ranges,) = canvas.content.ranges
    assert (ranges.lon_deg, ranges.lat_deg, len(ranges.radii_m)) == (100.6, -0.9, 4)
    choose(window, "Hapus lingkaran jarak")
    assert canvas.content.ranges == ()


def test_sector_is_started_in_context_menu(window: OpenWindow):
    canvas = window.shell.parts.map.canvas
    choose(window, "Gambar sektor dari sini")
    assert canvas.tools.active.code == "sector"
    assert canvas.hasFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Return):
        window.qtbot.keyClick(canvas, key)
    (drawn,) = canvas.content.ranges
    assert (drawn.lon_deg, drawn.lat_deg) == pytest.approx((100.6, -0.9))
    assert drawn.sector_deg is not None
    window.key(Qt.Key.Key_V)
    assert not canvas.tools.is_working
    assert canvas.content.ranges == (drawn,)


def test_layers_panel_shares_height_with_board(window: OpenWindow):
    panels = window.shell.parts.panels
    window.key(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: panels["layers"].height() > panels["board"].height() * 0.7)
