"""Choices and field names that several forms share."""

from collections.abc import Iterable
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.operations.calls.call import UNREPORTED
from tabuah.operations.codes import HAZARD_LETTERS, Channel, Hazard, Severity
from tabuah.resources.regency import current_regency
from tabuah.text.calls.call_text import short_class_label
from tabuah.text.code_labels import code_label
from tabuah.widgets.values import Choice

MANUAL_CHANNELS: Final = (
    *(Channel.PHONE, Channel.WHATSAPP, Channel.RADIO, Channel.WALK_IN, Channel.FIELD),
    *(Channel.CALL_112, Channel.SP4N_LAPOR),
)
TIME_FIELD: Final = "time"
SOURCE_FIELD: Final = "source"
REASON_FIELD: Final = "reason"


def hazard_choices(chosen: str = "") -> tuple[Choice, ...]:
    """Return the hazards that the regency offers, and the chosen one, with letters and questions for the caller."""
    regency = current_regency()
    return tuple(
        Choice(
            code=h.value,
            label=code_label(h),
            key=HAZARD_LETTERS[h],
            hint=" ".join(regency.hazard(h.value).questions),
        )
        for h in Hazard
        if h.value == chosen or regency.hazard(h.value).offered
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
