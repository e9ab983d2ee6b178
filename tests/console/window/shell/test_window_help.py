"""The help in the window: F1 for the panel with the focus, search, running an action, and the key card."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog
from support.window_fixture import OpenWindow

from tabuah.widgets.controls.record_dialog import RecordDialog

CTRL = Qt.KeyboardModifier.ControlModifier


def open_help(window: OpenWindow, key: Qt.Key = Qt.Key.Key_F1) -> RecordDialog:
    window.key(key)
    dialog = window.console.objects.build_controls().help_actions.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def test_help_starts_with_the_panel_that_has_the_focus(window: OpenWindow):
    window.key(Qt.Key.Key_2, CTRL)
    dialog = open_help(window)
    assert dialog.list.chosen == "topic/map"
    window.key(Qt.Key.Key_Escape)
    window.until(lambda: window.console.objects.build_controls().help_actions.dialog is None)
    window.shell.activateWindow()
    window.until(window.shell.isActiveWindow)
    window.key(Qt.Key.Key_N)
    window.write("koto")
    assert open_help(window).list.chosen == "topic/report"
    assert window.edit("place_text").text() == "koto", "the form keeps its input"


def test_help_in_a_dialog_is_about_it_and_f1_again_changes_nothing(window: OpenWindow):
    window.key(Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    window.until(lambda: isinstance(QApplication.activeWindow(), QDialog))
    dialog = open_help(window)
    assert dialog.list.chosen == "topic/alarms"
    window.key(Qt.Key.Key_F1)
    assert window.console.objects.build_controls().help_actions.dialog is dialog
    assert dialog.list.chosen == "topic/alarms"


def test_enter_runs_the_found_action_and_closes_the_help(window: OpenWindow):
    before = window.console.appearance.palette.name
    open_help(window)
    window.write("F9")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.console.appearance.palette.name != before)
    window.until(lambda: window.console.objects.build_controls().help_actions.dialog is None)


def test_unavailable_action_stays_in_the_help_with_its_reason(window: OpenWindow):
    dialog = open_help(window)
    window.write("selesaikan konflik")
    assert dialog.list.chosen == "action/settle"
    window.key(Qt.Key.Key_Return)
    assert window.console.objects.build_controls().help_actions.dialog is dialog
    assert dialog._note.text() != ""


def test_question_mark_shows_keys_only(window: OpenWindow):
    dialog = open_help(window, Qt.Key.Key_Question)
    assert dialog.findChild(QCheckBox, "help_keys").isChecked()
    assert dialog.list.chosen.startswith("action/")


def test_nothing_found_leaves_no_card(window: OpenWindow):
    dialog = open_help(window)
    window.write("zzzz qqqq")
    assert dialog.list.chosen == ""
    assert dialog._card.isHidden()


@pytest.mark.parametrize("folder", ["", "none"])
def test_key_card_is_written_or_the_failure_is_shown(window: OpenWindow, tmp_path: Path, folder: str):
    file = tmp_path / folder / "keys.pdf"
    window.console.objects.build_controls().help_actions.write_key_card(file)
    if folder:
        window.wait_for_toast("keys.pdf")
        assert not file.exists()
    else:
        window.until(file.exists)
        assert file.read_bytes().startswith(b"%PDF")
