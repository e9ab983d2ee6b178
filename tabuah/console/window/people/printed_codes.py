"""Prints recovery codes, and proofs, by the dialog of the system."""

from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _


def print_codes(window: QWidget, codes: str, *, title: str = "") -> None:
    """Ask for a printer, and print the codes below a title."""
    from PySide6.QtGui import QTextDocument  # noqa: PLC0415 - not part of a start
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415

    printer = QPrinter()
    dialog = QPrintDialog(printer, window)
    if dialog.exec() == QPrintDialog.DialogCode.Accepted:
        document = QTextDocument()
        document.setPlainText(f"Tabuah · {title or _('Recovery codes')}\n\n{codes}\n")
        document.print_(printer)
