"""Texts of Qt's own dialogs in the language of the window: Qt has no Indonesian translation of them."""

from typing import Final

from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from tabuah.resources.localisation import N_, _

_TEXTS: Final = {
    "Look in:": N_("Folder"),
    "Directory:": N_("Folder"),
    "File &name:": N_("File name"),
    "Files of type:": N_("File type"),
    "&Open": N_("Open"),
    "Open": N_("Open"),
    "&Save": N_("Save"),
    "Save As": N_("Save as"),
    "Cancel": N_("Cancel"),
    "&Cancel": N_("Cancel"),
    "&Yes": N_("Yes"),
    "&No": N_("No"),
    "OK": N_("OK"),
    "&OK": N_("OK"),
    "Back": N_("Back"),
    "Forward": N_("Forward"),
    "Parent Directory": N_("Folder above"),
    "Go back": N_("Back"),
    "Go forward": N_("Forward"),
    "Go to the parent directory": N_("Folder above"),
    "Create New Folder": N_("New folder"),
    "Create a New Folder": N_("New folder"),
    "&New Folder": N_("New folder"),
    "New Folder": N_("New folder"),
    "List View": N_("List"),
    "Change to list view mode": N_("List"),
    "Detail View": N_("Details"),
    "Change to detail view mode": N_("Details"),
    "Show &hidden files": N_("Show hidden files"),
    "&Rename": N_("Rename"),
    "&Delete": N_("Delete"),
    "Delete": N_("Delete"),
    "Computer": N_("Computer"),
    "My Computer": N_("Computer"),
    "Name": N_("Name"),
    "Size": N_("Size"),
    "Type": N_("Type"),
    "Kind": N_("Type"),
    "Date Modified": N_("Changed"),
    "Sidebar": N_("Folders"),
    "Files": N_("Files"),
    "All Files (*)": N_("All files (*)"),
    "%1 already exists.\nDo you want to replace it?": N_("%1 already exists.\nDo you want to replace it?"),
    "%1\nFile not found.\nPlease verify the correct file name was given.": N_("%1\nThis file does not exist."),
    "%1\nDirectory not found.\nPlease verify the correct directory name was given.": N_(
        "%1\nThis folder does not exist."
    ),
}
_CONTEXTS: Final = ("QFileDialog", "QFileSystemModel", "QPlatformTheme", "QMessageBox", "QDialogButtonBox")


class QtTranslator(QTranslator):
    """Translates the texts of file dialogs and message boxes by the catalogue of the program."""

    def isEmpty(self) -> bool:
        """Qt: an empty translator is not asked."""
        return False

    def translate(self, context: str, text: str, _disambiguation: str | None = None, _n: int = -1) -> str | None:
        """Qt: return the translation, or None where Qt's own text stays."""
        message = _TEXTS.get(text) if context in _CONTEXTS else None
        return None if message is None else _(message)


def install_qt_translator(app: QApplication) -> None:
    """Use the texts in all dialogs of a program; a second call changes nothing."""
    if app.findChild(QtTranslator) is None:
        app.installTranslator(QtTranslator(app))
