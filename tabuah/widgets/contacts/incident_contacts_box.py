"""The contacts of an incident in its details: the nearest ones, with buttons that copy a number and note a call."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.contacts.values import ContactItem
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import ElidedText, Text
from tabuah.widgets.controls.layout import clear_layout, column, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle

SHOWN: Final = 3


class IncidentContactsBox(QWidget):
    """Shows the first contacts of an incident; hidden when there are none.

    Signals:
        number_copied: id of the contact whose first number is copied.
        call_noted: id of the contact that was called.
        all_requested: the user opens the directory.
    """

    number_copied = Signal(str)
    call_noted = Signal(str)
    all_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("incident_contacts")
        self._appearance = appearance
        self._shown: tuple[tuple[ContactItem, ...], str] = ((), "")
        self._title = Text(appearance, _("Contacts"), style=TextStyle.SMALL_STRONG, tone="muted")
        self._all = KeyButton(
            appearance, "", key="Ctrl T", kind=ButtonKind.GHOST, compact=True, name="incident_contacts_all"
        )
        self._all.describe(_("All contacts for this incident"))
        self._all.clicked.connect(self.all_requested)
        self._lines = column(spacing_px=6)
        head = row(spacing_px=8)
        head.addWidget(self._title, 1)
        head.addWidget(self._all)
        layout = column(self, spacing_px=4)
        layout.addLayout(head)
        layout.addLayout(self._lines)

    def show_contacts(self, contacts: tuple[ContactItem, ...], call_reason: str) -> None:
        """Show the contacts; `call_reason` says why a call cannot be noted, empty if it can."""
        self.setVisible(bool(contacts))
        if (contacts, call_reason) == self._shown:
            return
        self._shown = (contacts, call_reason)
        self._all.setText(_("All {n}").format(n=len(contacts)))
        self._all.updateGeometry()
        clear_layout(self._lines)
        for contact in contacts[:SHOWN]:
            self._lines.addWidget(self._line(contact, call_reason))

    def _line(self, contact: ContactItem, call_reason: str) -> QWidget:
        line = QWidget()
        words = column(spacing_px=0)
        words.addWidget(ElidedText(self._appearance, contact.text, style=TextStyle.MEDIUM))
        numbers = ", ".join(f"{each.number} ({each.channel})" for each in contact.numbers)  # a number is never cut
        about = ElidedText(self._appearance, numbers or contact.about, style=TextStyle.SMALL, tone="muted")
        about.setToolTip(f"{contact.about} · {contact.at}\n{numbers}")
        words.addWidget(about)
        parts = row(line, spacing_px=6)
        parts.addLayout(words, 1)
        copy = self._button(_("Copy"), "copy", contact, self.number_copied)
        copy.show_reason("" if contact.numbers else _("This contact has no number that you may read."))
        call = self._button(_("Note call"), "call", contact, self.call_noted)
        call.show_reason(call_reason)
        parts.addWidget(copy)
        parts.addWidget(call)
        return line

    def _button(self, text: str, name: str, contact: ContactItem, signal: SignalInstance) -> KeyButton:
        button = KeyButton(self._appearance, text, compact=True, name=f"incident_contact_{name}")
        button.describe(text, accessible_name=f"{text}: {contact.spoken}")
        button.clicked.connect(partial(signal.emit, contact.id))
        return button
