"""Typed answers of the forms: reading them, and the fields to correct those of an incident."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import UNSET

from tabuah.console.window.shared.form_fields import answer_choices
from tabuah.operations.incidents.answers import (
    InvalidAnswer,
    format_answer,
    read_answer,
    read_people_at_risk,
    stated_answers,
)
from tabuah.operations.incidents.entry_bodies import Answer, IncidentAnswered
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.hazard_questions import HazardQuestion
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency
from tabuah.text.incidents.answers import (
    answer_text,
    invalid_answer_text,
    invalid_people_text,
    people_at_risk_hint,
    people_at_risk_label,
    question_label,
    unknown_question_text,
)
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.incidents.report_draft import ReportDraft, ReportProblems
from tabuah.widgets.values import Choice

PEOPLE_FIELD: Final = "people_at_risk"
_ANSWER: Final = "answer_"  # before the code of a question: it may be "people_at_risk", too


class InvalidField(ValueError):
    """A typed text that is not valid; `field` is the code of its field."""

    def __init__(self, field: str, error: str) -> None:
        self.field, self.error = field, error
        super().__init__(f"{field}: {error}")


def read_report_answers(draft: ReportDraft) -> IncidentAnswered | ReportProblems:
    """Return the answers of a report, or the first error."""
    asked = {question.code: question for question in current_regency().hazard(draft.hazard).asked}
    answers = []
    for code, text in draft.answers.items():
        question = asked.get(code)
        if question is None:  # the profile has changed since the draft was written
            answers.append(Answer(question=code, value=text))
            continue
        try:
            answers.append(Answer(question=code, value=read_answer(question, text)))
        except InvalidAnswer as error:
            message = f"{question.text} {invalid_answer_text(error)}"
            return ReportProblems(questions=message, question=code)
    try:
        people = read_people_at_risk(draft.people_at_risk) if draft.people_at_risk else UNSET
    except ValueError:
        return ReportProblems(people_at_risk=invalid_people_text())
    return IncidentAnswered(answers=tuple(answers), people_at_risk=people)


def answer_fields(incident: Incident) -> tuple[EditField, ...]:
    """Return fields for the people at risk, the questions of the hazard, and the answers to other questions."""
    asked = current_regency().hazard(incident.hazard).asked
    shown = {question.code for question in asked}
    others = [each for each in stated_answers(incident, current_regency()) if each.code not in shown]
    return (
        EditField(
            code=PEOPLE_FIELD,
            label=people_at_risk_label(),
            value=_people_text(incident.intake.people_at_risk),
            hint=people_at_risk_hint(),
        ),
        *(_answer_field(question, incident) for question in asked),
        *(
            EditField(
                code=_ANSWER + each.code,
                label=question_label(each.question, each.code),
                value=answer_text(each.statement.value, each.question),
                refusal=unknown_question_text(),
            )
            for each in others
        ),
    )


def read_answer_changes(incident: Incident, changes: Mapping[str, str]) -> IncidentAnswered:
    """Return the changed answers of `answer_fields`.

    Raises:
        InvalidField: a text is no answer.
    """
    asked = {question.code: question for question in current_regency().hazard(incident.hazard).asked}
    body = IncidentAnswered()
    for field, text in changes.items():
        try:
            if field == PEOPLE_FIELD:
                body = msgspec.structs.replace(body, people_at_risk=read_people_at_risk(text))
                continue
            question = asked[field.removeprefix(_ANSWER)]
            answer = Answer(question=question.code, value=read_answer(question, text))
        except InvalidAnswer as error:
            raise InvalidField(field, invalid_answer_text(error)) from error
        except ValueError:
            raise InvalidField(field, invalid_people_text()) from None
        body = msgspec.structs.replace(body, answers=(*body.answers, answer))
    return body


def earlier_answers(incident: Incident, body: IncidentAnswered) -> IncidentAnswered:
    """Return what undoes `body`: the answers that the incident had before."""
    stated = incident.intake.answers
    before = tuple(
        Answer(question=code, value=stated[code].value if code in stated else None)
        for code in (answer.question for answer in body.answers)
    )
    people = UNSET if body.people_at_risk is UNSET else incident.intake.people_at_risk
    return IncidentAnswered(answers=before, people_at_risk=people)


def _answer_field(question: HazardQuestion, incident: Incident) -> EditField:
    stated = incident.intake.answers.get(question.code)
    value = format_answer(stated.value) if stated is not None else ""
    choices = answer_choices(question)
    if choices:
        choices = (*choices, Choice(code="", label=_("not known")))
    return EditField(
        code=_ANSWER + question.code, label=question_label(question, question.code), value=value, choices=choices
    )


def _people_text(people: int | None) -> str:
    return "" if people is None else str(people)
