"""Sentences for answers, from the profile of the regency."""

from tabuah.resources.regency import current_regency, shipped_regency
from tabuah.resources.regency_profile import AnswerTemplate


def answer_templates() -> tuple[AnswerTemplate, ...]:
    """Return the sentences of the profile; those of the shipped profile where it has none."""
    return current_regency().message_answers or shipped_regency().message_answers


def find_template(code: str) -> AnswerTemplate | None:
    """Return the sentence with a code."""
    return next((each for each in answer_templates() if each.code == code), None)
