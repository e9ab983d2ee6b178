"""File dialogs that start in the documents folder and use the language of the window."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from tabuah.resources.localisation import _


def save_dialog(window: QWidget, title: str, *, name: str, filters: Sequence[str]) -> QFileDialog:
    """Return a dialog that asks where to save a file; `name` is the suggested file name."""
    dialog = _dialog(window, title, filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    _label(dialog, accept=_("Save"))
    dialog.setDefaultSuffix(Path(name).suffix)
    dialog.selectFile(name)
    return dialog


def open_dialog(window: QWidget, title: str, *, filters: Sequence[str], many: bool = False) -> QFileDialog:
    """Return a dialog that asks for one file, or for several with `many`."""
    dialog = _dialog(window, title, filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles if many else QFileDialog.FileMode.ExistingFile)
    _label(dialog, accept=_("Choose"))
    return dialog


def ask_for_path(dialog: QFileDialog, then: Callable[[Path], None]) -> None:
    """Open a dialog for one file; `then` receives its path."""
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def ask_for_paths(dialog: QFileDialog, then: Callable[[list[Path]], None]) -> None:
    """Open a dialog for several files; `then` receives their paths."""
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()


def _dialog(window: QWidget, title: str, filters: Sequence[str]) -> QFileDialog:
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    dialog = QFileDialog(window, title, folder)
    dialog.setNameFilters(list(filters))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def _label(dialog: QFileDialog, *, accept: str) -> None:
    """Replace Qt's own labels by translated ones.

    Works only after the mode of the dialog is set.
    """
    labels = {
        QFileDialog.DialogLabel.Accept: accept,
        QFileDialog.DialogLabel.Reject: _("Cancel"),
        QFileDialog.DialogLabel.LookIn: _("Folder"),
        QFileDialog.DialogLabel.FileName: _("File name"),
        QFileDialog.DialogLabel.FileType: _("File type"),
    }
    for part, words in labels.items():
        dialog.setLabelText(part, words)
