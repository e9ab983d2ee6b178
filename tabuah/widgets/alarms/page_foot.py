"""The foot of a page in the window of the alarms: its buttons, and why one of them cannot be used now."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.surfaces import row
from tabuah.widgets.texts import ElidedText
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type


def page_button(appearance: Appearance, text: str, key: str, name: str, kind: Kind = Kind.SECONDARY) -> KeyButton:
    """A button whose key the page itself answers; it never takes the keyboard away from the lists."""
    button = KeyButton(appearance, text, key=key, kind=kind, name=name)
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button


class PageFoot(QWidget):
    """Buttons beside each other; a key whose button is greyed says why instead of doing nothing."""

    def __init__(self, appearance: Appearance, *buttons: KeyButton) -> None:
        super().__init__()
        self._looked_at = ""
        self._note = ElidedText(appearance, style=Type.SMALL, tone="muted")
        self._note.setObjectName("foot_note")
        line = row(self)
        line.setContentsMargins(20, 0, 20, 0)
        for button in buttons:
            line.addWidget(button)
        line.addWidget(self._note, 1)

    def press(self, button: KeyButton) -> None:
        """Do what a key asks for, or tell the reason."""
        self._note.setText("" if button.isEnabled() else button.accessibleDescription())
        button.click()

    def look_at(self, item_id: str) -> None:
        """Tell nothing any more once something else is looked at."""
        if item_id != self._looked_at:
            self._looked_at = item_id
            self._note.setText("")
