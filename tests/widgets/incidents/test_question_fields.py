"""The questions of the report form: typed and chosen answers, kept while another hazard is shown."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tabuah.widgets.incidents.question_fields import AnswerChips, QuestionFields
from tabuah.widgets.incidents.values import QuestionItem
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

YES_NO = (Choice(code="yes", label="ya", key="y"), Choice(code="no", label="tidak", key="t"))
FLOOD = (
    QuestionItem(code="water_cm", label="Ketinggian air? (cm)", is_number=True),
    QuestionItem(code="rising", label="Air masih naik?", choices=YES_NO),
)
FIRE = (QuestionItem(code="burning", label="Apa yang terbakar?"),)


@pytest.fixture
def fields(qtbot: QtBot, appearance: Appearance) -> QuestionFields:
    widget = QuestionFields(appearance)
    qtbot.addWidget(widget)
    widget.show_questions(FLOOD)
    widget.show()
    widget.activateWindow()
    return widget


def edit(fields: QuestionFields, code: str) -> QLineEdit:
    found = fields.findChild(QLineEdit, f"answer_{code}")
    assert isinstance(found, QLineEdit)
    return found


def test_answers_are_typed_and_chosen_by_key(qtbot: QtBot, fields: QuestionFields):
    fields.focus_answer("water_cm")
    qtbot.waitUntil(edit(fields, "water_cm").hasFocus)
    with qtbot.waitSignal(fields.edited):
        qtbot.keyClicks(edit(fields, "water_cm"), "80")
    qtbot.keyClick(edit(fields, "water_cm"), Qt.Key.Key_Tab)
    chips = fields.findChild(AnswerChips)
    assert fields.focusWidget().parent() is chips
    with qtbot.waitSignal(fields.edited):
        qtbot.keyClicks(fields.focusWidget(), "y")
    assert fields.answers() == {"water_cm": "80", "rising": "yes"}


@pytest.mark.parametrize("key", [Qt.Key.Key_Y, Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_chosen_answer_is_taken_back(qtbot: QtBot, fields: QuestionFields, key: Qt.Key):
    fields.show_answers({"rising": "yes"})
    fields.focus_answer("rising")
    qtbot.waitUntil(lambda: fields.focusWidget() is not None)
    with qtbot.waitSignal(fields.edited):
        qtbot.keyClick(fields.focusWidget(), key)
    assert fields.answers() == {}


def test_click_on_chosen_answer_takes_it_back(qtbot: QtBot, fields: QuestionFields):
    chip = fields.findChild(AnswerChips).findChildren(type(fields.findChild(AnswerChips)._chips["yes"]))[0]
    for expected in ({"rising": "yes"}, {}):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
        assert fields.answers() == expected


def test_answers_stay_while_another_hazard_is_shown(fields: QuestionFields):
    fields.show_answers({"water_cm": "80", "rising": "no"})
    fields.show_questions(FIRE)
    assert fields.answers() == {}
    fields.show_questions(FLOOD)
    assert fields.answers() == {"water_cm": "80", "rising": "no"}
    fields.show_answers({})
    assert fields.answers() == {}
