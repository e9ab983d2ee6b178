"""Bookmark menu: go to a named view, save the current view, delete a view."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from tabuah.resources.localisation import _

MAX_BOOKMARKS = 9  # one for each shortcut key


class NamedView(msgspec.Struct, frozen=True):
    """A bookmark in the menu: its name and shortcut key."""

    name: str
    key: str


class BookmarkMenu(QMenu):
    """The menu of the bookmark button.

    Signals:
        view_chosen: the number of the bookmark to go to, from 0.
        keep_requested: save the current view as a bookmark.
        forget_requested: the number of the bookmark to delete.
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
        self._views = tuple(views)

    def open_at(self, at: QPoint) -> None:
        self.clear()
        for number, view in enumerate(self._views):
            self._add(f"{view.name}\t{view.key}", "go", number)
        if self._views:
            self.addSeparator()
        self._add(f"{_('Save this view …')}\tCtrl+D", "keep", 0)
        if self._views:
            forget = self.addMenu(_("Delete a view"))
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
