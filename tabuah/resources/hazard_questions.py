"""Questions for the caller about a hazard, from the profile of the regency."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

MAX_ANSWER: Final = 200  # characters of an answer in words
LARGEST_ANSWER: Final = 1e9

QuestionCode = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
QuestionText = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Unit = Annotated[str, Meta(max_length=20, pattern=r"^[^\x00-\x1f\x7f]*$")]
# No comma: commands separate choices by it.
ChoiceText = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f,]+$")]
Limit = Annotated[float, Meta(ge=-LARGEST_ANSWER, le=LARGEST_ANSWER)]


class QuestionKind(StrEnum):
    """The kind of an answer."""

    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"


class HazardQuestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question whose answer is stored with the incident under its code.

    Attributes:
        code: name of the answer in the journal and in exports; it never changes its meaning.
        text: the question as the operator asks it.
        kind: of the answer.
        unit: of a number, such as "cm".
        at_least, at_most: limits of a number.
        choices: the answers to choose from.
    """

    code: QuestionCode
    text: QuestionText
    kind: QuestionKind = QuestionKind.TEXT
    unit: Unit = ""
    at_least: Limit = 0.0
    at_most: Limit = 100_000.0
    choices: Annotated[tuple[ChoiceText, ...], Meta(max_length=12)] = ()
