"""Files of the user: dialogs in the language of the window, the folder used last, and opening a file."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from tabuah.resources.localisation import _
from tabuah.resources.time_zone import home_zone

FOLDER_PROPERTY: Final = "files_folder"  # of the main window: the folder of the last file dialog


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


def dated_name(*parts: str, at: datetime, suffix: str) -> str:
    """Return a file name of parts with local date and time: "SLK-7K3-0012-awal-20261201-1430.pdf"."""
    return "-".join((*parts, f"{at.astimezone(home_zone()):%Y%m%d-%H%M}")) + suffix


def ask_for_path(dialog: QFileDialog, then: Callable[[Path], None]) -> None:
    """Open a dialog for one file; `then` receives its path."""
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def ask_for_paths(dialog: QFileDialog, then: Callable[[list[Path]], None]) -> None:
    """Open a dialog for several files; `then` receives their paths."""
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()


def open_file(file: Path) -> bool:
    """Open a file or a folder in the program that the system has for it; return whether there is one."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


def _dialog(window: QWidget, title: str, filters: Sequence[str]) -> QFileDialog:
    main = _main_window(window)
    dialog = QFileDialog(window, title, str(_first_folder(main)))
    dialog.setNameFilters(list(filters))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(partial(_remember_folder, main))
    return dialog


def _main_window(widget: QWidget) -> QWidget:
    """Return the outermost window: a dialog shares the folder with the window that opened it."""
    above = widget.parentWidget()
    while above is not None:
        widget, above = above, above.parentWidget()
    return widget


def _first_folder(main: QWidget) -> Path:
    """Return the folder used last, else the documents: one that does not exist would become a file name."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    known = (str(main.property(FOLDER_PROPERTY) or ""), documents)
    return next((Path(folder) for folder in known if folder and Path(folder).is_dir()), Path.home())


def _remember_folder(main: QWidget, files: list[str]) -> None:
    if files:
        main.setProperty(FOLDER_PROPERTY, str(Path(files[0]).parent))


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
