"""Sentences about answers of callers and people at risk."""

import pytest

from tabuah.operations.incidents.answers import AnswerFault, InvalidAnswer
from tabuah.operations.incidents.entry_bodies import Answer, IncidentAnswered
from tabuah.resources.hazard_questions import HazardQuestion, QuestionKind
from tabuah.resources.localisation import set_language
from tabuah.text.incidents.answers import (
    answer_text,
    describe_answered,
    invalid_answer_text,
    people_at_risk_note,
    people_at_risk_text,
)

WATER = HazardQuestion(code="water_cm", text="Air?", kind=QuestionKind.NUMBER, unit="cm", at_most=2000.0)


def test_answer_text_shows_numbers_with_their_unit():
    set_language("id")
    assert answer_text(1200.0, WATER) == "1.200 cm"
    assert answer_text(1.5, WATER) == "1,5 cm"
    assert (answer_text(True), answer_text(None), answer_text("Rumah")) == ("ya", "–", "Rumah")


def test_entry_line_names_known_questions_and_codes_of_others():
    set_language("en")
    answers = (Answer(question="water_cm", value=80.0), Answer(question="of_another_regency", value=False))
    body = IncidentAnswered(answers=answers, people_at_risk=12)
    assert describe_answered(body) == "People at risk: 12 · Ketinggian air? 80 cm · of_another_regency: no"
    assert describe_answered(IncidentAnswered(people_at_risk=None)) == "People at risk: not known"


def test_people_at_risk_tell_none_from_unknown():
    set_language("en")
    assert [people_at_risk_text(each) for each in (None, 0, 12)] == ["", "none", "12"]
    assert [people_at_risk_note(each) for each in (None, 0, 12)] == ["", "", "12 at risk"]


@pytest.mark.parametrize("fault", AnswerFault)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_fault_has_a_sentence(fault: AnswerFault, language: str):
    set_language(language)
    text = invalid_answer_text(InvalidAnswer(WATER, fault))
    assert text.endswith(".")
    assert "{" not in text
