"""Text about a line about a call: how it was understood."""

from typing import Final

from tabuah.operations.incidents.call_line import CallLine
from tabuah.resources.localisation import _
from tabuah.text.code_labels import code_label

_MOST_NOTE: Final = 80


def call_line_meaning(line: CallLine, *, place: str) -> str:
    """Return the parts of a line in one sentence, then those that a report still needs.

    Args:
        line: the parts.
        place: the place that was found for it; empty for none.
    """
    note = line.note if len(line.note) <= _MOST_NOTE else f"{line.note[: _MOST_NOTE - 1]}…"
    parts = (
        code_label(line.hazard) if line.hazard else "",
        place,
        _("Jorong {name}").format(name=line.jorong) if line.jorong else "",
        line.landmark,
        _("caller {name}").format(name=f"{line.caller_name} {line.caller_number}".strip())
        if line.caller_name or line.caller_number
        else "",
        _("at {time}").format(time=_time_text(line.occurred_text)) if line.occurred_text else "",
        _("people at risk: {n}").format(n=line.people_at_risk) if line.people_at_risk else "",
        _("note: {text}").format(text=note) if note else "",
    )
    return " · ".join(filter(None, parts))


def _time_text(text: str) -> str:
    return text.replace("yesterday", _("yesterday"))


def ambiguous_line_place(name: str) -> str:
    """Return the mark of a name that several places have."""
    return _("{name}: which one?").format(name=name)
