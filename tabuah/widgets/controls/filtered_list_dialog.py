"""A window with filters and a search, a list, the chosen item beside it, and buttons for acts on it."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.labels import ElidedText, EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row, scroll_area
from tabuah.widgets.controls.level_list import LevelLine, LevelList
from tabuah.widgets.controls.page_footer import ActButton, PageFooter, act_buttons, page_button
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import FactItem

ENTER_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SIZE_PX: Final = (1180, 680)
_LONGEST_SEARCH: Final = 200
_LIST_PAGE: Final = 0


class ListFilter(NamedTuple):
    """A filter: its object name, its accessible label, and codes with labels. The first is chosen at first."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]


class ListTexts(msgspec.Struct, frozen=True, kw_only=True):
    """The texts of the window; `name` begins the object names of its parts."""

    name: str
    title: str
    list_label: str
    search_label: str
    search_hint: str
    empty_title: str
    empty_hint: str
    empty_icon: str
    chosen_label: str


class ChosenItem(msgspec.Struct, frozen=True, kw_only=True):
    """The chosen item; `reasons` says by the code of an act why it is not possible."""

    title: str = ""
    facts: tuple[FactItem, ...] = ()
    text: str = ""
    reasons: Mapping[str, str] = msgspec.field(default_factory=dict)


class FilteredListDialog(QDialog):
    """Shows items and asks for acts; it decides nothing about them.

    Args of the constructor:
        filters: lines of filters; Ctrl and a digit choose a value of the first one.
        acts: lines of buttons.
        main_act: code of the act of a double click.

    Signals:
        item_chosen: id of the selected item, empty for none.
        act_requested: code of the act.
        filters_changed: the words or a filter have changed.
    """

    item_chosen = Signal(str)
    act_requested = Signal(str)
    filters_changed = Signal()

    def __init__(
        self,
        appearance: Appearance,
        texts: ListTexts,
        *,
        filters: Sequence[Sequence[ListFilter]],
        acts: Sequence[Sequence[ActButton]],
        main_act: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{texts.name}_list_dialog")
        self.setWindowTitle(texts.title)
        self._appearance, self._texts, self._main_act = appearance, texts, main_act
        self._filters = [[self._control(each) for each in line] for line in filters]
        self._make_search()
        self.list = LevelList(appearance, name=f"{texts.name}_list", label=texts.list_label)
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._empty = EmptyState(appearance, icon=texts.empty_icon, name=f"{texts.name}s_empty")
        self._empty.show_message(texts.empty_title, texts.empty_hint)
        self._make_details()
        self._make_footers(acts)
        self.pages = QStackedWidget()
        self._lay_out()
        self._add_shortcuts()
        self.list.item_chosen.connect(self._on_item_chosen)
        self.list.doubleClicked.connect(self._on_double_clicked)
        self.resize(QSize(*map(appearance.px, _SIZE_PX)).boundedTo(self.screen().availableSize()))
        self.list.setFocus()

    @property
    def words(self) -> str:
        """The words of the search."""
        return self._search.text()

    @property
    def filters(self) -> tuple[str, ...]:
        """The chosen codes of the filters, in their order."""
        return tuple(control.current for line in self._filters for control in line)

    @property
    def shows_list(self) -> bool:
        return self.pages.currentIndex() == _LIST_PAGE

    def choose_filter(self, name: str, code: str) -> None:
        """Choose a value of a filter without a signal."""
        for control in (control for line in self._filters for control in line):
            if control.objectName() == name:
                control.show_current(code)

    def clear_search(self) -> None:
        """Clear the words of the search without a signal."""
        self._search.blockSignals(True)
        self._search.clear()
        self._search.blockSignals(False)

    def show_items(self, items: Sequence[LevelLine], *, summary: str) -> None:
        """Show the items; the selection stays."""
        self.list.show_items(items)
        has_keyboard = self.list.hasFocus() or self.hasFocus()
        self.list.setVisible(bool(items))
        self._empty.setVisible(not items)
        if has_keyboard:  # the emptied list would give it to a button, such as "Undo" in a message
            (self.list if items else self).setFocus()
        self._summary.setText(summary)

    def show_chosen(self, item: ChosenItem) -> None:
        """Show the chosen item, and which acts are possible."""
        self._title.setText(item.title)
        self._facts.show_facts(item.facts)
        self._text.setText(item.text)
        for act, button in self._buttons.items():
            button.show_reason(item.reasons.get(act, ""))

    def show_list(self) -> None:
        """Show the list, with the keyboard in it."""
        self.pages.setCurrentIndex(_LIST_PAGE)
        self.list.setFocus()

    def act_of(self, event: QKeyEvent) -> str:
        """Return the code of the act of a key, empty for none."""
        is_export = event.key() == Qt.Key.Key_S and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return "export" if is_export else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: run the acts by their keys; Escape leaves the search, then the window."""
        if self._search.hasFocus() and (self.list.isVisible() or self.words) and self._is_end_of_search(event):
            self.list.setFocus()
        elif act := self.act_of(event):
            self._press(act)
        else:
            super().keyPressEvent(event)

    def _is_end_of_search(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape:
            self._search.clear()
        return key in (*ENTER_KEYS, Qt.Key.Key_Down, Qt.Key.Key_Escape)

    def _press(self, act: str) -> None:
        self._footers[0].press(self._buttons[act])

    def _on_filter_chosen(self, _code: str) -> None:
        self.filters_changed.emit()

    def _on_item_chosen(self, item_id: str) -> None:
        self._footers[0].clear_note_unless(item_id)
        self.item_chosen.emit(item_id)

    def _on_double_clicked(self) -> None:
        self._press(self._main_act)

    def _on_filter_key(self) -> None:
        if self.shows_list:
            self._filters[0][0].show_current(str(self.sender().property("code")))
            self.filters_changed.emit()

    # Construction

    def _control(self, of: ListFilter) -> SegmentedControl:
        control = SegmentedControl(self._appearance, of.choices, name=of.name, label=of.label)
        control.chosen.connect(self._on_filter_chosen)
        return control

    def _make_search(self) -> None:
        self._search = QLineEdit()
        name_widget(self._search, f"{self._texts.name}_search", self._texts.search_label)
        self._search.setPlaceholderText(f"{self._texts.search_hint}  (Ctrl F)")
        self._search.setClearButtonEnabled(True)
        self._search.setMaxLength(_LONGEST_SEARCH)
        self._search.textChanged.connect(self.filters_changed)

    def _make_details(self) -> None:
        self._title = ElidedText(self._appearance, style=TextStyle.HEADING)
        self._title.setObjectName(f"{self._texts.name}_title")
        self._facts = FactsGrid(self._appearance)
        self._text = Text(self._appearance, wrap=True, selectable=True)
        self._text.setObjectName(f"{self._texts.name}_text")
        self._summary = ElidedText(self._appearance, style=TextStyle.SMALL, tone="muted")
        self._summary.setObjectName(f"{self._texts.name}_summary")

    def _make_footers(self, lines: Sequence[Sequence[ActButton]]) -> None:
        acts = [act for line in lines for act in line]
        self._buttons = act_buttons(self._appearance, self._texts.name, acts, self.act_requested)
        self._footers = [PageFooter(self._appearance, *(self._buttons[act.code] for act in line)) for line in lines]
        self._close = page_button(self._appearance, _("Close"), "Esc", f"{self._texts.name}s_close", ButtonKind.GHOST)
        self._close.clicked.connect(self.close)

    def _add_shortcuts(self) -> None:
        QShortcut("Ctrl+F", self).activated.connect(self._search.setFocus)
        for number, code in enumerate(self._filters[0][0].codes, start=1):
            shortcut = QShortcut(f"Ctrl+{number}", self)
            shortcut.setProperty("code", code)
            shortcut.activated.connect(self._on_filter_key)

    def _lay_out(self) -> None:
        frame = ThemedFrame("panel", self)
        lines = column(frame, spacing_px=8)
        head = row(spacing_px=12)
        head.setContentsMargins(20, 14, 16, 0)
        head.addWidget(Text(self._appearance, self._texts.title, style=TextStyle.TITLE))
        head.addWidget(self._search, 1)
        head.addWidget(self._close)
        lines.addLayout(head)
        self.pages.addWidget(self._list_page())
        lines.addWidget(self.pages, 1)
        column(self).addWidget(frame)

    def _list_page(self) -> QWidget:
        page = QWidget()
        lines = column(page, spacing_px=8)
        for controls in self._filters:
            lines.addLayout(_filter_line(controls))
        lines.addWidget(divider())
        columns = row(spacing_px=0)
        left = column(spacing_px=0)
        left.addWidget(self.list, 1)
        left.addWidget(self._empty, 1)
        self._summary.setContentsMargins(20, 4, 12, 0)
        left.addWidget(self._summary)
        columns.addLayout(left, 6)
        columns.addWidget(divider(vertical=True))
        columns.addWidget(self._details(), 5)
        lines.addLayout(columns, 1)
        for footer in self._footers:
            lines.addWidget(footer)
        lines.addSpacing(10)
        return page

    def _details(self) -> QWidget:
        body = QWidget()
        lines = column(body, spacing_px=10)
        lines.setContentsMargins(20, 4, 16, 4)
        lines.addWidget(self._title)
        lines.addWidget(self._facts)
        lines.addWidget(self._text)
        lines.addStretch(1)
        area = scroll_area(body, name=f"{self._texts.name}_facts")
        area.setAccessibleName(self._texts.chosen_label)
        return area


def _filter_line(controls: Sequence[SegmentedControl]) -> QBoxLayout:
    """Return a line with the first filter at the left and the others at the right."""
    line = row(spacing_px=12)
    line.setContentsMargins(20, 0, 16, 0)
    line.addWidget(controls[0])
    line.addStretch(1)
    for control in controls[1:]:
        line.addWidget(control)
    return line
