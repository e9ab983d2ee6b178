"""Keys, menus and the palette around the table of actions."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu

from tabuah.console.window.actions import ACTIONS, BY_ID, MENUS, Action, Situation, action_state
from tabuah.console.window.doing import Doing
from tabuah.console.window.telling import Teller
from tabuah.resources.catalogue import _
from tabuah.widgets.action_bar import fill_menu


class ActionKeys(QObject):
    """Runs actions by key and by menu; one that cannot be done says why."""

    def __init__(
        self, window: QMainWindow, doing: Doing, teller: Teller, *, situation: Callable[[], Situation]
    ) -> None:
        super().__init__(window)
        self._window, self._doing, self._teller, self._situation = window, doing, teller, situation
        for action in ACTIONS:
            for key in action.keys:
                self._bind(action, key)

    def run(self, action_id: str) -> None:
        """Do an action, or say why it cannot be done now."""
        action = BY_ID[action_id]
        reason = action.reason(self._situation())
        if reason:
            self._teller.refuse(reason)
        else:
            action.run(self._doing)

    def menu(self) -> QMenu:
        """The window's menu, filled when it opens."""
        menu = QMenu(self._window)
        menu.setObjectName("main_menu")
        for name in MENUS:
            part = menu.addMenu(_(name))
            part.setObjectName(f"menu_{name.lower()}")
            part.setProperty("part", name)
            part.aboutToShow.connect(self._on_menu_about_to_show)
            part.triggered.connect(self._on_menu_triggered)
        return menu

    def _bind(self, action: Action, key: str) -> None:
        shortcut = QShortcut(QKeySequence(key), self._window)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.setProperty("action", action.id)
        shortcut.activated.connect(self._on_activated)
        shortcut.activatedAmbiguously.connect(self._on_activated)

    def _on_activated(self) -> None:
        self.run(str(self.sender().property("action")))

    def _on_menu_about_to_show(self) -> None:
        menu = self.sender()
        if isinstance(menu, QMenu):
            situation, part = self._situation(), str(menu.property("part"))
            fill_menu(menu, [action_state(action, situation) for action in ACTIONS if action.menu == part])

    def _on_menu_triggered(self, chosen: QAction) -> None:
        self.run(str(chosen.data()))
