"""The questions about the chosen hazard, with one field each."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from tabuah.widgets.controls.choice_chips import ChoiceChip, ChoiceChips
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import clear_layout, column, row
from tabuah.widgets.incidents.values import QuestionItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_BESIDE: Final = 2  # yes and no
_WIDTH_PX: Final = 136


class AnswerChips(ChoiceChips):
    """The choices of one question; the selected one, chosen again, is taken back."""

    def __init__(self, appearance: Appearance, question: QuestionItem) -> None:
        super().__init__(appearance, name=f"answer_{question.code}", label=question.label)
        self._before = ""
        self.show_choices(question.choices)

    def show_current(self, code: str) -> None:
        """Select a choice, or nothing; Tab stops once, at the selected choice or else at the first."""
        super().show_current(code)
        self._before = code
        if code not in self._chips:
            for chip in list(self._chips.values())[1:]:
                chip.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def choose_by_key(self, typed: str) -> bool:
        """Select the choice with a key, or take it back if it is selected; return whether there is one."""
        code = self.code_for_key(typed)
        if code and code == self.current:
            self._choose("")
            return True
        return super().choose_by_key(typed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the answer back on Delete and Backspace."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._choose("")
        else:
            super().keyPressEvent(event)

    def _on_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, ChoiceChip):
            self._choose("" if button.choice.code == self._before else button.choice.code)

    def _choose(self, code: str) -> None:
        self.show_current(code)
        self.chosen.emit(code)


class QuestionFields(QWidget):
    """One row for each question; the text of an answer stays while another hazard is shown.

    Signals:
        edited: an answer has changed.
    """

    edited = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("report_questions")
        self._appearance = appearance
        self._texts: dict[str, str] = {}
        self._shown: tuple[QuestionItem, ...] = ()
        self._controls: dict[str, QLineEdit | AnswerChips] = {}
        self._layout = column(self, spacing_px=8)

    @property
    def has_questions(self) -> bool:
        return bool(self._shown)

    def answers(self) -> dict[str, str]:
        """Return the answers to the questions that are shown, by their codes, without empty ones."""
        return {code: text for code, control in self._controls.items() if (text := _text_of(control))}

    def show_answers(self, answers: Mapping[str, str]) -> None:
        """Replace all answers, such as by those of a draft, without emitting `edited`."""
        self._texts = dict(answers)
        for code, control in self._controls.items():
            _show_text(control, self._texts.get(code, ""))

    def show_questions(self, questions: Sequence[QuestionItem]) -> None:
        """Show the questions of a hazard with the answers that were typed already."""
        if tuple(questions) == self._shown:
            return
        self._remember()
        self._shown, self._controls = tuple(questions), {}
        clear_layout(self._layout)
        previous: QWidget | None = None
        for question in self._shown:
            control = self._control(question)
            self._controls[question.code] = control
            self._layout.addWidget(self._row(question, control))
            _show_text(control, self._texts.get(question.code, ""))
            if previous is not None:
                QWidget.setTabOrder(previous, control)
            previous = control

    def focus_first(self) -> None:
        """Focus the field of the first question."""
        self.focus_answer(next(iter(self._controls), ""))

    def focus_answer(self, code: str) -> None:
        """Focus the field of a question."""
        control = self._controls.get(code)
        if isinstance(control, AnswerChips):
            control.focus_first()
        elif control is not None:
            control.setFocus(Qt.FocusReason.OtherFocusReason)
            control.selectAll()

    def _remember(self) -> None:
        for code, control in self._controls.items():
            self._texts[code] = _text_of(control)

    def _control(self, question: QuestionItem) -> QLineEdit | AnswerChips:
        if question.choices:
            chips = AnswerChips(self._appearance, question)
            chips.chosen.connect(self.edited)
            return chips
        edit = QLineEdit()
        name_widget(edit, f"answer_{question.code}", question.label)
        edit.textEdited.connect(self.edited)
        return edit

    def _row(self, question: QuestionItem, control: QLineEdit | AnswerChips) -> QWidget:
        """Return a row: a number and two choices are beside their question, other answers below."""
        line = QWidget()
        label = Text(self._appearance, question.label, style=TextStyle.SMALL, wrap=True)
        label.setBuddy(control)
        if question.is_number or len(question.choices) == _BESIDE:
            control.setFixedWidth(self._appearance.px(_WIDTH_PX))
            beside = row(line)
            beside.addWidget(label, 1)
            beside.addWidget(control)
        else:
            below = column(line, spacing_px=4)
            below.addWidget(label)
            below.addWidget(control)
        return line


def _text_of(control: QLineEdit | AnswerChips) -> str:
    return control.current if isinstance(control, AnswerChips) else control.text().strip()


def _show_text(control: QLineEdit | AnswerChips, text: str) -> None:
    if isinstance(control, AnswerChips):
        control.show_current(text)
    else:
        control.setText(text)
