"""The window of the call log: filters, the list, the chosen call, and a form in their place."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QDialog, QLineEdit, QStackedWidget, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.calls.values import CallAct, CallFilters, CallView, Choices
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.labels import ElidedText, EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row, scroll_area
from tabuah.widgets.controls.level_list import LevelLine, LevelList
from tabuah.widgets.controls.page_footer import PageFooter, page_button
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.theme.appearance import Appearance, TextStyle

# The key and whether Shift is held; F5 and above belong to the window.
_KEYS: Final = {
    (Qt.Key.Key_F3, False): CallAct.REPORT,
    (Qt.Key.Key_F3, True): CallAct.LINK,
    (Qt.Key.Key_F4, False): CallAct.CHANGE,
    (Qt.Key.Key_F4, True): CallAct.UNLINK,
    (Qt.Key.Key_Return, False): CallAct.INCIDENT,
    (Qt.Key.Key_Enter, False): CallAct.INCIDENT,
}
_LIST, _FORM = range(2)
_SIZE_PX: Final = (1180, 680)
_LONGEST_SEARCH: Final = 200


class CallListDialog(QDialog):
    """Shows calls and asks for acts; it decides nothing about them.

    Signals:
        call_chosen: id of the selected call, empty for none.
        act_requested: code of the act.
        filters_changed: the words or a filter have changed.
        undo_requested: Ctrl+Z outside of the form and the search.
    """

    call_chosen = Signal(str)
    act_requested = Signal(str)
    filters_changed = Signal()
    undo_requested = Signal()

    def __init__(
        self, appearance: Appearance, parent: QWidget | None = None, *, filters: CallFilters | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("call_list_dialog")
        self.setWindowTitle(_("Call log"))
        self._appearance = appearance
        chosen = filters or CallFilters()
        self._classes = self._control(chosen.classes, "call_classes", _("Call class"))
        self._periods = self._control(chosen.periods, "call_periods", _("Period"))
        self._channels = self._control(chosen.channels, "call_channels", _("Channel"))
        self._periods.show_current(chosen.period)
        self._search = QLineEdit()
        name_widget(self._search, "call_search", _("Find a call"))
        self._search.setPlaceholderText(_("Note, person, incident or caller") + "  (Ctrl F)")
        self._search.setClearButtonEnabled(True)
        self._search.setMaxLength(_LONGEST_SEARCH)
        self._search.textChanged.connect(self.filters_changed)
        self.calls = LevelList(appearance, name="call_list", label=_("Calls"))
        self.calls.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = ElidedText(appearance, style=TextStyle.HEADING)
        self._title.setObjectName("call_title")
        self._facts = FactsGrid(appearance)
        self._note = Text(appearance, wrap=True, selectable=True)
        self._note.setObjectName("call_note")
        self._summary = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._summary.setObjectName("call_summary")
        self._empty = EmptyState(appearance, icon="phone", name="calls_empty")
        self._empty.show_message(_("No calls."), _("In the report form F2 and F3 end a call without a report."))
        self.form = EditForm(appearance, name="call_form")
        self._form_note = Text(appearance, style=TextStyle.SMALL, tone="critical", wrap=True)
        self._buttons = self._make_buttons()
        self._footer = PageFooter(appearance, *self._buttons.values())
        self._close = page_button(appearance, _("Close"), "Esc", "calls_close", ButtonKind.GHOST)
        self._close.clicked.connect(self.close)
        self._pages = QStackedWidget()
        self._lay_out()
        self._add_shortcuts()
        self.calls.item_chosen.connect(self._on_call_chosen)
        self.calls.doubleClicked.connect(self._on_double_clicked)
        self.resize(QSize(*map(appearance.px, _SIZE_PX)).boundedTo(self.screen().availableSize()))
        self.calls.setFocus()

    @property
    def words(self) -> str:
        """The words of the search."""
        return self._search.text()

    @property
    def filters(self) -> tuple[str, str, str]:
        """The codes of class, period and channel."""
        return self._classes.current, self._periods.current, self._channels.current

    @property
    def has_form(self) -> bool:
        return self._pages.currentIndex() == _FORM

    def show_calls(self, calls: Sequence[LevelLine], *, summary: str) -> None:
        """Show the calls; the selection stays."""
        self.calls.show_items(calls)
        self.calls.setVisible(bool(calls))
        self._empty.setVisible(not calls)
        self._summary.setText(summary)

    def show_call(self, view: CallView) -> None:
        """Show the chosen call, and which acts are possible."""
        self._title.setText(view.title)
        self._facts.show_facts(view.facts)
        self._note.setText(view.note)
        for act, button in self._buttons.items():
            button.show_reason(view.reasons.get(act, ""))

    def show_list(self) -> None:
        """Show the list, with the keyboard in it."""
        self._pages.setCurrentIndex(_LIST)
        self.calls.setFocus()

    def show_form(self) -> None:
        """Show the form, which the owner has filled."""
        self.show_form_note("")
        self._pages.setCurrentIndex(_FORM)
        self.form.focus_first()

    def show_form_note(self, text: str) -> None:
        self._form_note.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: run the acts by their keys while no form is in front; Escape leaves form, search and window."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        is_shifted = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if self.has_form:
            if key is Qt.Key.Key_Escape:
                self.show_list()
        elif self._search.hasFocus() and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.calls.setFocus()
        elif self._search.hasFocus() and key is Qt.Key.Key_Escape:
            self._search.clear()
            self.calls.setFocus()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_requested.emit()
        elif key is Qt.Key.Key_S and modifiers & Qt.KeyboardModifier.ControlModifier:
            self._press(CallAct.EXPORT)
        elif (key, is_shifted) in _KEYS:
            self._press(_KEYS[key, is_shifted])
        else:
            super().keyPressEvent(event)

    def _press(self, act: CallAct) -> None:
        self._footer.press(self._buttons[act])

    def _control(self, choices: Choices, name: str, label: str) -> SegmentedControl:
        control = SegmentedControl(self._appearance, choices, name=name, label=label)
        control.chosen.connect(self._on_filter_chosen)
        return control

    def _on_filter_chosen(self, _code: str) -> None:
        self.filters_changed.emit()

    def _on_call_chosen(self, call_id: str) -> None:
        self._footer.clear_note_unless(call_id)
        self.call_chosen.emit(call_id)

    def _on_double_clicked(self) -> None:
        self._press(CallAct.INCIDENT)

    def _add_shortcuts(self) -> None:
        QShortcut("Ctrl+F", self).activated.connect(self._search.setFocus)
        for number, code in enumerate(self._classes.codes, start=1):
            shortcut = QShortcut(f"Ctrl+{number}", self)
            shortcut.setProperty("code", code)
            shortcut.activated.connect(self._on_class_key)

    def _on_class_key(self) -> None:
        if not self.has_form:
            self._classes.show_current(str(self.sender().property("code")))
            self.filters_changed.emit()

    def _make_buttons(self) -> dict[CallAct, KeyButton]:
        texts = {
            CallAct.REPORT: (_("Make an incident …"), "F3", ButtonKind.PRIMARY),
            CallAct.LINK: (_("Link …"), "⇧F3", ButtonKind.SECONDARY),
            CallAct.CHANGE: (_("Correct …"), "F4", ButtonKind.SECONDARY),
            CallAct.UNLINK: (_("Unlink"), "⇧F4", ButtonKind.SECONDARY),
            CallAct.INCIDENT: (_("Show incident"), "↵", ButtonKind.GHOST),
            CallAct.EXPORT: (_("Export …"), "Ctrl S", ButtonKind.GHOST),
        }
        made = {}
        for act, (text, key, kind) in texts.items():
            button = page_button(self._appearance, text, key, f"call_{act.value}", kind)
            button.setProperty("act", act.value)
            button.clicked.connect(self._on_act_clicked)
            made[act] = button
        return made

    def _on_act_clicked(self) -> None:
        self.act_requested.emit(str(self.sender().property("act")))

    def _lay_out(self) -> None:
        frame = ThemedFrame("panel", self)
        lines = column(frame, spacing_px=8)
        head = row(spacing_px=12)
        head.setContentsMargins(20, 14, 16, 0)
        head.addWidget(Text(self._appearance, _("Call log"), style=TextStyle.TITLE))
        head.addWidget(self._search, 1)
        head.addWidget(self._close)
        lines.addLayout(head)
        self._pages.addWidget(self._list_page())
        self._pages.addWidget(self._form_page())
        lines.addWidget(self._pages, 1)
        column(self).addWidget(frame)

    def _list_page(self) -> QWidget:
        page = QWidget()
        lines = column(page, spacing_px=8)
        lines.addLayout(self._filter_row(self._classes, self._periods))
        lines.addLayout(self._filter_row(self._channels))
        lines.addWidget(divider())
        columns = row(spacing_px=0)
        left = column(spacing_px=0)
        left.addWidget(self.calls, 1)
        left.addWidget(self._empty, 1)
        self._summary.setContentsMargins(20, 4, 12, 0)
        left.addWidget(self._summary)
        columns.addLayout(left, 6)
        columns.addWidget(divider(vertical=True))
        columns.addWidget(self._details(), 5)
        lines.addLayout(columns, 1)
        lines.addWidget(self._footer)
        lines.addSpacing(10)
        return page

    def _filter_row(self, first: QWidget, second: QWidget | None = None) -> QBoxLayout:
        line = row(spacing_px=12)
        line.setContentsMargins(20, 0, 16, 0)
        line.addWidget(first)
        line.addStretch(1)
        if second is not None:
            line.addWidget(second)
        return line

    def _details(self) -> QWidget:
        body = QWidget()
        lines = column(body, spacing_px=10)
        lines.setContentsMargins(20, 4, 16, 4)
        lines.addWidget(self._title)
        lines.addWidget(self._facts)
        lines.addWidget(self._note)
        lines.addStretch(1)
        area = scroll_area(body, name="call_facts")
        area.setAccessibleName(_("The selected call"))
        return area

    def _form_page(self) -> QWidget:
        page = QWidget()
        lines = column(page, spacing_px=0)
        lines.addWidget(self.form, 1)
        self._form_note.setContentsMargins(16, 0, 16, 12)
        lines.addWidget(self._form_note)
        return page
