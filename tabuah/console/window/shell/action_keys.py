"""Shortcut keys and the main menu for the table of actions."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu

from tabuah.console.window.shared.notifier import Notifier
from tabuah.console.window.shell.actions import ACTIONS, BY_ID, MENUS, Action, action_state
from tabuah.console.window.shell.window_commands import WindowCommands
from tabuah.console.window.state.action_context import ActionContext
from tabuah.resources.catalogue import _
from tabuah.widgets.controls.action_bar import fill_menu


class ActionKeys(QObject):
    """Runs actions by key and from the menu; explains why an action is unavailable."""

    def __init__(
        self,
        window: QMainWindow,
        commands: WindowCommands,
        notifier: Notifier,
        *,
        action_context: Callable[[], ActionContext],
    ) -> None:
        super().__init__(window)
        self._window, self._commands, self._notifier, self._action_context = (
            window,
            commands,
            notifier,
            action_context,
        )
        for action in ACTIONS:
            for key in action.keys:
                self._bind(action, key)

    def run(self, action_id: str) -> None:
        """Run an action, or show why it is unavailable."""
        action = BY_ID[action_id]
        reason = action.reason(self._action_context())
        if reason:
            self._notifier.refuse(reason)
        else:
            action.run(self._commands)

    def menu(self) -> QMenu:
        """Return the main menu, which is filled each time it opens."""
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
            action_context, part = self._action_context(), str(menu.property("part"))
            fill_menu(menu, [action_state(action, action_context) for action in ACTIONS if action.menu == part])

    def _on_menu_triggered(self, chosen: QAction) -> None:
        self.run(str(chosen.data()))
