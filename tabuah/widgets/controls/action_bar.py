"""One row of action buttons with their keys; those without room are in a menu. A disabled one gives its reason."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QSize, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QMenu

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, row
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import ActionState

_SPACING_PX: Final = 8
_MARGINS_PX: Final = (16, 12, 16, 12)


class ActionBar(ThemedFrame):
    """Buttons for the actions of a panel in one row; the first is the primary one.

    Buttons that do not fit are in the menu of the last one. Their keys work anyway.

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
        self._layout = row(self, spacing_px=_SPACING_PX)
        self._layout.setContentsMargins(*_MARGINS_PX)
        self._layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._more = KeyButton(appearance, _("More"), name="action_more")
        self._more_menu = QMenu(self)
        self._more_menu.triggered.connect(self._on_more_chosen)
        self._more.show_menu(self._more_menu)
        self._more.setParent(self)
        self._more.hide()
        self._hidden: tuple[str, ...] = ()  # codes of the actions in the menu

    def attach_menu(self, code: str, menu: QMenu) -> None:
        """Make the button of `code` open a menu instead of requesting the action."""
        self._menus[code] = menu

    def open_menu(self, code: str) -> None:
        """Open the menu of a button; called for the action's key."""
        button = self._buttons.get(code)
        if button is not None and button.isEnabled() and code in self._menus:
            above = self._more if code in self._hidden else button
            self._menus[code].popup(above.mapToGlobal(QPoint(0, -self._menus[code].sizeHint().height() - 4)))

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
        self._fit(is_new=True)

    def minimumSizeHint(self) -> QSize:
        """Return the size of the primary action with the menu: the others may be in the menu."""
        first = next(iter(self._buttons.values()), self._more)
        left, top, right, bottom = _MARGINS_PX
        width = first.sizeHint().width() + self._more.sizeHint().width() + _SPACING_PX + left + right
        return QSize(width, first.sizeHint().height() + top + bottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self, *, is_new: bool = False) -> None:
        """Show as many buttons as fit, and the others in the menu."""
        left, _top, right, _bottom = _MARGINS_PX
        room_px = self.width() - left - right
        widths = {code: button.sizeHint().width() + _SPACING_PX for code, button in self._buttons.items()}
        codes = tuple(widths)
        hidden: tuple[str, ...] = ()
        if sum(widths.values()) - _SPACING_PX > room_px:
            room_px -= self._more.sizeHint().width()
            shown = [code for index, code in enumerate(codes) if sum(list(widths.values())[: index + 1]) <= room_px]
            hidden = codes[max(1, len(shown)) :]
        if hidden == self._hidden and not is_new:
            return
        self._hidden = hidden
        for code, button in self._buttons.items():
            button.setVisible(code not in hidden)
        self._more.setVisible(bool(hidden))
        fill_menu(self._more_menu, [action for action in self._actions if action.code in hidden])

    def _on_more_chosen(self, action: QAction) -> None:
        code = str(action.data())
        if code in self._menus:
            QTimer.singleShot(0, self, partial(self.open_menu, code))  # the menu of the button closes first
        else:
            self.requested.emit(code)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            painter.fillRect(0, 0, self.width(), 1, QColor(self._appearance.palette.line))
        finally:
            painter.end()

    def _rebuild(self, actions: Sequence[ActionState]) -> None:
        self._layout.removeWidget(self._more)
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
        self._layout.addWidget(self._more)
        self._layout.addStretch(1)

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
