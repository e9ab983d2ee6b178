"""Dialogs for files: in the documents folder, with everything on them in the language of the window."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from tabuah.resources.catalogue import _


def save_dialog(window: QWidget, title: str, *, name: str, filters: Sequence[str]) -> QFileDialog:
    """Asks where a file goes; `name` is offered."""
    dialog = _dialog(window, title, filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    _label(dialog, accept=_("Save"))
    dialog.setDefaultSuffix(Path(name).suffix)
    dialog.selectFile(name)
    return dialog


def open_dialog(window: QWidget, title: str, *, filters: Sequence[str], many: bool = False) -> QFileDialog:
    """Asks which file is meant, or which `many`."""
    dialog = _dialog(window, title, filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles if many else QFileDialog.FileMode.ExistingFile)
    _label(dialog, accept=_("Choose"))
    return dialog


def _dialog(window: QWidget, title: str, filters: Sequence[str]) -> QFileDialog:
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    dialog = QFileDialog(window, title, folder)
    dialog.setNameFilters(list(filters))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def _label(dialog: QFileDialog, *, accept: str) -> None:
    """Our words for Qt's own, once the dialog knows what it is for."""
    labels = {
        QFileDialog.DialogLabel.Accept: accept,
        QFileDialog.DialogLabel.Reject: _("Cancel"),
        QFileDialog.DialogLabel.LookIn: _("Folder"),
        QFileDialog.DialogLabel.FileName: _("File name"),
        QFileDialog.DialogLabel.FileType: _("File type"),
    }
    for part, words in labels.items():
        dialog.setLabelText(part, words)
