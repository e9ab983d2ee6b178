"""The window of the directory: contacts at the left, one of them at the right, the form, and an import preview."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.contacts.contact_card_panel import ContactCardPanel
from tabuah.widgets.contacts.values import ContactAct, ContactCard, ContactItem
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.import_panel import ImportPanel
from tabuah.widgets.controls.labels import EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_LIST_PX: Final = 430
_SIZE_PX: Final = (1120, 700)
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
_LONGEST_SEARCH: Final = 200


class DirectoryDialog(QDialog):
    """Shows contacts and asks for acts; it decides nothing about them. Letters always go to the search.

    Signals:
        contact_chosen: id of the selected contact, empty for none.
        act_requested: code of the act.
        number_copied: a number to copy.
        search_changed: the words, or which contacts are listed, have changed.
    """

    contact_chosen = Signal(str)
    act_requested = Signal(str)
    number_copied = Signal(str)
    search_changed = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("directory_dialog")
        self.setWindowTitle(_("Contacts"))
        self._appearance = appearance
        self._make_search()
        self.list = LevelList(appearance, name="contact_list", label=_("Contacts"))
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list.item_chosen.connect(self.contact_chosen)
        self.card = ContactCardPanel(appearance)
        self.card.act_requested.connect(self.act_requested)
        self.card.number_copied.connect(self.number_copied)
        self._empty = EmptyState(appearance, icon="user", name="contacts_empty")
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("contacts_note")
        self.form = EditForm(appearance, name="contact_form")
        self.form.cancelled.connect(self.show_list)
        self.imports = ImportPanel(appearance, name="contact_import")
        self.imports.closed.connect(self.show_list)
        self._pages = QStackedWidget()
        self._lay_out()
        self._add_shortcuts()
        self.resize(QSize(*map(appearance.px, _SIZE_PX)).boundedTo(self.screen().availableSize()))
        self.show_card(None)
        self._search.setFocus()

    @property
    def words(self) -> str:
        """The words of the search."""
        return self._search.text()

    @property
    def shows_retired(self) -> bool:
        return self._retired.isChecked()

    @property
    def for_incident(self) -> bool:
        """Whether only the contacts of the selected incident are listed."""
        return self._incident.isVisibleTo(self) and self._incident.isChecked()

    def show_incident(self, number: str, *, checked: bool) -> None:
        """Offer to list only the contacts of an incident; an empty number offers nothing."""
        self._incident.setText(_("Only for {number}").format(number=number))
        self._incident.setVisible(bool(number))
        self._incident.setChecked(checked and bool(number))

    def show_contacts(self, items: Sequence[ContactItem], *, add_reason: str) -> None:
        """Show the contacts; `add_reason` says why none can be added, empty if one can."""
        self.list.show_items(items)
        self._empty_list.setVisible(not items)
        self.list.setVisible(bool(items))
        title = _("No contact matches.") if self.words.strip() or self.for_incident else _("No contacts yet")
        self._empty_list.show_message(title, _("Ctrl Shift N adds one; Ctrl O imports a table."))
        for button in (self._add, self._import):
            button.show_reason(add_reason)

    def show_card(self, card: ContactCard | None) -> None:
        """Show one contact, or that none is selected."""
        self.card.setVisible(card is not None)
        self._empty.setVisible(card is None)
        if card is not None:
            self.card.show_contact(card)
        else:
            self._empty.show_message(_("No contact selected"), _("Choose one at the left."))

    def show_note(self, text: str, level: Level | None = None) -> None:
        """Show what was done, or why it failed."""
        self._note.setText(text)
        self._note.show_tone("muted" if level is None else level)

    def show_list(self) -> None:
        """Show the contacts again."""
        self._pages.setCurrentIndex(0)
        self._search.setFocus()

    def show_form(self) -> None:
        """Show the form, which the owner has filled."""
        self._pages.setCurrentIndex(1)
        self.form.focus_first()

    def show_import(self) -> None:
        """Show the preview of an import."""
        self._pages.setCurrentIndex(2)
        self.imports.focus_list()

    @property
    def shows_list(self) -> bool:
        return self._pages.currentIndex() == 0

    @property
    def shows_import(self) -> bool:
        return self._pages.currentIndex() == 2

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the list from the search, too; Enter copies; Escape clears the search, then closes."""
        key = Qt.Key(event.key())
        if self._pages.currentIndex() != 0:
            if key is Qt.Key.Key_Escape:
                self.show_list()
        elif key is Qt.Key.Key_Escape and self.words:
            self._search.clear()
        elif key in _STEPS:
            self.list.step(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press(ContactAct.COPY)
        else:
            super().keyPressEvent(event)

    def _press(self, act: ContactAct) -> None:
        if self._pages.currentIndex() == 0 and self.card.isVisibleTo(self):
            self.card.press(act)

    def _make_search(self) -> None:
        self._search = QLineEdit()
        name_widget(self._search, "contact_search", _("Find a contact"))
        self._search.setPlaceholderText(_("Name, function, office, place, hazard") + "  (Ctrl F)")
        self._search.setClearButtonEnabled(True)
        self._search.setMaxLength(_LONGEST_SEARCH)
        self._search.textChanged.connect(self.search_changed)
        self._retired = QCheckBox(_("Retired ones, too"))
        self._retired.setObjectName("contacts_retired")
        self._retired.toggled.connect(self.search_changed)
        self._incident = QCheckBox()
        self._incident.setObjectName("contacts_of_incident")
        self._incident.toggled.connect(self.search_changed)
        self._incident.hide()

    def _add_shortcuts(self) -> None:
        QShortcut("Ctrl+F", self).activated.connect(self._search.setFocus)
        QShortcut("Ctrl+Shift+N", self).activated.connect(self._add.click)
        QShortcut("Ctrl+O", self).activated.connect(self._import.click)
        QShortcut("Ctrl+S", self).activated.connect(self._export.click)
        QShortcut("Ctrl+T", self).activated.connect(self._on_call_pressed)
        QShortcut("Ctrl+Shift+E", self).activated.connect(self._on_edit_pressed)  # a text field takes Ctrl+E
        QShortcut("Ctrl+Shift+D", self).activated.connect(self._on_retire_pressed)  # and Ctrl+D

    def _on_call_pressed(self) -> None:
        self._press(ContactAct.NOTE_CALL)

    def _on_edit_pressed(self) -> None:
        self._press(ContactAct.EDIT)

    def _on_retire_pressed(self) -> None:
        self._press(ContactAct.RETIRE)

    def _button(self, act: ContactAct, text: str, key: str, *, icon: str = "") -> KeyButton:
        button = KeyButton(self._appearance, text, key=key, icon=icon, compact=True, name=f"contacts_{act.value}")
        button.setAutoDefault(False)
        signal = self.act_requested
        button.clicked.connect(partial(signal.emit, act.value))
        return button

    def _lay_out(self) -> None:
        self._add = self._button(ContactAct.ADD, _("Add"), "Ctrl Shift N", icon="plus")
        self._import = self._button(ContactAct.IMPORT, _("Import"), "Ctrl O", icon="download")
        self._export = self._button(ContactAct.EXPORT, _("Export"), "Ctrl S")
        self._empty_list = EmptyState(self._appearance, icon="user", name="contact_list_empty")
        close = KeyButton(
            self._appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, compact=True, name="contacts_close"
        )
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        top = row(spacing_px=8)
        top.setContentsMargins(20, 14, 20, 0)
        top.addWidget(self._search, 1)
        for button in (self._add, self._import, self._export):
            top.addWidget(button)
        low = row(spacing_px=12)
        low.setContentsMargins(20, 0, 16, 12)
        for box in (self._retired, self._incident):
            low.addWidget(box)
        low.addWidget(self._note, 1)
        low.addWidget(close)
        page = ThemedFrame("panel")
        lines = column(page, spacing_px=10)
        lines.addLayout(top)
        lines.addWidget(divider())
        lines.addLayout(self._middle(), 1)
        lines.addWidget(divider())
        lines.addLayout(low)
        for each in (page, self.form, self.imports):
            self._pages.addWidget(each)
        column(self, spacing_px=0).addWidget(self._pages)

    def _middle(self) -> QBoxLayout:
        left = QWidget()
        left.setFixedWidth(self._appearance.px(_LIST_PX))
        lists = column(left, spacing_px=0)
        lists.addWidget(self.list, 1)
        lists.addWidget(self._empty_list, 1)
        middle = row(spacing_px=0)
        middle.addWidget(left)
        middle.addWidget(divider(vertical=True))
        right = column(spacing_px=0)
        right.addWidget(self.card, 1)
        right.addWidget(self._empty, 1)
        middle.addLayout(right, 1)
        return middle
