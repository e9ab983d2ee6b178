"""Answers to the questions about a hazard: reading a typed answer, and the answers of an incident in order."""

import math
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.codes import Hazard
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.incidents.entry_bodies import AnswerValue
from tabuah.operations.incidents.incident import AnswerStatement, Incident
from tabuah.resources.hazard_questions import MAX_ANSWER, HazardQuestion, QuestionKind
from tabuah.resources.regency_profile import RegencyProfile

MAX_PEOPLE: Final = 100_000_000
YES: Final = frozenset({"yes", "y", "ya", "true"})
NO: Final = frozenset({"no", "n", "tidak", "tdk", "t", "false"})
_NOBODY: Final = frozenset({"none", "nobody", "tidak ada", "nihil"})
_UNKNOWN: Final = frozenset({"", "unknown", "?", "tidak tahu", "tidak diketahui"})


class AnswerFault(StrEnum):
    """Why a typed answer is none; `text.incidents.answers` has the sentences."""

    NO_NUMBER = "no_number"
    OUT_OF_LIMITS = "out_of_limits"
    NOT_YES_OR_NO = "not_yes_or_no"
    NO_CHOICE = "no_choice"
    TOO_LONG = "too_long"
    HIDDEN_CHARACTERS = "hidden_characters"


class InvalidAnswer(ValueError):
    """A typed text that does not answer its question."""

    def __init__(self, question: HazardQuestion, fault: AnswerFault) -> None:
        self.question, self.fault = question, fault
        super().__init__(f"{question.code}: {fault}")


class StatedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of an incident with its question; None where the profile does not have the question."""

    code: str
    question: HazardQuestion | None
    statement: AnswerStatement


def read_answer(question: HazardQuestion, text: str) -> AnswerValue:
    """Return the value of a typed answer; None for an empty text.

    Raises:
        InvalidAnswer: the text does not answer the question.
    """
    words = " ".join(text.split())
    if not words:
        return None
    match question.kind:
        case QuestionKind.NUMBER:
            return _read_number(question, words)
        case QuestionKind.YES_NO:
            return _read_yes_or_no(question, words.casefold())
        case QuestionKind.CHOICE:
            return _read_choice(question, words)
    if len(words) > MAX_ANSWER:
        raise InvalidAnswer(question, AnswerFault.TOO_LONG)
    if not is_plain(words):
        raise InvalidAnswer(question, AnswerFault.HIDDEN_CHARACTERS)
    return words


def read_people_at_risk(text: str) -> int | None:
    """Return the number of people at risk in a text, 0 for none and None for unknown.

    Raises:
        ValueError: it is neither a number nor one of these words.
    """
    words = " ".join(text.casefold().split())
    if words in _UNKNOWN:
        return None
    if words in _NOBODY:
        return 0
    if not (words.isascii() and words.isdigit() and len(words) <= 9 and int(words) <= MAX_PEOPLE):
        raise ValueError("no number of people")
    return int(words)


def stated_answers(incident: Incident, profile: RegencyProfile) -> list[StatedAnswer]:
    """Return the answers of an incident: in the order of the questions of its hazard, then those of others."""
    asked = [question.code for question in profile.hazard(incident.hazard).asked]
    answers = incident.intake.answers
    ordered = [*(code for code in asked if code in answers), *sorted(answers.keys() - set(asked))]
    return [
        StatedAnswer(code=code, question=profile.question(incident.hazard, code), statement=answers[code])
        for code in ordered
    ]


def open_questions(
    hazard: Hazard, incident: Incident | None, profile: RegencyProfile
) -> Iterator[tuple[HazardQuestion, AnswerValue]]:
    """Yield the questions of a hazard with the answers of the incident; None where there is no answer."""
    answers = incident.intake.answers if incident is not None else {}
    for question in profile.hazard(hazard).asked:
        stated = answers.get(question.code)
        yield question, None if stated is None else stated.value


def format_answer(value: AnswerValue) -> str:
    """Return a value as `read_answer` reads it, independent of the language: 80, 1.5, yes."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.6f}".rstrip("0").rstrip(".")
    return value


def format_answers(incident: Incident, profile: RegencyProfile) -> str:
    """Return all answers in one line, as in exports: `water_cm=80; rising=yes`."""
    stated = stated_answers(incident, profile)
    return "; ".join(f"{each.code}={format_answer(each.statement.value)}" for each in stated)


def _read_number(question: HazardQuestion, words: str) -> float:
    text = words.casefold().removesuffix(question.unit.casefold()).strip().replace(",", ".")
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidAnswer(question, AnswerFault.NO_NUMBER)
    if not question.at_least <= value <= question.at_most:
        raise InvalidAnswer(question, AnswerFault.OUT_OF_LIMITS)
    return value


def _read_yes_or_no(question: HazardQuestion, words: str) -> bool:
    if words not in YES | NO:
        raise InvalidAnswer(question, AnswerFault.NOT_YES_OR_NO)
    return words in YES


def _read_choice(question: HazardQuestion, words: str) -> str:
    """Return the choice of a text: the whole text of one, or a beginning that only one has."""
    typed = words.casefold()
    exact = [choice for choice in question.choices if choice.casefold() == typed]
    found: Sequence[str] = exact or [each for each in question.choices if each.casefold().startswith(typed)]
    if len(found) != 1:
        raise InvalidAnswer(question, AnswerFault.NO_CHOICE)
    return found[0]
