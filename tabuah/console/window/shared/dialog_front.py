"""Change between the main window and its dialogs."""

from typing import Final

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tabuah.console.window.shared.notifier import Notifier

_COVERS_SHARE: Final = 0.5  # of the area of the window


def bring_to_front(dialog: QDialog, notifier: Notifier) -> None:
    """Show a dialog, also one that is open or hidden already, and give it the keyboard and the notifications."""
    notifier.show_in(dialog)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()


def return_to_window(window: QWidget) -> None:
    """Give the main window the keyboard, where a dialog has shown something in it.

    A dialog stays above its window, so one that covers most of it is hidden, with its content.
    """
    front = QApplication.activeWindow()
    if isinstance(front, QDialog) and _covers(front, window):
        front.hide()
    window.raise_()
    window.activateWindow()


def _covers(dialog: QDialog, window: QWidget) -> bool:
    shared = dialog.frameGeometry().intersected(window.frameGeometry())
    return shared.width() * shared.height() >= _COVERS_SHARE * window.width() * window.height()
