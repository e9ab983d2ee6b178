"""An error before there is a window: told in a small one, for whoever did not start Tabuah from a terminal."""

import sys

from PySide6.QtWidgets import QApplication, QMessageBox

from tabuah.console.window.explaining import explain, is_expected
from tabuah.resources.catalogue import _


def tell_fatal(error: Exception) -> None:
    """Tell an expected error, unless a terminal will."""
    if not is_expected(error) or sys.stderr.isatty() or QApplication.platformName() in ("offscreen", "minimal", ""):
        return
    message = explain(error)
    box = QMessageBox(QMessageBox.Icon.Warning, _("Tabuah cannot open"), message.text)
    box.setInformativeText(" ".join(part for part in (message.safe, message.next_step) if part))
    box.exec()
