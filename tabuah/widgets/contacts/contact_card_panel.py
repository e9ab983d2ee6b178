"""The card of one contact: facts, and every number with a button that copies it."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.contacts.values import ContactAct, ContactCard, NumberItem
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, row, scroll_area
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_KEYS: Final = {
    ContactAct.COPY: "Enter",
    ContactAct.NOTE_CALL: "Ctrl T",
    ContactAct.EDIT: "Ctrl Shift E",
    ContactAct.RETIRE: "Ctrl Shift D",
}


class ContactCardPanel(QWidget):
    """Shows one contact.

    Signals:
        act_requested: code of the act; `retire` of a retired contact means restore.
        number_copied: the number whose button was pressed.
    """

    act_requested = Signal(str)
    number_copied = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("contact_card")
        self._appearance = appearance
        self._numbers_shown: tuple[NumberItem, ...] = ()
        self._name = Text(appearance, style=TextStyle.HEADING, wrap=True, selectable=True)
        self._name.setObjectName("contact_name_heading")
        self._notice = Text(appearance, style=TextStyle.SMALL, tone=Level.ATTENTION, wrap=True)
        self._notice.setObjectName("contact_notice")
        self._facts = FactsGrid(appearance)
        self._numbers = column(spacing_px=8)
        self._copy = self._button(ContactAct.COPY, _("Copy the first number"), ButtonKind.PRIMARY)
        self._call = self._button(ContactAct.NOTE_CALL, _("Note a call on the incident"))
        self._edit = self._button(ContactAct.EDIT, _("Edit"))
        self._retire = self._button(ContactAct.RETIRE, _("Retire contact"))
        self._lay_out()

    def show_contact(self, card: ContactCard) -> None:
        """Show a contact."""
        self._name.setText(card.name)
        self._notice.setText(card.notice)
        self._notice.setVisible(bool(card.notice))
        self._facts.show_facts(card.facts)
        self._show_numbers(card.numbers)
        state = ContactAct.RESTORE if card.is_retired else ContactAct.RETIRE
        self._retire.setText(_("Restore") if card.is_retired else _("Retire contact"))
        self._retire.describe(self._retire.text())
        for act, button in (
            (ContactAct.COPY, self._copy),
            (ContactAct.NOTE_CALL, self._call),
            (ContactAct.EDIT, self._edit),
            (state, self._retire),
        ):
            button.show_reason(card.reasons.get(act, ""))

    def press(self, act: ContactAct) -> None:
        """Press the button of an act, if it is available."""
        buttons = {
            ContactAct.COPY: self._copy,
            ContactAct.NOTE_CALL: self._call,
            ContactAct.EDIT: self._edit,
            ContactAct.RETIRE: self._retire,
        }
        buttons[act].click()

    def _show_numbers(self, numbers: tuple[NumberItem, ...]) -> None:
        if numbers == self._numbers_shown:
            return
        self._numbers_shown = numbers
        clear_layout(self._numbers)
        for position, item in enumerate(numbers):
            box = QWidget()
            line = row(box, spacing_px=10)
            words = column(spacing_px=1)
            words.addWidget(Text(self._appearance, item.channel, style=TextStyle.SMALL, tone="muted"))
            words.addWidget(Text(self._appearance, item.number, style=TextStyle.STRONG, selectable=True, wrap=True))
            line.addLayout(words, 1)
            copy = KeyButton(self._appearance, _("Copy"), compact=True, icon="copy", name=f"contact_copy_{position}")
            copy.setAutoDefault(False)
            copy.describe(_("Copy"), accessible_name=f"{_('Copy')}: {item.channel} {item.number}")
            _emit_on_click(copy, self.number_copied, item.number)
            line.addWidget(copy)
            self._numbers.addWidget(box)

    def _button(self, act: ContactAct, text: str, kind: ButtonKind = ButtonKind.SECONDARY) -> KeyButton:
        button = KeyButton(
            self._appearance, text, key=_KEYS[act], kind=kind, compact=True, name=f"contact_{act.value}"
        )
        button.setAutoDefault(False)
        _emit_on_click(button, self.act_requested, act.value)
        return button

    def _lay_out(self) -> None:
        body = ThemedFrame("panel")
        parts = column(body, spacing_px=14)
        parts.setContentsMargins(20, 16, 20, 16)
        parts.addWidget(self._name)
        parts.addWidget(self._notice)
        parts.addLayout(self._numbers)
        parts.addWidget(self._facts)
        parts.addStretch(1)
        foot = FlowLayout(spacing_px=8)
        foot.setContentsMargins(20, 8, 20, 10)
        for button in (self._copy, self._call, self._edit, self._retire):
            foot.addWidget(button)
        lines = column(self, spacing_px=0)
        lines.addWidget(scroll_area(body, name="contact_scroll"), 1)
        lines.addLayout(foot)


def _emit_on_click(button: KeyButton, signal: SignalInstance, value: str) -> None:
    button.clicked.connect(partial(signal.emit, value))
