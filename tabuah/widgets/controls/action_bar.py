"""A row of action buttons with their keys; a disabled button gives its reason."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu

from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import ActionState


class ActionBar(ThemedFrame):
    """Buttons for the actions of a panel; the first is the primary one.

    Signals:
        requested: code of the action whose button was pressed.
    """

    requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("action_bar")
        self._appearance = appearance
        self._actions: tuple[ActionState, ...] = ()
        self._menus: dict[str, QMenu] = {}
        self._buttons: dict[str, KeyButton] = {}
        self._layout = FlowLayout(self, spacing_px=8)
        self._layout.setContentsMargins(16, 12, 16, 12)

    def attach_menu(self, code: str, menu: QMenu) -> None:
        """Make the button of `code` open a menu instead of requesting the action."""
        self._menus[code] = menu

    def open_menu(self, code: str) -> None:
        """Open the menu of a button; called for the action's key."""
        button = self._buttons.get(code)
        if button is not None and button.isEnabled() and code in self._menus:
            self._menus[code].popup(button.mapToGlobal(QPoint(0, -self._menus[code].sizeHint().height() - 4)))

    def show_actions(self, actions: Sequence[ActionState]) -> None:
        """Show the actions in this order; rebuild the buttons only when the list of actions changes."""
        self.setVisible(bool(actions))
        if tuple(actions) == self._actions:
            return
        if [a.code for a in actions] != [a.code for a in self._actions]:
            self._rebuild(actions)
        for action in actions:
            self._buttons[action.code].show_reason(action.reason)
        self._actions = tuple(actions)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            painter.fillRect(0, 0, self.width(), 1, QColor(self._appearance.palette.line))
        finally:
            painter.end()

    def _rebuild(self, actions: Sequence[ActionState]) -> None:
        clear_layout(self._layout)
        self._buttons = {}
        for i, action in enumerate(actions):
            kind = ButtonKind.SECONDARY if i else ButtonKind.PRIMARY
            name = f"action_{action.code}"
            button = KeyButton(self._appearance, action.label, key=action.key, kind=kind, name=name)
            if action.code in self._menus:
                button.show_menu(self._menus[action.code])
            else:
                button.setProperty("code", action.code)
                button.clicked.connect(self._on_clicked)
            self._buttons[action.code] = button
            self._layout.addWidget(button)

    def _on_clicked(self) -> None:
        self.requested.emit(str(self.sender().property("code")))


def fill_menu(menu: QMenu, states: Sequence[ActionState]) -> None:
    """Fill a menu with actions; a disabled one shows its reason."""
    menu.clear()
    menu.setToolTipsVisible(True)
    for state in states:
        label = f"{state.label} — {state.reason}" if state.reason else state.label
        action = QAction(f"{label}\t{state.key}" if state.key else label, menu)
        action.setData(state.code)
        action.setEnabled(not state.reason)
        action.setToolTip(state.reason or state.label)
        menu.addAction(action)
