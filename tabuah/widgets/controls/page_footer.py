"""The footer of a page: its buttons, and the reason why one of them is disabled."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QWidget

from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import ElidedText
from tabuah.widgets.controls.layout import row
from tabuah.widgets.theme.appearance import Appearance, TextStyle


def page_button(
    appearance: Appearance, text: str, key: str, name: str, kind: ButtonKind = ButtonKind.SECONDARY
) -> KeyButton:
    """Return a button whose key the page handles; a click leaves the focus where it is, and Tab reaches it."""
    button = KeyButton(appearance, text, key=key, kind=kind, name=name)
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


class ActButton(NamedTuple):
    """A button: the code of its act, its text, its key, and its emphasis."""

    code: str
    text: str
    key: str
    kind: ButtonKind = ButtonKind.SECONDARY


def act_buttons(
    appearance: Appearance, name: str, acts: Sequence[ActButton], requested: SignalInstance
) -> dict[str, KeyButton]:
    """Return the buttons by the codes of their acts; a click emits `requested` with the code."""
    made = {}
    for act in acts:
        button = page_button(appearance, act.text, act.key, f"{name}_{act.code}", act.kind)
        button.clicked.connect(partial(requested.emit, act.code))
        made[act.code] = button
    return made


class PageFooter(QWidget):
    """Buttons in a row; pressing the key of a disabled button shows its reason."""

    def __init__(self, appearance: Appearance, *buttons: KeyButton) -> None:
        super().__init__()
        self._selected_id = ""
        self._note = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._note.setObjectName("foot_note")
        line = row(self)
        line.setContentsMargins(20, 0, 20, 0)
        for button in buttons:
            line.addWidget(button)
        line.addWidget(self._note, 1)

    def press(self, button: KeyButton) -> None:
        """Click the button, or show why it is disabled."""
        self._note.setText("" if button.isEnabled() else button.accessibleDescription())
        button.click()

    def clear_note_unless(self, item_id: str) -> None:
        """Clear the note when another item is selected."""
        if item_id != self._selected_id:
            self._selected_id = item_id
            self._note.setText("")
