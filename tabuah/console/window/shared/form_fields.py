"""Choices, field names and the error of a field that several forms share."""

from collections.abc import Iterable
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.operations.calls.call import UNREPORTED
from tabuah.operations.codes import HAZARD_LETTERS, Channel, Hazard, Severity
from tabuah.operations.hidden_characters import is_plain
from tabuah.resources.hazard_questions import HazardQuestion, QuestionKind
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency
from tabuah.text.calls.call_text import short_class_label
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.answers import question_label
from tabuah.widgets.incidents.values import QuestionItem
from tabuah.widgets.values import Choice

MANUAL_CHANNELS: Final = (
    *(Channel.PHONE, Channel.WHATSAPP, Channel.RADIO, Channel.WALK_IN, Channel.FIELD),
    *(Channel.CALL_112, Channel.SP4N_LAPOR),
)
TIME_FIELD: Final = "time"
SOURCE_FIELD: Final = "source"
REASON_FIELD: Final = "reason"


class FormError(Exception):
    """A value of a form that cannot be used, with its field."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def check_line(field: str, text: str, *, longest: int) -> str:
    """Return the text of a field without space around it.

    Raises:
        FormError: it is longer, or has hidden characters.
    """
    text = text.strip()
    if len(text) > longest or not is_plain(text):
        raise FormError(field, _("At most {n} characters in one line.").format(n=longest))
    return text


def hazard_choices(chosen: str = "") -> tuple[Choice, ...]:
    """Return the hazards that the regency offers, and the chosen one, with letters and questions without a field."""
    regency = current_regency()
    return tuple(
        Choice(
            code=h.value,
            label=code_label(h),
            key=HAZARD_LETTERS[h],
            hint=" ".join(regency.hazard(h.value).reminders),
        )
        for h in Hazard
        if h.value == chosen or regency.hazard(h.value).offered
    )


def question_items() -> dict[str, tuple[QuestionItem, ...]]:
    """Return the questions about each hazard, by its code."""
    regency = current_regency()
    return {h.value: tuple(map(_question_item, regency.hazard(h.value).asked)) for h in Hazard}


def answer_choices(question: HazardQuestion) -> tuple[Choice, ...]:
    """Return the answers to choose from, with keys; none where the answer is typed. Codes are typed answers."""
    match question.kind:
        case QuestionKind.YES_NO:
            yes, no = _("yes"), _("no")
            return (Choice(code="yes", label=yes, key=yes[0]), Choice(code="no", label=no, key=no[0]))
        case QuestionKind.CHOICE:
            numbered = enumerate(question.choices, 1)
            return tuple(Choice(code=text, label=text, key=str(n) if n < 10 else "") for n, text in numbered)
    return ()


def _question_item(question: HazardQuestion) -> QuestionItem:
    return QuestionItem(
        code=question.code,
        label=question_label(question, question.code),
        choices=answer_choices(question),
        is_number=question.kind is QuestionKind.NUMBER,
    )


def severity_choices() -> tuple[Choice, ...]:
    """Return the four severities with their shapes."""
    keys = {Severity.MINOR: "1", Severity.MODERATE: "2", Severity.SEVERE: "3", Severity.CATASTROPHIC: "4"}
    return tuple(Choice(code=s.value, label=code_label(s), key=keys[s], level=LEVEL_OF_SEVERITY[s]) for s in Severity)


def call_class_choices() -> tuple[Choice, ...]:
    """Return the classes of calls that are no report, in short, with their full names as hints."""
    return tuple(Choice(code=c.value, label=short_class_label(c), hint=code_label(c)) for c in UNREPORTED)


def channel_choices(channels: Iterable[Channel] = MANUAL_CHANNELS) -> tuple[Choice, ...]:
    """Return the channels through which reports arrive."""
    return tuple(Choice(code=c.value, label=code_label(c)) for c in channels)
