"""Prints recovery codes by the dialog of the system."""

from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _


def print_codes(window: QWidget, codes: str) -> None:
    """Ask for a printer, and print the codes on one page."""
    from PySide6.QtGui import QTextDocument  # noqa: PLC0415 - not part of a start
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415

    printer = QPrinter()
    dialog = QPrintDialog(printer, window)
    if dialog.exec() == QPrintDialog.DialogCode.Accepted:
        document = QTextDocument()
        document.setPlainText(f"Tabuah · {_('Recovery codes')}\n\n{codes}\n")
        document.print_(printer)
