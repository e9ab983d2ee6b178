"""The dialog of settings."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tabuah.widgets.shell.settings_dialog import SettingRow, SettingsDialog
from tabuah.widgets.theme.appearance import Appearance

CHOICES = (("a", "A"), ("b", "B"))


@pytest.fixture
def dialog(qtbot: QtBot) -> SettingsDialog:
    rows = [SettingRow(code=c, label=c.upper(), note=f"note {c}", choices=CHOICES, current="a") for c in ("x", "y")]
    made = SettingsDialog(Appearance(), rows)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made._controls["x"].hasFocus)
    return made


def test_dialog_reports_each_change(dialog: SettingsDialog, qtbot: QtBot):
    changes: list[tuple[str, str]] = []
    dialog.value_chosen.connect(lambda code, value: changes.append((code, value)))
    qtbot.keyClick(dialog._controls["x"], Qt.Key.Key_Right)
    qtbot.keyClick(dialog._controls["x"], Qt.Key.Key_Up)
    assert dialog._controls["y"].hasFocus(), "Up goes round to the last one"
    qtbot.keyClick(dialog._controls["y"], Qt.Key.Key_Left)
    qtbot.keyClick(dialog._controls["y"], Qt.Key.Key_Return)
    assert changes == [("x", "b"), ("y", "b")]
    assert dialog.isVisible(), "Enter presses nothing"


def test_dialog_offers_undo_after_a_change_only(dialog: SettingsDialog, qtbot: QtBot):
    assert not dialog._undo.isEnabled()
    dialog.show_undo(possible=True)
    with qtbot.waitSignal(dialog.undo_requested):
        dialog._undo.click()
    with qtbot.waitSignal(dialog.reset_requested):
        dialog._reset.click()


def test_dialog_controls_have_names_and_notes(dialog: SettingsDialog):
    assert [control.accessibleName() for control in dialog._controls.values()] == ["X", "Y"]
    assert dialog._notes["x"].text() == "note x"
