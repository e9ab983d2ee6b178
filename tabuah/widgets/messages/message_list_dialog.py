"""The window of incoming messages: filters, the list and the chosen message."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QDialog, QLineEdit, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.labels import ElidedText, EmptyState, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row, scroll_area
from tabuah.widgets.controls.letter_keys import is_letter_shortcut
from tabuah.widgets.controls.level_list import LevelLine, LevelList
from tabuah.widgets.controls.page_footer import PageFooter, page_button
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.messages.values import Choices, MessageAct, MessageFilters, MessageView
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYS: Final = {
    Qt.Key.Key_J: MessageAct.JOIN,
    Qt.Key.Key_X: MessageAct.CLOSE,
    Qt.Key.Key_R: MessageAct.REOPEN,
    Qt.Key.Key_U: MessageAct.UNLINK,
    Qt.Key.Key_L: MessageAct.INCIDENT,
}
_FIRST_ACTS: Final = (MessageAct.REPORT, MessageAct.REPORT_WITH_TEXT, MessageAct.JOIN, MessageAct.CLOSE)
_SIZE_PX: Final = (1180, 680)
_LONGEST_SEARCH: Final = 200


class MessageListDialog(QDialog):
    """Shows messages and asks for acts; it decides nothing about them.

    Signals:
        message_chosen: id of the selected message, empty for none.
        act_requested: code of the act.
        filters_changed: the words or a filter have changed.
        undo_requested: Ctrl+Z outside of the search.
    """

    message_chosen = Signal(str)
    act_requested = Signal(str)
    filters_changed = Signal()
    undo_requested = Signal()

    def __init__(
        self, appearance: Appearance, parent: QWidget | None = None, *, filters: MessageFilters | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("message_list_dialog")
        self.setWindowTitle(_("Messages"))
        self._appearance = appearance
        chosen = filters or MessageFilters()
        self._states = self._control(chosen.states, "message_states", _("State"))
        self._channels = self._control(chosen.channels, "message_channels", _("Channel"))
        self._search = QLineEdit()
        name_widget(self._search, "message_search", _("Find a message"))
        self._search.setPlaceholderText(_("Text, sender, incident or account") + "  (Ctrl F)")
        self._search.setClearButtonEnabled(True)
        self._search.setMaxLength(_LONGEST_SEARCH)
        self._search.textChanged.connect(self.filters_changed)
        self.messages = LevelList(appearance, name="message_list", label=_("Messages"))
        self.messages.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = ElidedText(appearance, style=TextStyle.HEADING)
        self._title.setObjectName("message_title")
        self._facts = FactsGrid(appearance)
        self._text = Text(appearance, wrap=True, selectable=True)
        self._text.setObjectName("message_text")
        self._summary = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._summary.setObjectName("message_summary")
        self._empty = EmptyState(appearance, icon="note", name="messages_empty")
        self._empty.show_message(_("No messages."), _("Messages of messengers, forms and e-mail appear here."))
        self._buttons = self._make_buttons()
        self._footer = PageFooter(appearance, *(self._buttons[act] for act in _FIRST_ACTS))
        others = (button for act, button in self._buttons.items() if act not in _FIRST_ACTS)
        self._other_acts = PageFooter(appearance, *others)
        self._close = page_button(appearance, _("Close"), "Esc", "messages_close", ButtonKind.GHOST)
        self._close.clicked.connect(self.close)
        self._lay_out()
        self._add_shortcuts()
        self.messages.item_chosen.connect(self._on_message_chosen)
        self.messages.doubleClicked.connect(self._on_double_clicked)
        self.resize(QSize(*map(appearance.px, _SIZE_PX)).boundedTo(self.screen().availableSize()))
        self.messages.setFocus()

    @property
    def words(self) -> str:
        """The words of the search."""
        return self._search.text()

    @property
    def filters(self) -> tuple[str, str]:
        """The codes of state and channel."""
        return self._states.current, self._channels.current

    def show_messages(self, messages: Sequence[LevelLine], *, summary: str) -> None:
        """Show the messages; the selection stays."""
        self.messages.show_items(messages)
        self.messages.setVisible(bool(messages))
        self._empty.setVisible(not messages)
        self._summary.setText(summary)

    def show_message(self, view: MessageView) -> None:
        """Show the chosen message, and which acts are possible."""
        self._title.setText(view.title)
        self._facts.show_facts(view.facts)
        self._text.setText(view.text)
        for act, button in self._buttons.items():
            button.show_reason(view.reasons.get(act, ""))

    def event(self, event: QEvent) -> bool:
        """Qt: keep letters from being shortcuts of the main window, such as J."""
        if is_letter_shortcut(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: run the acts by their keys; Escape leaves the search and the window."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if self._search.hasFocus() and key in (*_ENTER, Qt.Key.Key_Down):
            self.messages.setFocus()
        elif self._search.hasFocus() and key is Qt.Key.Key_Escape:
            self._search.clear()
            self.messages.setFocus()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_requested.emit()
        elif key is Qt.Key.Key_S and modifiers & Qt.KeyboardModifier.ControlModifier:
            self._press(MessageAct.EXPORT)
        elif key in _ENTER:
            is_shifted = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._press(MessageAct.REPORT_WITH_TEXT if is_shifted else MessageAct.REPORT)
        elif key in _KEYS and modifiers == Qt.KeyboardModifier.NoModifier:
            self._press(_KEYS[key])
        else:
            super().keyPressEvent(event)

    def _press(self, act: MessageAct) -> None:
        self._footer.press(self._buttons[act])

    def _control(self, choices: Choices, name: str, label: str) -> SegmentedControl:
        control = SegmentedControl(self._appearance, choices, name=name, label=label)
        control.chosen.connect(self._on_filter_chosen)
        return control

    def _on_filter_chosen(self, _code: str) -> None:
        self.filters_changed.emit()

    def _on_message_chosen(self, message_id: str) -> None:
        self._footer.clear_note_unless(message_id)
        self.message_chosen.emit(message_id)

    def _on_double_clicked(self) -> None:
        self._press(MessageAct.REPORT)

    def _add_shortcuts(self) -> None:
        QShortcut("Ctrl+F", self).activated.connect(self._search.setFocus)
        for number, code in enumerate(self._states.codes, start=1):
            shortcut = QShortcut(f"Ctrl+{number}", self)
            shortcut.setProperty("code", code)
            shortcut.activated.connect(self._on_state_key)

    def _on_state_key(self) -> None:
        self._states.show_current(str(self.sender().property("code")))
        self.filters_changed.emit()

    def _make_buttons(self) -> dict[MessageAct, KeyButton]:
        texts = {
            MessageAct.REPORT: (_("Report …"), "↵", ButtonKind.PRIMARY),
            MessageAct.REPORT_WITH_TEXT: (_("With text …"), "⇧↵", ButtonKind.SECONDARY),
            MessageAct.JOIN: (_("Join …"), "J", ButtonKind.SECONDARY),
            MessageAct.CLOSE: (_("Close message …"), "X", ButtonKind.SECONDARY),
            MessageAct.REOPEN: (_("Reopen message"), "R", ButtonKind.GHOST),
            MessageAct.UNLINK: (_("Unlink"), "U", ButtonKind.GHOST),
            MessageAct.INCIDENT: (_("Incident"), "L", ButtonKind.GHOST),
            MessageAct.EXPORT: (_("Export …"), "Ctrl S", ButtonKind.GHOST),
        }
        made = {}
        for act, (text, key, kind) in texts.items():
            button = page_button(self._appearance, text, key, f"message_{act.value}", kind)
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
        head.addWidget(Text(self._appearance, _("Messages"), style=TextStyle.TITLE))
        head.addWidget(self._search, 1)
        head.addWidget(self._close)
        lines.addLayout(head)
        lines.addLayout(self._filter_row(self._states))
        lines.addLayout(self._filter_row(self._channels))
        lines.addWidget(divider())
        columns = row(spacing_px=0)
        left = column(spacing_px=0)
        left.addWidget(self.messages, 1)
        left.addWidget(self._empty, 1)
        self._summary.setContentsMargins(20, 4, 12, 0)
        left.addWidget(self._summary)
        columns.addLayout(left, 6)
        columns.addWidget(divider(vertical=True))
        columns.addWidget(self._details(), 5)
        lines.addLayout(columns, 1)
        lines.addWidget(self._footer)
        lines.addWidget(self._other_acts)
        lines.addSpacing(10)
        column(self).addWidget(frame)

    def _filter_row(self, control: QWidget) -> QBoxLayout:
        line = row(spacing_px=12)
        line.setContentsMargins(20, 0, 16, 0)
        line.addWidget(control)
        line.addStretch(1)
        return line

    def _details(self) -> QWidget:
        body = QWidget()
        lines = column(body, spacing_px=10)
        lines.setContentsMargins(20, 4, 16, 4)
        lines.addWidget(self._title)
        lines.addWidget(self._facts)
        lines.addWidget(self._text)
        lines.addStretch(1)
        area = scroll_area(body, name="message_facts")
        area.setAccessibleName(_("The selected message"))
        return area
