"""A window over the records of one subject: a searched list at the left, one record at the right, and a form."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import msgspec
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row, scroll_area
from tabuah.widgets.controls.level_list import LevelLine, LevelList
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import FactItem, Level

_LIST_PX: Final = 380  # at least
_LIST_SHARE, _CARD_SHARE = 2, 3  # of the width
_HEADING_PX: Final = 160  # at least; a name of one long word must not make the card wider than the window
_SIZE_PX: Final = (1180, 700)
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
_LONGEST_SEARCH: Final = 200


class RecordAct(msgspec.Struct, frozen=True, kw_only=True):
    """A button: its code, label and key, such as "Ctrl Shift E"."""

    code: str
    text: str
    key: str
    icon: str = ""


class RecordTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What the window is about.

    Attributes:
        name: prefix of the object names.
        title, list_label, search_label: names for people and for screen readers. A list without a name for
            its search has none, and the list itself has the focus.
        placeholder: what the search finds.
        toggles: check boxes by code; the owner asks for their state.
        filters: acts on the whole list, such as add and export.
        acts: acts on one record; Enter runs the first one.
        icon: the icon of an empty list.
    """

    name: str
    title: str
    list_label: str
    search_label: str
    placeholder: str
    toggles: Mapping[str, str]
    filters: tuple[RecordAct, ...]
    acts: tuple[RecordAct, ...]
    icon: str = "list"


class RecordCard(msgspec.Struct, frozen=True, kw_only=True):
    """One record: heading, a notice, facts, and for each act its label, if it has another one, and its reason."""

    id: str
    title: str
    facts: tuple[FactItem, ...] = ()
    notice: str = ""
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    reasons: Mapping[str, str] = msgspec.field(default_factory=dict)


class RecordDialog(QDialog):
    """Shows records and asks for acts; it decides nothing about them. Letters always go to the search.

    Signals:
        record_chosen: id of the selected record, empty for none.
        act_requested: code of the act.
        search_changed: the words, or which records are listed, have changed.
    """

    record_chosen = Signal(str)
    act_requested = Signal(str)
    search_changed = Signal()
    _key_pressed = Signal(str)

    def __init__(self, appearance: Appearance, texts: RecordTexts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{texts.name}_dialog")
        self.setWindowTitle(texts.title)
        self._appearance, self._texts = appearance, texts
        self._make_search()
        self.list = LevelList(appearance, name=f"{texts.name}_list", label=texts.list_label)
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list.item_chosen.connect(self.record_chosen)
        self._empty_list = EmptyState(appearance, icon=texts.icon, name=f"{texts.name}_list_empty")
        self._empty = EmptyState(appearance, icon=texts.icon, name=f"{texts.name}_empty")
        self._heading = Text(appearance, style=TextStyle.HEADING, wrap=True, selectable=True)
        self._heading.setObjectName(f"{texts.name}_heading")
        self._heading.setMinimumWidth(appearance.px(_HEADING_PX))
        self._notice = Text(appearance, style=TextStyle.SMALL, tone=Level.ATTENTION, wrap=True)
        self._notice.setObjectName(f"{texts.name}_notice")
        self._facts = FactsGrid(appearance)
        self._summary = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._summary.setObjectName(f"{texts.name}_summary")
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName(f"{texts.name}_note")
        self._filters = {act.code: self._button(act) for act in texts.filters}
        self._acts = {
            act.code: self._button(act, ButtonKind.SECONDARY if number else ButtonKind.PRIMARY)
            for number, act in enumerate(texts.acts)
        }
        self.form = EditForm(appearance, name=f"{texts.name}_form")
        self.form.cancelled.connect(self.show_list)
        self._pages = QStackedWidget()
        self._lay_out()
        self._add_shortcuts()
        self.resize(QSize(*map(appearance.px, _SIZE_PX)).boundedTo(self.screen().availableSize()))
        self.show_card(None)
        self._focus_list()

    @property
    def words(self) -> str:
        """The words of the search."""
        return self._search.text()

    @property
    def shows_list(self) -> bool:
        return self._pages.currentIndex() == 0

    def is_on(self, toggle: str) -> bool:
        """Return whether a check box is offered and checked."""
        box = self._toggles[toggle]
        return box.isVisibleTo(self) and box.isChecked()

    def offer_toggle(self, toggle: str, text: str, *, checked: bool) -> None:
        """Offer a check box with a text; an empty text hides it."""
        box = self._toggles[toggle]
        box.setText(text)
        box.setVisible(bool(text))
        box.setChecked(checked and bool(text))

    def reset_search(self, *checked: str) -> None:
        """Clear the search, and check only these boxes."""
        for code, box in self._toggles.items():
            box.setChecked(code in checked)
        self._search.clear()

    def show_records(
        self, items: Sequence[LevelLine], *, summary: str, empty: tuple[str, str], reasons: Mapping[str, str]
    ) -> None:
        """Show the rows.

        Args:
            items: the rows.
            summary: one line about all of them.
            empty: title and hint where there are none.
            reasons: why an act on the list is not available, by its code.
        """
        self.list.show_items(tuple(items))
        self.list.setVisible(bool(items))
        self._empty_list.setVisible(not items)
        self._empty_list.show_message(*empty)
        self._summary.setText(summary)
        self._summary.setVisible(bool(summary))
        for code, button in self._filters.items():
            button.show_reason(reasons.get(code, ""))

    def show_card(self, card: RecordCard | None) -> None:
        """Show one record, or that none is selected."""
        self._card.setVisible(card is not None)
        self._empty.setVisible(card is None)
        if card is None:
            self._empty.show_message(_("Nothing selected"), _("Choose a row at the left."))
            return
        self._heading.setText(card.title)
        self._notice.setText(card.notice)
        self._notice.setVisible(bool(card.notice))
        self._facts.show_facts(card.facts)
        for act in self._texts.acts:
            button = self._acts[act.code]
            button.setText(card.labels.get(act.code, act.text))
            button.describe(button.text())
            button.show_reason(card.reasons.get(act.code, ""))
            button.updateGeometry()

    def show_note(self, text: str, level: Level | None = None) -> None:
        """Show what was done, or why it failed."""
        self._note.setText(text)
        self._note.show_tone("muted" if level is None else level)

    def show_list(self) -> None:
        """Show the records again."""
        self._pages.setCurrentIndex(0)
        self._focus_list()

    def show_form(self) -> None:
        """Show the form, which the owner has filled."""
        self._pages.setCurrentIndex(1)
        self.form.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the list from the search, too; Enter runs the first act; Escape clears, then closes."""
        key = Qt.Key(event.key())
        if not self.shows_list:
            if key is Qt.Key.Key_Escape:
                self.show_list()
        elif key is Qt.Key.Key_Escape and self.words:
            self._search.clear()
        elif key in _STEPS:
            self.list.step(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press(self._texts.acts[0].code)
        else:
            super().keyPressEvent(event)

    def _focus_list(self) -> None:
        (self._search if self._texts.search_label else self.list).setFocus()

    def _press(self, code: str) -> None:
        """Click a button, or say why it is disabled."""
        button = self._acts.get(code) or self._filters[code]
        is_offered = self.shows_list and (code in self._filters or self._card.isVisibleTo(self))
        if is_offered and not button.isEnabled():
            self.show_note(button.accessibleDescription())
        elif is_offered:
            button.click()

    def _make_search(self) -> None:
        texts = self._texts
        self._search = QLineEdit()
        name_widget(self._search, f"{texts.name}_search", texts.search_label)
        self._search.setPlaceholderText(f"{texts.placeholder}  (Ctrl F)")
        self._search.setClearButtonEnabled(True)
        self._search.setMaxLength(_LONGEST_SEARCH)
        self._search.setVisible(bool(texts.search_label))
        self._search.textChanged.connect(self.search_changed)
        self._toggles: dict[str, QCheckBox] = {}
        for code, text in texts.toggles.items():
            box = QCheckBox(text)
            box.setObjectName(f"{texts.name}_{code}")
            box.setVisible(bool(text))
            box.toggled.connect(self.search_changed)
            self._toggles[code] = box

    def _add_shortcuts(self) -> None:
        if self._texts.search_label:
            QShortcut("Ctrl+F", self).activated.connect(self._search.setFocus)
        self._key_pressed.connect(self._press)
        for act in (*self._texts.filters, *self._texts.acts):
            if act.key != "Enter":  # handled by `keyPressEvent`: in the form it saves
                shortcut = QShortcut(act.key.replace(" ", "+"), self)
                signal = self._key_pressed
                shortcut.activated.connect(partial(signal.emit, act.code))

    def _button(self, act: RecordAct, kind: ButtonKind = ButtonKind.SECONDARY) -> KeyButton:
        name = f"{self._texts.name}_{act.code}"
        button = KeyButton(self._appearance, act.text, key=act.key, icon=act.icon, kind=kind, compact=True, name=name)
        button.setAutoDefault(False)
        signal = self.act_requested
        button.clicked.connect(partial(signal.emit, act.code))
        return button

    def _lay_out(self) -> None:
        close = KeyButton(
            self._appearance,
            _("Close"),
            key="Esc",
            kind=ButtonKind.GHOST,
            compact=True,
            name=f"{self._texts.name}_leave",
        )
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        top = row(spacing_px=8)
        top.setContentsMargins(20, 14, 20, 0)
        top.addWidget(self._search, 1)
        for button in self._filters.values():
            top.addWidget(button)
        low = row(spacing_px=12)
        low.setContentsMargins(20, 0, 16, 12)
        for box in self._toggles.values():
            low.addWidget(box)
        low.addWidget(self._note, 1)
        low.addWidget(close)
        page = ThemedFrame("panel")
        lines = column(page, spacing_px=10)
        lines.addLayout(top)
        if self._texts.search_label or self._filters:
            lines.addWidget(divider())
        lines.addLayout(self._middle(), 1)
        lines.addWidget(divider())
        lines.addLayout(low)
        self._pages.addWidget(page)
        self._pages.addWidget(self.form)
        column(self, spacing_px=0).addWidget(self._pages)

    def _middle(self) -> QBoxLayout:
        left = QWidget()
        left.setMinimumWidth(self._appearance.px(_LIST_PX))
        self._summary.setContentsMargins(20, 0, 12, 6)
        lists = column(left, spacing_px=0)
        lists.addWidget(self._summary)
        lists.addWidget(self.list, 1)
        lists.addWidget(self._empty_list, 1)
        self._card = self._make_card()
        middle = row(spacing_px=0)
        middle.addWidget(left, _LIST_SHARE)
        middle.addWidget(divider(vertical=True))
        right = column(spacing_px=0)
        right.addWidget(self._card, 1)
        right.addWidget(self._empty, 1)
        middle.addLayout(right, _CARD_SHARE)
        return middle

    def _make_card(self) -> QWidget:
        card, body = QWidget(), ThemedFrame("panel")
        card.setObjectName(f"{self._texts.name}_card")
        parts = column(body, spacing_px=12)
        parts.setContentsMargins(20, 8, 20, 16)
        for widget in (self._heading, self._notice, self._facts):
            parts.addWidget(widget)
        parts.addStretch(1)
        foot = FlowLayout(spacing_px=8)
        foot.setContentsMargins(20, 8, 20, 0)
        for button in self._acts.values():
            foot.addWidget(button)
        lines = column(card, spacing_px=0)
        lines.addWidget(scroll_area(body, name=f"{self._texts.name}_scroll"), 1)
        lines.addLayout(foot)
        return card
