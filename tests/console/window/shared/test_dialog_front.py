"""The change from a dialog to the main window, which a large dialog would cover."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from support.window_fixture import OpenWindow

from tabuah.console.window.shared.dialog_front import bring_to_front, return_to_window

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def open_dialog(window: OpenWindow) -> Callable[[int], QDialog]:
    """Return a function that opens a dialog of a height over the window."""
    window.shell.resize(1366, 768)

    def open_it(height_px: int) -> QDialog:
        dialog = QDialog(window.shell)
        dialog.resize(1200, height_px)
        bring_to_front(dialog, window.notifier)
        window.until(dialog.isActiveWindow)
        dialog.move(window.shell.pos())
        return dialog

    return open_it


@pytest.mark.parametrize(("height_px", "stays"), [(680, False), (200, True)])
def test_dialog_is_hidden_where_it_covers_the_window(
    window: OpenWindow, open_dialog: Callable[[int], QDialog], height_px: int, stays: bool
) -> None:
    dialog = open_dialog(height_px)
    return_to_window(window.shell)
    window.until(window.shell.isActiveWindow)
    assert dialog.isVisible() is stays
    bring_to_front(dialog, window.notifier)
    window.until(dialog.isActiveWindow)
    dialog.close()


def test_exercises_come_back_after_a_report_key_has_hidden_them(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_L, CTRL, SHIFT)
    window.until(lambda: isinstance(QApplication.activeWindow(), QDialog))
    dialog = QApplication.activeWindow()
    window.key(Qt.Key.Key_N, CTRL)
    window.until(lambda: not dialog.isVisible())
    window.until(window.shell.isActiveWindow)
    window.key(Qt.Key.Key_L, CTRL, SHIFT)
    window.until(dialog.isVisible)
