"""Shelters in the window: a keyboard journey from adding one to its count, undo, map layer and export."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from support.window_fixture import OpenWindow, identity, open_second_store, report_in_second_store, visible_texts

from tabuah.console.window.shell.palette_search import SHELTER, palette_items
from tabuah.operations.people.roles import Role
from tabuah.operations.shelters.shelter import Shelter
from tabuah.widgets.controls.record_dialog import RecordDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(open_console, data: Path) -> OpenWindow:
    """Return a supervisor's window with an incident in Koto Baru."""
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.SUPERVISOR))
        report_in_second_store(store)
    opened = open_console()
    opened.until(lambda: len(opened.console.services.state.snapshot.incidents) == 1)
    return opened


def shelters(window: OpenWindow) -> list[Shelter]:
    return list(window.console.services.state.snapshot.shelters.values())


def open_dialog(window: OpenWindow) -> RecordDialog:
    window.key(Qt.Key.Key_H, CTRL, SHIFT)
    dialog = window.commands.shelters.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def field(dialog: RecordDialog, code: str) -> QLineEdit:
    control = dialog.form._controls[code]
    assert isinstance(control, QLineEdit)
    return control


def layer_names(window: OpenWindow) -> list[str]:
    layers = window.shell.parts.map.canvas._content.office_layers
    return [feature.name for layer in layers for feature in layer.features]


def test_shelter_is_added_counted_and_undone_by_keyboard(window: OpenWindow, tmp_path: Path):
    dialog = open_dialog(window)
    window.key(Qt.Key.Key_N, CTRL, SHIFT)
    window.write("SDN 03 Koto Baru")
    field(dialog, "place").setText("Koto Baru, Kubung")
    field(dialog, "capacity").setText("banyak")
    window.key(Qt.Key.Key_Return)
    assert shelters(window) == []
    field(dialog, "capacity").setText("1.200")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: dialog.list.chosen != "")
    (shelter,) = shelters(window)
    assert (shelter.name, shelter.capacity, shelter.place.nagari) == ("SDN 03 Koto Baru", 1_200, "Koto Baru")
    window.until(lambda: layer_names(window) == ["SDN 03 Koto Baru"])

    window.key(Qt.Key.Key_Return)
    window.write("PMI")
    field(dialog, "people").setText("40")
    field(dialog, "women").setText("41")
    window.key(Qt.Key.Key_Return)
    assert not dialog.shows_list, "a group larger than all people is refused at the form"
    field(dialog, "women").setText("20")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: shelters(window)[0].people == 40)
    window.until(lambda: any("40" in name for name in layer_names(window)))
    assert any("perempuan 20" in fact.value for fact in dialog._facts._facts)

    window.key(Qt.Key.Key_F3)
    window.until(lambda: shelters(window)[0].people is None)
    target = tmp_path / "posko.geojson"
    window.commands.shelters.write_export(target)
    window.until(target.exists)
    assert json.loads(target.read_text("utf-8"))["features"][0]["properties"]["name"] == "SDN 03 Koto Baru"


def test_shelter_is_closed_with_a_reason_found_again_and_reopened(window: OpenWindow):
    dialog = open_dialog(window)
    window.key(Qt.Key.Key_N, CTRL, SHIFT)
    window.write("Posko Utama")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: dialog.list.chosen != "")
    window.key(Qt.Key.Key_D, CTRL, SHIFT)
    window.write("selesai")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: not shelters(window)[0].is_open)
    window.until(lambda: layer_names(window) == [])
    window.until(lambda: dialog.list.chosen == "")  # the list follows the layers in a turn of its own
    window.commands.shelters.begin(shelters(window)[0].id)
    assert dialog.list.chosen == shelters(window)[0].id
    assert "selesai" in visible_texts(dialog)
    window.key(Qt.Key.Key_D, CTRL, SHIFT)
    window.write("hujan lagi")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: shelters(window)[0].is_open)


def test_search_of_the_window_finds_a_shelter(window: OpenWindow):
    dialog = open_dialog(window)
    window.key(Qt.Key.Key_N, CTRL, SHIFT)
    window.write("Surau Gadang")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: dialog.list.chosen != "")
    dialog.close()
    state = window.console.services.state
    (item,) = (each for each in palette_items((), state.snapshot, None, now=state.now()) if each.kind == SHELTER)
    assert item.title == "Surau Gadang"
    window.shell.parts.palette.chosen.emit(item)
    window.until(lambda: window.commands.shelters.dialog is not None)
    found = window.commands.shelters.dialog
    assert found is not None
    assert found.list.chosen == shelters(window)[0].id


@pytest.mark.parametrize("role", [Role.VIEWER])
def test_viewer_sees_reasons_and_changes_nothing(open_console, data: Path, role: Role):
    with open_second_store(data) as store:
        store.remember_identity(identity(role))
    opened = open_console()
    dialog = open_dialog(opened)
    add = dialog.findChild(QPushButton, "shelter_add")
    assert isinstance(add, QPushButton)
    assert not add.isEnabled()
    assert add.accessibleDescription()
