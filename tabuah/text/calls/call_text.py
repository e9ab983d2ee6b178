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


def call_field_label(field: str) -> str:
    """Return the name of a field of a call."""
    return _(CALL_FIELDS[field])


def describe_counts(calls: Sequence[Call]) -> str:
    """Return the number of calls and of each class that occurs: "5 calls: ghost call 3, prank call 2"."""
    total = ngettext("{n} call", "{n} calls", len(calls)).format(n=format_number(len(calls)))
    return ": ".join(filter(None, (total, describe_classes(count_by_class(calls)))))


def describe_classes(counts: Mapping[CallClass, int]) -> str:
    """Return the number of calls of each class that occurs; empty without calls."""
    return ", ".join(f"{code_label(each).lower()} {format_number(n)}" for each, n in counts.items() if n)
