"""The menu of saved views of the list of incidents."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from tabuah.resources.localisation import N_, _


class ViewAct(StrEnum):
    """An act on saved views."""

    SAVE = "save"
    RENAME = "rename"
    DELETE = "delete"
    IMPORT = "import"
    EXPORT = "export"


_LABELS: Final = {
    ViewAct.SAVE: N_("Save this view …"),
    ViewAct.RENAME: N_("Rename the view …"),
    ViewAct.DELETE: N_("Delete the view"),
    ViewAct.IMPORT: N_("Import views …"),
    ViewAct.EXPORT: N_("Export all views …"),
}
_OF_ONE: Final = (ViewAct.RENAME, ViewAct.DELETE)


class SavedViewMenu(QMenu):
    """Lists the saved views, then the acts on them.

    Signals:
        view_chosen: name of a view.
        act_requested: code of an act.
    """

    view_chosen = Signal(str)
    act_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("incident_list_view_menu")
        self.triggered.connect(self._on_triggered)
        self.show_views((), "")

    def show_views(self, names: Sequence[str], current: str) -> None:
        """Show the views; acts on one view are possible while one is current."""
        self.clear()
        for name in names:
            action = QAction(name.replace("&", "&&"), self, checkable=True, checked=name == current)
            action.setData(("view", name))
            self.addAction(action)
        if not names:
            none = QAction(_("No views are saved."), self)
            none.setEnabled(False)
            self.addAction(none)
        self.addSeparator()
        for act, label in _LABELS.items():
            action = QAction(_(label), self)
            action.setData(("act", act.value))
            action.setEnabled(bool(current) if act in _OF_ONE else act is not ViewAct.EXPORT or bool(names))
            self.addAction(action)

    def _on_triggered(self, action: QAction) -> None:
        kind, value = action.data()
        (self.view_chosen if kind == "view" else self.act_requested).emit(value)
