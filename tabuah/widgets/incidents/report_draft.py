"""The content of the report form: a draft incident that has not been saved yet."""

from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import fields

from tabuah.widgets.values import PlaceSuggestion

MAX_NOTE_CHARS: Final = 15_000  # with evidence and answers, a description has at most 20,000


class ReportDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a report; codes are those of the owner's choices."""

    hazard: str = ""
    title: str = ""
    place: PlaceSuggestion | None = None
    place_text: str = ""
    jorong: str = ""
    landmark: str = ""
    severity: str = ""
    channel: str = ""
    caller_name: str = ""
    caller_number: str = ""
    occurred_at: datetime | None = None  # aware, UTC
    occurred_text: str = ""  # as it was typed; decides over `occurred_at` in a form
    outside_reason: str = ""
    note: str = ""
    answers: dict[str, str] = msgspec.field(default_factory=dict)  # as typed, by the code of the question
    people_at_risk: str = ""  # as typed
    evidence: str = ""  # such as the alarm it comes from
    adds_to: str = ""  # id of the incident to which caller and note are added; empty for a new incident


class ReportProblems(msgspec.Struct, frozen=True, kw_only=True):
    """The errors of a draft, field by field; empty where there is none."""

    hazard: str = ""
    title: str = ""
    note: str = ""
    place: str = ""
    place_words: str = ""  # jorong and landmark
    occurred_at: str = ""
    outside_reason: str = ""
    questions: str = ""
    question: str = ""  # the code of the question with this error
    people_at_risk: str = ""
    general: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))
