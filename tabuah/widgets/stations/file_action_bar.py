"""The actions on the selected file of a station: open, save and remove."""

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import ThemedFrame, column
from tabuah.widgets.stations.values import StationFileItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle

OPEN, SAVE, REMOVE = "open", "save", "remove"
FILE_KEYS: Final = {
    Qt.Key.Key_Return: OPEN,
    Qt.Key.Key_Enter: OPEN,
    Qt.Key.Key_S: SAVE,
    Qt.Key.Key_Delete: REMOVE,
}


class FileActionBar(ThemedFrame):
    """Shows a file and offers its actions.

    Signals:
        action_requested: OPEN, SAVE or REMOVE.
    """

    action_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("card")
        self.setObjectName("file_bar")
        self._appearance = appearance
        self._name = Text(appearance, style=TextStyle.MEDIUM, wrap=True)
        self._details = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._buttons = {
            OPEN: self._button(_("Open"), "↵"),
            SAVE: self._button(_("Save as …"), "S"),
            REMOVE: self._button(_("Remove"), "Del"),
        }
        for code, button in self._buttons.items():
            button.setObjectName(f"file_{code}")
            button.setProperty("code", code)
            button.clicked.connect(self._on_button_clicked)
        self._lay_out()

    def show_item(self, item: StationFileItem | None) -> None:
        """Show a file, or hide the bar for None."""
        self.setVisible(item is not None)
        if item is None:
            return
        self._name.setText(item.name)
        self._details.setText(" · ".join(part for part in (item.about, item.note, item.added) if part))
        opening = self._buttons[OPEN]
        opening.setText(_("Open") if item.is_here else _("Fetch"))
        opening.describe(_("Open") if item.is_here else _("Fetch from the server with priority"))
        self._buttons[SAVE].show_reason("" if item.is_here else _("The file is not on this computer yet."))
        self._buttons[REMOVE].show_reason(item.kept_reason)
        self.updateGeometry()

    def request_action(self, code: str) -> None:
        """Request an action if its button is enabled."""
        if self._buttons[code].isEnabled():
            self.action_requested.emit(code)

    def open_menu(self, at: QPoint) -> None:
        """Open a context menu with the same actions at a screen position."""
        menu = QMenu(self)
        menu.setObjectName("file_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for code, button in self._buttons.items():
            action = menu.addAction(button.text())
            action.setData(code)
            action.setEnabled(button.isEnabled())
        menu.triggered.connect(self._on_menu_triggered)
        menu.popup(at)

    def _on_button_clicked(self) -> None:
        self.action_requested.emit(str(self.sender().property("code")))

    def _on_menu_triggered(self, action: QAction) -> None:
        self.request_action(str(action.data()))

    def _button(self, text: str, key: str) -> KeyButton:
        button = KeyButton(self._appearance, text, key=key, kind=ButtonKind.SECONDARY, compact=True)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the focus stays on the file
        return button

    def _lay_out(self) -> None:
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing_px=6)
        for button in self._buttons.values():
            flow.addWidget(button)
        lines = column(self, spacing_px=4)
        lines.setContentsMargins(12, 8, 12, 10)
        lines.addWidget(self._name)
        lines.addWidget(self._details)
        lines.addSpacing(2)
        lines.addWidget(buttons)
