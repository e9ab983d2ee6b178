"""Closed roads and outages in the window: a keyboard journey from the report to the end, undo, map and export."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from support.window_fixture import OpenWindow, identity, open_second_store, report_in_second_store, visible_texts

from tabuah.console.window.shell.palette_search import DISRUPTION, palette_items
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.people.roles import Role
from tabuah.widgets.controls.record_dialog import RecordDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(open_console, data: Path) -> OpenWindow:
    """Return an operator's window with an incident in Koto Baru."""
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.OPERATOR))
        report_in_second_store(store)
    opened = open_console()
    opened.until(lambda: len(opened.console.services.state.snapshot.incidents) == 1)
    return opened


def disruptions(window: OpenWindow) -> list[Disruption]:
    return list(window.console.services.state.snapshot.disruptions.values())


def open_dialog(window: OpenWindow) -> RecordDialog:
    window.key(Qt.Key.Key_R, CTRL, SHIFT)
    dialog = window.commands.disruptions.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def fill(dialog: RecordDialog, **texts: str) -> None:
    for code, text in texts.items():
        control = dialog.form._controls[code]
        assert isinstance(control, QLineEdit)
        control.setText(text)


def layer_names(window: OpenWindow) -> list[str]:
    return [layer.name for layer in window.shell.parts.map.canvas._content.disruption_layers]


def report(window: OpenWindow, **more: str) -> RecordDialog:
    dialog = open_dialog(window)
    window.key(Qt.Key.Key_N, CTRL, SHIFT)
    window.write("Jalan Lolo km 3")
    fill(dialog, place="Koto Baru, Kubung", source="Polsek Kubung", **more)
    window.key(Qt.Key.Key_Return)
    return dialog


def test_road_is_reported_ended_and_undone_by_keyboard(window: OpenWindow, tmp_path: Path):
    dialog = report(window, line="100.65,-0.85", began_at="00.00", expected_end="9999-12-31 06.00")
    assert disruptions(window) == []
    fill(dialog, line="100.65,-0.85 100.66,-0.86")
    window.key(Qt.Key.Key_Return)
    assert not dialog.shows_list, "the journal does not take such a time: it is refused at the form"
    fill(dialog, expected_end="")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: dialog.list.chosen != "")
    (road,) = disruptions(window)
    assert (road.name, road.source, len(road.line), road.is_open) == ("Jalan Lolo km 3", "Polsek Kubung", 2, True)
    window.until(lambda: layer_names(window) == ["closed_roads", "disruptions"])
    state = window.console.services.state
    assert any(item.kind == DISRUPTION for item in palette_items((), state.snapshot, None, now=state.now()))

    window.key(Qt.Key.Key_E, CTRL, SHIFT)
    fill(dialog, note="satu lajur", expected_end="2099-01-01 06.00")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: disruptions(window)[0].note == "satu lajur")
    window.until(lambda: "satu lajur" in visible_texts(dialog))
    window.key(Qt.Key.Key_F3)
    window.until(lambda: disruptions(window)[0].note == "" and disruptions(window)[0].expected_end is None)

    window.key(Qt.Key.Key_Return)
    window.write("dibuka Dinas PU")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: not disruptions(window)[0].is_open)
    window.until(lambda: layer_names(window) == [])
    window.key(Qt.Key.Key_F3)
    window.until(lambda: disruptions(window)[0].is_open)

    target = tmp_path / "jalan.geojson"
    window.commands.disruptions.write_export(target)
    window.until(target.exists)
    window.until(lambda: bool(target.read_bytes()))
    (feature,) = json.loads(target.read_text())["features"]
    assert feature["geometry"]["type"] == "LineString"


def test_dispatch_names_closed_roads_near_the_incident(window: OpenWindow):
    dialog = report(window)
    window.until(lambda: len(disruptions(window)) == 1)
    dialog.close()
    window.choose(window.incidents[0])
    window.commands.incidents.status_actions.dispatch()
    window.until(lambda: "Jalan Lolo km 3 (ditutup)" in visible_texts(window.shell.parts.confirm))


def test_viewer_sees_why_nothing_can_be_reported(open_console, data: Path):
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.VIEWER))
    window = open_console()
    dialog = open_dialog(window)
    window.key(Qt.Key.Key_N, CTRL, SHIFT)
    assert dialog.shows_list
