"""The way from a list of one world to what waits in the others."""

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from tabuah.resources.localisation import ngettext
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.theme.appearance import Appearance

ELSEWHERE_KEY = "W"


class WorldLink(msgspec.Struct, frozen=True, kw_only=True):
    """Items of another world: "2 more in EXERCISE Galodo"."""

    key: str
    text: str
    count: int


class ElsewhereButton(KeyButton):
    """Names the other worlds with their counts; hidden where nothing waits there.

    Signals:
        world_requested: key of the world to show.
    """

    world_requested = Signal(str)

    def __init__(self, appearance: Appearance, *, name: str) -> None:
        super().__init__(appearance, "", key=ELSEWHERE_KEY, icon="flag", kind=ButtonKind.GHOST, name=name)
        self._links: tuple[WorldLink, ...] = ()
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._on_triggered)
        self.clicked.connect(self.choose)
        self.describe(_describe_worlds(()))
        self.hide()

    def show_links(self, links: tuple[WorldLink, ...]) -> None:
        """Show how much waits in other worlds."""
        if links == self._links:
            return
        self._links = links
        self.setVisible(bool(links))
        text = links[0].text if len(links) == 1 else _describe_worlds(links)
        self.setText(text)
        self.describe(text)
        self._menu.clear()
        for link in links:
            action = QAction(link.text, self._menu)
            action.setData(link.key)
            self._menu.addAction(action)
        self.updateGeometry()

    def choose(self) -> None:
        """Go to the other world, or offer a choice of several."""
        if len(self._links) == 1:
            self.world_requested.emit(self._links[0].key)
        elif self._links:
            self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _on_triggered(self, action: QAction) -> None:
        self.world_requested.emit(str(action.data()))


def _describe_worlds(links: tuple[WorldLink, ...]) -> str:
    count = sum(link.count for link in links)
    text = ngettext("{n} more in {worlds} other worlds", "{n} more in {worlds} other worlds", count)
    return text.format(n=count, worlds=len(links))
