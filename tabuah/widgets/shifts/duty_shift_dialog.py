"""The window of the shift on duty: log and promises, the handover, the list of shifts, and a form in their place."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.exercise_chip import ExerciseChip
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.labels import ElidedText, Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, divider, row, scroll_area
from tabuah.widgets.controls.page_footer import PageFooter, page_button
from tabuah.widgets.shifts.shift_list_page import ShiftListPage
from tabuah.widgets.shifts.values import DutyAct, DutyLine, DutyShiftView
from tabuah.widgets.theme.appearance import Appearance, TextStyle

# The key and whether Shift is held; F5 and above belong to the window.
_LOG_KEYS: Final = {
    (Qt.Key.Key_F3, False): DutyAct.PROMISE,
    (Qt.Key.Key_F4, False): DutyAct.END_PROMISE,
    (Qt.Key.Key_F3, True): DutyAct.CORRECT,
    (Qt.Key.Key_F4, True): DutyAct.LIST,
}
_HANDOVER_KEYS: Final = {
    (Qt.Key.Key_F3, False): DutyAct.PREPARE,
    (Qt.Key.Key_F4, False): DutyAct.CONFIRM,
    (Qt.Key.Key_F3, True): DutyAct.LOG_IN,
    (Qt.Key.Key_F4, True): DutyAct.EXPORT,
}
_LOG, _HANDOVER, _FORM, _LIST = range(4)
_MAX_LINE: Final = 1_000
_ACTS_OF_LOG: Final = 6  # the first acts belong to the log, the others to the handover


class DutyLines(QWidget):
    """Lines of text below each other, which can be selected and copied."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._lines: tuple[DutyLine, ...] | None = None
        self._layout = column(self, spacing_px=4)
        self._layout.setContentsMargins(20, 6, 16, 6)

    def show_lines(self, lines: tuple[DutyLine, ...]) -> None:
        """Show the lines; the same ones stay as they are, with their selection."""
        if lines == self._lines:
            return
        self._lines = lines
        clear_layout(self._layout)
        for line in lines:
            if line.is_heading and self._layout.count():
                self._layout.addSpacing(6)
            style = TextStyle.STRONG if line.is_heading else TextStyle.BODY
            tone = line.level or ("muted" if line.is_faint else "text")
            self._layout.addWidget(
                Text(self._appearance, line.text, style=style, tone=tone, wrap=True, selectable=True)
            )
        self._layout.addStretch(1)


class DutyShiftDialog(QDialog):
    """Shows the shift and asks for acts; it decides nothing about them.

    Signals:
        line_written: text of a line of the log, and whether it is about the selected incident.
        act_requested: code of the act.
    """

    line_written = Signal(str, bool)
    act_requested = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("duty_shift_dialog")
        self.setWindowTitle(_("Shift on duty"))
        self._appearance = appearance
        self._title = ElidedText(appearance, style=TextStyle.TITLE)
        self._title.setObjectName("duty_shift_title")
        self._exercise = ExerciseChip(appearance, name="duty_shift_exercise")
        self._people = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._people.setObjectName("duty_shift_people")
        self._state = Text(appearance, style=TextStyle.STRONG)
        self._state.setObjectName("duty_shift_state")
        self._entry = QLineEdit()
        name_widget(self._entry, "duty_shift_entry", _("New line of the log"))
        self._entry.setPlaceholderText(_("What happened? Enter writes it into the log."))
        self._entry.setMaxLength(_MAX_LINE)
        self._entry.returnPressed.connect(self._on_return)
        self._about = QCheckBox()
        name_widget(self._about, "duty_shift_about", _("The line is about the selected incident"))
        self._log, self._promises, self._facts = (DutyLines(appearance) for _number in range(3))
        self._notes = FactsGrid(appearance)
        self._buttons = self._make_buttons()
        self._turn = page_button(appearance, _("Handover"), "F2", "duty_shift_page", ButtonKind.GHOST)
        self._turn.clicked.connect(self.turn_page)
        self._close = page_button(appearance, _("Close"), "Esc", "duty_shift_close", ButtonKind.GHOST)
        self._close.clicked.connect(self.close)
        buttons = list(self._buttons.values())
        self._log_footer = PageFooter(appearance, *buttons[:_ACTS_OF_LOG])
        self._next = self._act_button(DutyAct.START, _("Start the shift …"), "F3", ButtonKind.PRIMARY)
        self._next.setObjectName("duty_shift_start_next")
        self._next.hide()  # in the place of the acts on a running shift, which are wider
        self._handover_footer = PageFooter(appearance, self._next, *buttons[_ACTS_OF_LOG:])
        self.form = EditForm(appearance, name="duty_shift_form")
        self.shift_list = ShiftListPage(appearance)
        self._form_note = Text(appearance, style=TextStyle.SMALL, tone="critical", wrap=True)
        self._form_note.setObjectName("duty_shift_form_note")
        self._pages = QStackedWidget()
        self._lay_out()
        self.resize(QSize(appearance.px(1180), appearance.px(680)).boundedTo(self.screen().availableSize()))
        self._entry.setFocus()

    @property
    def has_form(self) -> bool:
        return self._pages.currentIndex() == _FORM

    @property
    def shows_handover(self) -> bool:
        return self._pages.currentIndex() == _HANDOVER

    @property
    def shows_list(self) -> bool:
        return self._pages.currentIndex() == _LIST

    def show_shift(self, view: DutyShiftView) -> None:
        """Show the shift; the line that is being written stays."""
        self._title.setText(view.title)
        self._exercise.show_mark(view.exercise)
        self._people.setText(view.people)
        self._people.setVisible(bool(view.people))
        self.shift_list.show_shifts(view.shifts)
        self._state.setText(view.state)
        self._state.show_tone("muted" if view.level is None else view.level)
        self._let_write(view.can_write)
        self._about.setText(_("about {subject}").format(subject=view.subject) if view.subject else "")
        self._about.setVisible(bool(view.subject) and view.can_write)
        for target, lines in ((self._log, view.log), (self._promises, view.promises), (self._facts, view.facts)):
            target.show_lines(lines)
        self._notes.show_facts(view.notes)
        for act, button in self._buttons.items():
            button.show_reason(view.reasons.get(act, ""))
        for act in (DutyAct.START, DutyAct.JOIN):
            self._buttons[act].setVisible(not view.reasons.get(act, ""))
        can_start = not view.reasons.get(DutyAct.START, "")
        self._next.setVisible(can_start)
        for act in (DutyAct.PREPARE, DutyAct.CONFIRM, DutyAct.WITHDRAW, DutyAct.CLOSE_SHIFT):
            self._buttons[act].setVisible(not can_start)  # they belong to a running shift

    def show_handover(self) -> None:
        """Show the handover, with the keyboard at its facts: no button may run by a stray Space."""
        self._pages.setCurrentIndex(_HANDOVER)
        self._facts_area.setFocus()
        self._turn.setText(_("Log"))
        self._turn.updateGeometry()

    def show_log(self) -> None:
        """Show the log, with the keyboard in the field of a new line."""
        self._pages.setCurrentIndex(_LOG)
        self._turn.setText(_("Handover"))
        self._turn.updateGeometry()
        self._focus_log()

    def show_list(self) -> None:
        """Show the list of shifts."""
        self._pages.setCurrentIndex(_LIST)
        self._turn.setText(_("Log"))
        self._turn.updateGeometry()
        self.shift_list.list.setFocus()

    def turn_page(self) -> None:
        if self.shows_handover or self.shows_list:
            self.show_log()
        else:
            self.show_handover()

    def show_form(self) -> None:
        """Show the form, which the owner has filled."""
        self.show_form_note("")
        self._pages.setCurrentIndex(_FORM)
        self.form.focus_first()

    def show_form_note(self, text: str) -> None:
        self._form_note.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run the acts by their keys while no form is in front."""
        key = Qt.Key(event.key())
        if (self.has_form or self.shows_list) and key is Qt.Key.Key_Escape:
            self.show_log()
            return
        if self.has_form or (self.shows_list and self.shift_list.press(key)):
            return  # the form has the keyboard
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        keys = _HANDOVER_KEYS if self.shows_handover else _LOG_KEYS
        act = None if self.shows_list else keys.get((key, is_shifted))
        if key is Qt.Key.Key_F2:
            self.turn_page()
        elif act is not None:
            footer = self._handover_footer if self.shows_handover else self._log_footer
            starts = act is DutyAct.PREPARE and not self._next.isHidden()
            footer.press(self._next if starts else self._buttons[act])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # the field has written the line
        else:
            super().keyPressEvent(event)

    def _let_write(self, can_write: bool) -> None:
        """Open or close the field of a new line; a field that closes would take the keyboard with it."""
        if can_write == self._entry.isEnabled():
            return
        has_keyboard = self._entry.hasFocus() or self._log_area.hasFocus()
        self._entry.setEnabled(can_write)
        if has_keyboard:
            self._focus_log()

    def _focus_log(self) -> None:
        (self._entry if self._entry.isEnabled() else self._log_area).setFocus()

    def _on_return(self) -> None:
        text = self._entry.text().strip()
        if text:
            self._entry.clear()
            self.line_written.emit(text, self._about.isVisible() and self._about.isChecked())

    def _make_buttons(self) -> dict[DutyAct, KeyButton]:
        texts = {
            DutyAct.START: (_("Start the shift …"), "", ButtonKind.PRIMARY),
            DutyAct.JOIN: (_("Join the shift"), "", ButtonKind.PRIMARY),
            DutyAct.PROMISE: (_("Promise …"), "F3", ButtonKind.SECONDARY),
            DutyAct.END_PROMISE: (_("End a promise …"), "F4", ButtonKind.SECONDARY),
            DutyAct.CORRECT: (_("Correct a line …"), "⇧F3", ButtonKind.SECONDARY),
            DutyAct.LIST: (_("All shifts …"), "⇧F4", ButtonKind.GHOST),
            DutyAct.PREPARE: (_("Prepare …"), "F3", ButtonKind.SECONDARY),
            DutyAct.CONFIRM: (_("Confirm …"), "F4", ButtonKind.PRIMARY),
            DutyAct.LOG_IN: (_("Other person logs in"), "⇧F3", ButtonKind.SECONDARY),
            DutyAct.EXPORT: (_("PDF or text …"), "⇧F4", ButtonKind.GHOST),
            DutyAct.WITHDRAW: (_("Withdraw"), "", ButtonKind.GHOST),
            DutyAct.CLOSE_SHIFT: (_("End without handover …"), "", ButtonKind.GHOST),
        }
        return {act: self._act_button(act, *shown) for act, shown in texts.items()}

    def _act_button(self, act: DutyAct, text: str, key: str, kind: ButtonKind) -> KeyButton:
        button = page_button(self._appearance, text, key, f"duty_shift_{act.value}", kind)
        if not key:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("act", act.value)
        button.clicked.connect(self._on_act_clicked)
        return button

    def _on_act_clicked(self) -> None:
        self.act_requested.emit(str(self.sender().property("act")))

    def _scroll(self, content: QWidget, name: str, label: str) -> QScrollArea:
        area = scroll_area(content, name=name)
        area.setAccessibleName(label)
        return area

    def _lay_out(self) -> None:
        frame = ThemedFrame("panel", self)
        lines = column(frame, spacing_px=8)
        head = row(spacing_px=12)
        head.setContentsMargins(20, 14, 16, 0)
        names = column(spacing_px=2)
        names.addWidget(self._title)
        names.addWidget(self._people)
        head.addLayout(names, 1)
        head.addWidget(self._exercise)
        head.addWidget(self._state)
        head.addWidget(self._turn)
        head.addWidget(self._close)
        lines.addLayout(head)
        lines.addWidget(divider())
        self._pages.addWidget(self._log_page())
        self._pages.addWidget(self._handover_page())
        self._pages.addWidget(self._form_page())
        self._pages.addWidget(self.shift_list)
        lines.addWidget(self._pages, 1)
        column(self).addWidget(frame)

    def _log_page(self) -> QWidget:
        page = QWidget()
        lines = column(page, spacing_px=8)
        columns = row(spacing_px=0)
        self._log_area = self._scroll(self._log, "duty_shift_log", _("Log"))
        columns.addLayout(self._column(_("Log"), self._log_area), 3)
        columns.addWidget(divider(vertical=True))
        promises = self._scroll(self._promises, "duty_shift_promises", _("Promises"))
        columns.addLayout(self._column(_("Promises"), promises), 2)
        lines.addLayout(columns, 1)
        entry = row(spacing_px=8)
        entry.setContentsMargins(20, 0, 20, 0)
        entry.addWidget(self._entry, 1)
        entry.addWidget(self._about)
        lines.addLayout(entry)
        lines.addWidget(self._log_footer)
        lines.addSpacing(10)
        return page

    def _handover_page(self) -> QWidget:
        page = QWidget()
        lines = column(page, spacing_px=8)
        columns = row(spacing_px=0)
        self._facts_area = self._scroll(self._facts, "duty_shift_facts", _("Facts"))
        columns.addLayout(self._column(_("Facts"), self._facts_area), 3)
        columns.addWidget(divider(vertical=True))
        notes = QWidget()
        content = column(notes)
        content.setContentsMargins(20, 6, 16, 6)
        content.addWidget(self._notes)
        content.addStretch(1)
        area = scroll_area(notes, name="duty_shift_notes")
        area.setAccessibleName(_("Notes"))
        columns.addLayout(self._column(_("Notes"), area), 2)
        lines.addLayout(columns, 1)
        lines.addWidget(self._handover_footer)
        lines.addSpacing(10)
        return page

    def _column(self, title: str, area: QScrollArea) -> QVBoxLayout:
        lines = column(spacing_px=2)
        heading = Text(self._appearance, title, style=TextStyle.HEADING)
        heading.setContentsMargins(20, 6, 16, 0)
        lines.addWidget(heading)
        lines.addWidget(area, 1)
        return lines

    def _form_page(self) -> QWidget:
        page = QWidget()
        lines = column(page, spacing_px=0)
        lines.addWidget(self.form, 1)
        self._form_note.setContentsMargins(16, 0, 16, 12)
        lines.addWidget(self._form_note)
        return page
