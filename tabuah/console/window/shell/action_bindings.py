"""Bindings of the action table: shortcut keys and the main menu."""

from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu

from tabuah.console.window.shared.notifier import Notifier
from tabuah.console.window.shared.panels import SidePanel
from tabuah.console.window.shell.action import MENUS, Action
from tabuah.console.window.shell.action_availability import ActionAvailability
from tabuah.console.window.shell.actions import ACTIONS, BY_ID, action_state
from tabuah.console.window.shell.key_names import is_letter_key, works_everywhere
from tabuah.console.window.shell.window_commands import WindowCommands
from tabuah.resources.localisation import _
from tabuah.widgets.controls.action_bar import fill_menu

_IN_WINDOW: Final = frozenset({"report", "replay", "palette"})  # actions whose result the window itself shows
_OPEN_FORMS: Final = frozenset({"report", "replay"})  # a call or the past comes first, whatever is open


class ActionBindings(QObject):
    """Runs actions by key and from the menu; explains why an action is unavailable."""

    def __init__(
        self,
        window: QMainWindow,
        commands: WindowCommands,
        notifier: Notifier,
        *,
        side: SidePanel,
        availability: ActionAvailability,
    ) -> None:
        super().__init__(window)
        self._side = side
        self._window, self._commands = window, commands
        self._notifier, self._availability = notifier, availability
        for action in ACTIONS:
            for key in action.keys:
                self._bind(action, key)

    def run(self, action_id: str) -> None:
        """Run an action, or show why it is unavailable."""
        reason = self._availability.reason_of(action_id)
        if reason:
            self._notifier.refuse(reason)
        else:
            BY_ID[action_id].run(self._commands)

    def run_from_details(self, code: str) -> None:
        """Run an action of the details panel, which opens its own field for a note."""
        if code != "note":
            self.run("document" if code == "report" else code)

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
        everywhere = Qt.ShortcutContext.ApplicationShortcut
        context = everywhere if works_everywhere(key) else Qt.ShortcutContext.WindowShortcut
        shortcut.setContext(context)
        shortcut.setAutoRepeat(False)
        shortcut.setProperty("action", action.id)
        shortcut.activated.connect(self._on_activated)
        shortcut.activatedAmbiguously.connect(self._on_activated)

    def _on_activated(self) -> None:
        shortcut = self.sender()
        if isinstance(shortcut, QShortcut) and self._is_withheld(shortcut):
            self._notifier.refuse(_("A form is open: save or close it first."))
            return
        action = str(self.sender().property("action"))
        if action in _IN_WINDOW:
            self._return_to_window()
        self.run(action)

    def _return_to_window(self) -> None:
        """Bring the window to the front: a dialog that covers it is hidden, with its content."""
        active = QApplication.activeWindow()
        if isinstance(active, QDialog):
            active.hide()
        if active is not None and active is not self._window:
            self._window.raise_()
            self._window.activateWindow()

    def _is_withheld(self, shortcut: QShortcut) -> bool:
        """Return whether a form is open and the key is a letter, which a person may have meant for the form."""
        is_letter = is_letter_key(shortcut.key().toString())
        return is_letter and self._side.has_form and shortcut.property("action") not in _OPEN_FORMS

    def _on_menu_about_to_show(self) -> None:
        menu = self.sender()
        if isinstance(menu, QMenu):
            action_context, part = self._availability.context(), str(menu.property("part"))
            fill_menu(menu, [action_state(action, action_context) for action in ACTIONS if action.menu == part])

    def _on_menu_triggered(self, chosen: QAction) -> None:
        self.run(str(chosen.data()))
