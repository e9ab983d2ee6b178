"""The palette of the window."""

from pathlib import Path

from PySide6.QtCore import Qt
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

CTRL = Qt.KeyboardModifier.ControlModifier


def test_palette_finds_incidents_places_and_commands(window: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        incident = report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.key(Qt.Key.Key_K, CTRL)
    window.write(incident.number.lower())
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.selection.incident == incident.id)
    window.key(Qt.Key.Key_K, CTRL)
    window.write("alahan panjang")
    window.key(Qt.Key.Key_Return)
    lon_deg, _lat_deg = window.shell.parts.map.canvas.view.centre_deg
    assert 100.7 < lon_deg < 100.9
    window.key(Qt.Key.Key_K, CTRL)
    window.write("gelap atau")
    window.key(Qt.Key.Key_Return)
    assert window.console.appearance.palette.name == "light"
