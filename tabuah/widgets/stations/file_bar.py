"""What can be done with the file that is looked at, below what is known of it."""

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.flow_layout import FlowLayout
from tabuah.widgets.stations.file_values import FileItem
from tabuah.widgets.surfaces import Surface, column
from tabuah.widgets.texts import Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type

OPEN, SAVE, REMOVE = "open", "save", "remove"
FILE_KEYS: Final = {
    Qt.Key.Key_Return: OPEN,
    Qt.Key.Key_Enter: OPEN,
    Qt.Key.Key_S: SAVE,
    Qt.Key.Key_Delete: REMOVE,
}


class FileBar(Surface):
    """Given a file, it tells of it and offers to open, save and remove it.

    Signals:
        asked: OPEN, SAVE or REMOVE.
    """

    asked = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("card")
        self.setObjectName("file_bar")
        self._appearance = appearance
        self._name = Text(appearance, style=Type.MEDIUM, wrap=True)
        self._told = Text(appearance, style=Type.SMALL, tone="muted", wrap=True)
        self._buttons = {
            OPEN: self._button(_("Open"), "↵"),
            SAVE: self._button(_("Save as …"), "S"),
            REMOVE: self._button(_("Remove"), "Del"),
        }
        for code, button in self._buttons.items():
            button.setObjectName(f"file_{code}")
            button.clicked.connect(lambda _checked=False, code=code: self.asked.emit(code))
        self._lay_out()

    def show_item(self, item: FileItem | None) -> None:
        """Tell of a file; hidden where there is none."""
        self.setVisible(item is not None)
        if item is None:
            return
        self._name.setText(item.name)
        self._told.setText(" · ".join(part for part in (item.about, item.note, item.added) if part))
        opening = self._buttons[OPEN]
        opening.setText(_("Open") if item.is_here else _("Fetch"))
        opening.describe(_("Open") if item.is_here else _("Fetch it from the server before all others"))
        self._buttons[SAVE].show_reason("" if item.is_here else _("It is not here yet."))
        self._buttons[REMOVE].show_reason(item.kept_reason)
        self.updateGeometry()

    def ask(self, code: str) -> None:
        """Do what a button would, where it can be done."""
        if self._buttons[code].isEnabled():
            self.asked.emit(code)

    def offer(self, at: QPoint) -> None:
        """The same as a menu, at a place of the screen."""
        menu = QMenu(self)
        menu.setObjectName("file_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for code, button in self._buttons.items():
            action = menu.addAction(button.text())
            action.setData(code)
            action.setEnabled(button.isEnabled())
        menu.triggered.connect(lambda action: self.ask(action.data()))
        menu.popup(at)

    def _button(self, text: str, key: str) -> KeyButton:
        button = KeyButton(self._appearance, text, key=key, kind=Kind.SECONDARY, compact=True)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it stays with the file
        return button

    def _lay_out(self) -> None:
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing_px=6)
        for button in self._buttons.values():
            flow.addWidget(button)
        lines = column(self, spacing_px=4)
        lines.setContentsMargins(12, 8, 12, 10)
        lines.addWidget(self._name)
        lines.addWidget(self._told)
        lines.addSpacing(2)
        lines.addWidget(buttons)
