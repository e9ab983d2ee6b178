"""Texts of calls, from values."""

from collections.abc import Mapping, Sequence

from tabuah.operations.calls.call import Call, count_by_class
from tabuah.operations.codes import CallClass
from tabuah.resources.localisation import _, format_number, ngettext
from tabuah.text.code_labels import code_label

CALL_FIELDS: Mapping[str, str] = {
    "call_class": "Call class",
    "channel": "Channel",
    "note": "Note",
    "caller": "Caller",
    "incident": "Incident",
}


_SHORT: Mapping[CallClass, str] = {
    CallClass.GHOST: "Ghost",
    CallClass.PRANK: "Prank",
    CallClass.INFORMATION: "Information",
}


def short_class_label(call_class: CallClass) -> str:
    """Return the class of a call in one word, for a button."""
    return _(_SHORT[call_class]) if call_class in _SHORT else code_label(call_class)


def call_field_label(field: str) -> str:
    """Return the name of a field of a call."""
    return _(CALL_FIELDS[field])


def call_recorded_text(call_class: CallClass) -> str:
    return _("The call is recorded: {call_class}.").format(call_class=code_label(call_class).lower())


def call_note_refused_text(limit: int) -> str:
    text = _("The note of a call has at most {n} characters, and no hidden ones. The text stays here; shorten it.")
    return text.format(n=format_number(limit))


def describe_counts(calls: Sequence[Call]) -> str:
    """Return the number of calls and of each class that occurs: "5 calls: ghost call 3, prank call 2"."""
    total = ngettext("{n} call", "{n} calls", len(calls)).format(n=format_number(len(calls)))
    return ": ".join(filter(None, (total, describe_classes(count_by_class(calls)))))


def describe_classes(counts: Mapping[CallClass, int]) -> str:
    """Return the number of calls of each class that occurs; empty without calls."""
    return ", ".join(f"{code_label(each).lower()} {format_number(n)}" for each, n in counts.items() if n)
