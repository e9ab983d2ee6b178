"""The window of parent events: the list, the totals of the chosen one, its incidents, and a form in their place."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.labels import ElidedText, EmptyState, Text
from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row, scroll_area
from tabuah.widgets.controls.level_list import LevelLine, LevelList
from tabuah.widgets.controls.page_footer import ActButton, PageFooter, act_buttons, page_button
from tabuah.widgets.parent_events.values import EventAct, EventView
from tabuah.widgets.theme.appearance import Appearance, TextStyle

# The key and whether Shift is held; F5 and above belong to the window.
_KEYS: Final = {
    (Qt.Key.Key_F2, False): EventAct.CLOSE,
    (Qt.Key.Key_F2, True): EventAct.MAP,
    (Qt.Key.Key_F3, False): EventAct.OPEN,
    (Qt.Key.Key_F3, True): EventAct.ADD,
    (Qt.Key.Key_F4, False): EventAct.CHANGE,
    (Qt.Key.Key_F4, True): EventAct.REMOVE,
    (Qt.Key.Key_Delete, False): EventAct.DELETE,
}
_CONTROL_KEYS: Final = {
    Qt.Key.Key_I: EventAct.LIST,
    Qt.Key.Key_S: EventAct.EXPORT,
    Qt.Key.Key_C: EventAct.CHAT,
    Qt.Key.Key_R: EventAct.AFTER_ACTION,
}
# in the second line
_OTHERS: Final = (EventAct.MAP, EventAct.LIST, EventAct.EXPORT, EventAct.CHAT, EventAct.AFTER_ACTION, EventAct.DELETE)
_LIST, _FORM = range(2)
_SIZE_PX: Final = (1180, 680)


class EventDialog(QDialog):
    """Shows parent events and asks for acts; it decides nothing about them.

    Signals:
        event_chosen: id of the selected event.
        incident_opened: id of an incident to show in the main window.
        message_opened: id of a message to show in the list of messages.
        act_requested: code of the act.
    """

    event_chosen = Signal(str)
    incident_opened = Signal(str)
    message_opened = Signal(str)
    act_requested = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("event_dialog")
        self.setWindowTitle(_("Parent events"))
        self._appearance = appearance
        self._lines: tuple[LevelLine, ...] = ()
        self.events = LevelList(appearance, name="event_list", label=_("Parent events"))
        self.incidents = LevelList(appearance, name="event_incidents", label=_("Incidents of the event"))
        self.messages = LevelList(appearance, name="event_messages", label=_("Messages about the event"))
        for each in (self.events, self.incidents, self.messages):
            each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = ElidedText(appearance, style=TextStyle.HEADING)
        self._title.setObjectName("event_title")
        self._state = Text(appearance, style=TextStyle.SMALL, tone="muted")
        self._state.setObjectName("event_state")
        self._facts = FactsGrid(appearance)
        self._note = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._note.setObjectName("event_note")
        self._empty = EmptyState(appearance, icon="incident", name="event_empty")
        self._empty.show_message(_("No events."), _("F3 opens one. Each incident keeps its own work."))
        self.form = EditForm(appearance, name="event_form")
        self._form_note = Text(appearance, style=TextStyle.SMALL, tone="critical", wrap=True)
        self._form_note.setObjectName("event_form_note")
        self._buttons = self._make_buttons()
        self._footer = PageFooter(appearance, *(self._buttons[act] for act in _OTHERS))
        self._close = page_button(appearance, _("Close"), "Esc", "event_close_window", ButtonKind.GHOST)
        self._close.clicked.connect(self.close)
        self._heading = Text(appearance, style=TextStyle.HEADING)
        self._switch = KeyButton(
            appearance, "", key="Ctrl M", kind=ButtonKind.GHOST, compact=True, name="event_switch"
        )
        self._switch.setAutoDefault(False)
        self._switch.clicked.connect(self._on_switched)
        self._pages, self._parts = QStackedWidget(), QStackedWidget()
        self._lay_out()
        self._show_part()
        self.events.item_chosen.connect(self._on_event_chosen)
        self.events.doubleClicked.connect(self._enter_part)
        for each in (self.incidents, self.messages):
            each.doubleClicked.connect(self._open_chosen)
        QShortcut("Ctrl+M", self).activated.connect(self._switch.click)
        self.resize(QSize(*map(appearance.px, _SIZE_PX)).boundedTo(self.screen().availableSize()))
        self.events.setFocus()

    @property
    def has_form(self) -> bool:
        return self._pages.currentIndex() == _FORM

    def show_events(self, events: tuple[LevelLine, ...], *, select: str = "") -> None:
        """Show the events, with one selected; otherwise the selection stays. Nothing is signalled."""
        self.events.blockSignals(True)
        if events != self._lines:
            self._lines = events
            self.events.show_items(events)
        if select:
            self.events.choose(select)
        self.events.blockSignals(False)
        self._empty.setVisible(not events)
        self.events.setVisible(bool(events))

    def show_details(self, view: EventView) -> None:
        """Show the chosen event, and which acts are possible."""
        details = view.details
        self._title.setText(details.title)
        self._state.setText(details.state)
        self._facts.show_facts(details.facts)
        self._note.setText(details.note)
        self.incidents.show_items(details.incidents)
        self.messages.show_items(details.messages)
        self._show_part()
        closing = self._buttons[EventAct.CLOSE]
        closing.setText(details.close_label or _("Close …"))
        closing.updateGeometry()
        for act in EventAct:
            self._buttons[act].show_reason(view.reasons.get(act, ""))

    def show_list(self) -> None:
        """Show the list, with the keyboard in it."""
        self._pages.setCurrentIndex(_LIST)
        self.events.setFocus()

    def show_form(self) -> None:
        """Show the form, which the owner has filled."""
        self.show_form_note("")
        self._pages.setCurrentIndex(_FORM)
        self.form.focus_first()

    def show_form_note(self, text: str) -> None:
        self._form_note.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: run the acts by their keys while no form is in front; Enter goes to the incidents, and opens one."""
        key = Qt.Key(event.key())
        if self.has_form:
            if key is Qt.Key.Key_Escape:
                self.show_list()
            return
        modifiers = event.modifiers()
        act = _KEYS.get((key, bool(modifiers & Qt.KeyboardModifier.ShiftModifier)))
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            act = _CONTROL_KEYS.get(key)
        if act is not None:
            self._footer.press(self._buttons[act])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_enter()
        elif key is Qt.Key.Key_Escape and self._part.hasFocus() and self.events.isVisible():
            self.events.setFocus()
        else:
            super().keyPressEvent(event)

    @property
    def _part(self) -> LevelList:
        """The list below the facts: incidents or messages."""
        return self.messages if self._parts.currentWidget() is self.messages else self.incidents

    def _on_enter(self) -> None:
        if self._part.hasFocus():
            self._open_chosen()
        else:
            self._enter_part()

    def _enter_part(self) -> None:
        if self._part.chosen:
            self._part.setFocus()

    def _open_chosen(self) -> None:
        part = self._part
        if part.chosen:
            (self.message_opened if part is self.messages else self.incident_opened).emit(part.chosen)

    def _on_switched(self) -> None:
        had_focus = self._part.hasFocus()
        self._parts.setCurrentWidget(self.incidents if self._part is self.messages else self.messages)
        self._show_part()
        if had_focus or self._switch.hasFocus():
            self._part.setFocus()

    def _show_part(self) -> None:
        """Name the list that is shown, and the other one on the button, with its number of rows."""
        incidents, messages = self.incidents.model().rowCount(), self.messages.model().rowCount()
        if self._part is self.messages and not messages:
            self._parts.setCurrentWidget(self.incidents)
        shows_messages = self._part is self.messages
        self._heading.setText(_("Messages") if shows_messages else _("Incidents"))
        other = (_("Incidents"), incidents) if shows_messages else (_("Messages"), messages)
        self._switch.setText(f"{other[0]} {other[1]}")
        self._switch.setVisible(bool(messages))
        self._switch.updateGeometry()

    def _on_event_chosen(self, event_id: str) -> None:
        self._footer.clear_note_unless(event_id)
        self.event_chosen.emit(event_id)

    def _make_buttons(self) -> dict[str, KeyButton]:
        acts = (
            ActButton(EventAct.OPEN, _("Open …"), "F3", ButtonKind.PRIMARY),
            ActButton(EventAct.CHANGE, _("Change …"), "F4"),
            ActButton(EventAct.ADD, _("Add incidents …"), "⇧F3"),
            ActButton(EventAct.REMOVE, _("Take out …"), "⇧F4"),
            ActButton(EventAct.CLOSE, _("Close …"), "F2"),
            ActButton(EventAct.MAP, _("On the map"), "⇧F2", ButtonKind.GHOST),
            ActButton(EventAct.LIST, _("Search list …"), "Ctrl I", ButtonKind.GHOST),
            ActButton(EventAct.EXPORT, _("Export …"), "Ctrl S", ButtonKind.GHOST),
            ActButton(EventAct.CHAT, _("Copy for chat"), "Ctrl C", ButtonKind.GHOST),
            ActButton(EventAct.AFTER_ACTION, _("Special report …"), "Ctrl R", ButtonKind.GHOST),
            ActButton(EventAct.DELETE, _("Delete …"), "Del", ButtonKind.GHOST),
        )
        return act_buttons(self._appearance, "event", acts, self.act_requested)

    def _lay_out(self) -> None:
        frame = ThemedFrame("panel", self)
        lines = column(frame, spacing_px=8)
        head = row(spacing_px=12)
        head.setContentsMargins(20, 14, 16, 0)
        title = Text(self._appearance, _("Parent events"), style=TextStyle.TITLE)
        head.addWidget(title, 1)
        head.addWidget(self._close)
        lines.addLayout(head)
        lines.addWidget(divider())
        self._pages.addWidget(self._list_page())
        self._pages.addWidget(self._form_page())
        lines.addWidget(self._pages, 1)
        column(self).addWidget(frame)

    def _list_page(self) -> QWidget:
        page = QWidget()
        lines = column(page, spacing_px=8)
        columns = row(spacing_px=0)
        left = column(spacing_px=0)
        left.addWidget(self.events, 1)
        left.addWidget(self._empty, 1)
        columns.addLayout(left, 4)
        columns.addWidget(divider(vertical=True))
        columns.addLayout(self._details(), 7)
        lines.addLayout(columns, 1)
        changes = row()
        changes.setContentsMargins(20, 0, 20, 0)
        for act in EventAct:
            if act not in _OTHERS:
                changes.addWidget(self._buttons[act])
        changes.addStretch(1)
        lines.addLayout(changes)
        lines.addWidget(self._footer)
        lines.addSpacing(10)
        return page

    def _details(self) -> QVBoxLayout:
        lines = column(spacing_px=6)
        head = row(spacing_px=12)
        head.setContentsMargins(20, 0, 16, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._state)
        lines.addLayout(head)
        body = QWidget()
        content = column(body, spacing_px=10)
        content.setContentsMargins(20, 2, 16, 4)
        content.addWidget(self._facts)
        content.addWidget(self._note)
        content.addStretch(1)
        area = scroll_area(body, name="event_facts")
        area.setAccessibleName(_("Totals"))
        lines.addWidget(area, 5)
        lines.addWidget(divider())
        part = row(spacing_px=12)
        part.setContentsMargins(20, 0, 16, 0)
        part.addWidget(self._heading, 1)
        part.addWidget(self._switch)
        lines.addLayout(part)
        for each in (self.incidents, self.messages):
            self._parts.addWidget(each)
        lines.addWidget(self._parts, 4)
        return lines

    def _form_page(self) -> QWidget:
        page = QWidget()
        lines = column(page, spacing_px=0)
        lines.addWidget(self.form, 1)
        self._form_note.setContentsMargins(16, 0, 16, 12)
        lines.addWidget(self._form_note)
        return page
