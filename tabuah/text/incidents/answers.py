"""Text about the answers to questions about a hazard, and about people at risk."""

from collections.abc import Iterator
from typing import Final

import msgspec

from tabuah.operations.incidents.answers import AnswerFault, InvalidAnswer, stated_answers
from tabuah.operations.incidents.entry_bodies import Answer, AnswerValue, IncidentAnswered
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.hazard_questions import MAX_ANSWER, HazardQuestion, QuestionKind
from tabuah.resources.localisation import N_, _, format_number, ngettext
from tabuah.resources.regency import current_regency

_KINDS: Final = {
    QuestionKind.NUMBER: N_("number"),
    QuestionKind.YES_NO: N_("yes or no"),
    QuestionKind.CHOICE: N_("choice"),
    QuestionKind.TEXT: N_("text"),
}
_FAULTS: Final = {
    AnswerFault.NO_NUMBER: N_("Write a number."),
    AnswerFault.OUT_OF_LIMITS: N_("Write a number from {least} to {most}."),
    AnswerFault.NOT_YES_OR_NO: N_("Answer yes or no."),
    AnswerFault.NO_CHOICE: N_("Choose one of: {choices}."),
    AnswerFault.TOO_LONG: N_("Write at most {n} characters."),
    AnswerFault.HIDDEN_CHARACTERS: N_("The answer has characters that cannot be shown."),
}


def question_kind_label(kind: QuestionKind) -> str:
    return _(_KINDS[kind])


def question_label(question: HazardQuestion | None, code: str) -> str:
    """Return the question with its unit, if it does not name it; its code where the profile does not have it."""
    if question is None:
        return code
    names_unit = question.unit.casefold() in question.text.casefold()
    return question.text if names_unit else f"{question.text} ({question.unit})"


def answer_text(value: AnswerValue, question: HazardQuestion | None = None) -> str:
    """Return an answer for people: "80 cm", "ya"; a dash where it was taken back."""
    match value:
        case None:
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case float():
            number = format_number(value, digits=_digits(value))
            return f"{number} {question.unit}" if question is not None and question.unit else number
    return value


def invalid_answer_text(error: InvalidAnswer) -> str:
    """Return what to write instead of a refused answer."""
    question = error.question
    return _(_FAULTS[error.fault]).format(
        least=answer_text(question.at_least),
        most=answer_text(question.at_most, question),
        choices=", ".join(question.choices),
        n=MAX_ANSWER,
    )


def people_at_risk_label() -> str:
    return _("People at risk")


def people_at_risk_text(people: int | None) -> str:
    """Return how many people are at risk: "12", "none"; empty where it is not known."""
    if people is None:
        return ""
    return format_number(people) if people else _("none")


def people_at_risk_note(people: int | None) -> str:
    """Return the people at risk for a card: "12 at risk"; empty for none and where it is not known."""
    return ngettext("{n} at risk", "{n} at risk", people).format(n=format_number(people)) if people else ""


def invalid_people_text() -> str:
    return _("Write how many people are at risk: a whole number, 0 for none, or nothing if it is not known.")


def people_at_risk_hint() -> str:
    return _("A number; 0: none; empty: not known")


def unknown_question_text() -> str:
    """Return why an answer cannot be changed: its question is not among those of the hazard."""
    return _("This question is not asked about the present hazard; the answer is kept.")


def list_answers(incident: Incident) -> list[tuple[str, str]]:
    """Return the question and the answer of each stored answer, those of the hazard first."""
    found = []
    for each in stated_answers(incident, current_regency()):
        label = each.question.text if each.question is not None else each.code
        found.append((label, answer_text(each.statement.value, each.question)))
    return found


def describe_answered(body: IncidentAnswered) -> str:
    """Return the line of an entry with answers: "Ketinggian air? 80 cm · Masih naik? ya"."""
    return " · ".join(_parts(body))


def answers_as_note(body: IncidentAnswered) -> str:
    """Return answers as lines of a note, for a server with older rules that stores none."""
    return "\n".join(_parts(body))


def _parts(body: IncidentAnswered) -> Iterator[str]:
    if body.people_at_risk is not msgspec.UNSET:
        people = body.people_at_risk
        text = people_at_risk_text(people) if people is not None else _("not known")
        yield f"{people_at_risk_label()}: {text}"
    for answer in body.answers:
        yield _answer_part(answer)


def _answer_part(answer: Answer) -> str:
    question = current_regency().question("", answer.question)
    if question is None:
        return f"{answer.question}: {answer_text(answer.value)}"
    return f"{question.text} {answer_text(answer.value, question)}"


def _digits(value: float) -> int:
    """Return how many decimals a number needs, at most three."""
    return next((n for n in range(3) if round(value, n) == value), 3)
