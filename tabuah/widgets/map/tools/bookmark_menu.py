"""The menu of named views: go there, keep the view of now, forget one."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from tabuah.resources.catalogue import _

MOST = 9  # as many as there are keys


@dataclass(frozen=True, slots=True)
class NamedView:
    """A bookmark as the menu shows it: its name and the key that goes there."""

    name: str
    key: str


class BookmarkMenu(QMenu):
    """Opened by the button on the map.

    Signals:
        view_chosen: the number of the bookmark to go to, from 0.
        keep_requested: the view of now is to be kept.
        forget_requested: the number of the bookmark to be forgotten.
    """

    view_chosen = Signal(int)
    keep_requested = Signal()
    forget_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bookmark_menu")
        self._views: tuple[NamedView, ...] = ()
        self.triggered.connect(self._on_triggered)

    def show_views(self, views: Sequence[NamedView]) -> None:
        """Offer these views."""
        self._views = tuple(views)

    def open_at(self, at: QPoint) -> None:
        """Fill the menu and open it."""
        self.clear()
        for number, view in enumerate(self._views):
            self._add(f"{view.name}\t{view.key}", "go", number)
        if self._views:
            self.addSeparator()
        self._add(f"{_('Keep this view …')}\tCtrl+D", "keep", 0)
        if self._views:
            forget = self.addMenu(_("Forget a view"))
            for number, view in enumerate(self._views):
                self._add(view.name, "forget", number, menu=forget)
        self.popup(at)

    def _add(self, text: str, verb: str, number: int, menu: QMenu | None = None) -> None:
        action = (menu or self).addAction(text)
        action.setData((verb, number))

    def _on_triggered(self, action: QAction) -> None:
        verb, number = action.data()
        if verb == "go":
            self.view_chosen.emit(number)
        elif verb == "keep":
            self.keep_requested.emit()
        else:
            self.forget_requested.emit(number)
