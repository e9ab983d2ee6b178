"""Keys of every window and panel, the log-in from the header, and the first start."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shell.key_names import key_caption

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize(
    ("key", "caption"), [("Ctrl+K", "Ctrl K"), ("Ctrl++", "Ctrl +"), ("Ctrl+Home", "Ctrl Home"), ("+", "+"), ("", "")]
)
def test_key_caption_shows_whole_key(key: str, caption: str) -> None:
    assert key_caption(key) == caption


def the_dialog(window: OpenWindow) -> QDialog:
    dialog = QApplication.activeWindow()
    assert isinstance(dialog, QDialog)
    return dialog


@pytest.fixture
def dialog(window: OpenWindow) -> QDialog:
    """Return the list of alarms, a window of its own."""
    window.key(Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    window.until(lambda: isinstance(QApplication.activeWindow(), QDialog))
    return the_dialog(window)


@pytest.mark.parametrize("modifiers", [(), (CTRL,)])
def test_report_key_works_in_dialog(window: OpenWindow, dialog: QDialog, modifiers: tuple) -> None:
    window.key(Qt.Key.Key_N, *modifiers)
    window.until(lambda: window.shell.parts.side.page is SidePage.REPORT)
    assert not dialog.isVisible()
    window.until(window.shell.isActiveWindow)
    window.until(window.edit("place_text").hasFocus)
    window.key(Qt.Key.Key_Escape)
    window.key(Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    window.until(dialog.isVisible)


def test_palette_and_theme_keys_work_in_dialog(window: OpenWindow, dialog: QDialog) -> None:
    before = window.console.appearance.palette.name
    window.key(Qt.Key.Key_F9)
    window.until(lambda: window.console.appearance.palette.name != before)
    assert dialog.isVisible()
    window.key(Qt.Key.Key_K, CTRL)
    window.until(window.shell.parts.palette.isVisible)


def test_control_keys_work_in_text_fields(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.write("nagari jauh")
    assert window.edit("place_text").text() == "nagari jauh"
    window.key(Qt.Key.Key_K, CTRL)
    window.until(window.shell.parts.palette.isVisible)
    window.key(Qt.Key.Key_Escape)
    window.edit("place_text").setFocus()
    window.key(Qt.Key.Key_J, CTRL)
    window.until(lambda: window.commands.replay.moment is not None)
    assert window.edit("place_text").text() == "nagari jauh"


def test_report_key_works_in_trays(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_B)
    window.until(lambda: window.shell.parts.lower.shows_trays)
    window.shell.parts.trays.setFocus()
    window.key(Qt.Key.Key_N)
    window.until(lambda: window.shell.parts.side.page is SidePage.REPORT)


@pytest.mark.parametrize("name", ["person_button", "sync_badge", "start_log_in"])
def test_header_and_first_start_open_log_in(window: OpenWindow, name: str) -> None:
    button = window.find(QAbstractButton, name)
    assert button.isVisible()
    button.click()
    window.until(lambda: window.shell.parts.side.page is SidePage.LOGIN)


def test_first_start_names_three_steps(window: OpenWindow, data: Path) -> None:
    assert "Mulai dalam tiga langkah" in window.details_text
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.until(lambda: "Mulai dalam tiga langkah" not in window.details_text)
    assert not window.find(QAbstractButton, "start_log_in").isVisible()


def test_report_key_keeps_what_was_typed(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.write("dekat pasar")
    window.shell.parts.map.canvas.setFocus()
    window.key(Qt.Key.Key_N)
    place = window.find(QLineEdit, "place_text")
    assert place.text() == "dekat pasar"
    assert place.hasFocus()
