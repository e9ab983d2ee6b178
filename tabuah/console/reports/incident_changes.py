"""Changes of an incident since a given time: the journal folded up to then, compared with the current state."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.console.reports.report_figures import CASUALTIES, DAMAGE
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.fold import fold
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.subject_state import EMPTY

COMPARED_FIELDS: Final = ("status", "severity", "hazard", "title", "place", "area", "assignment")


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """A field or figure with its old and new value; None is unknown."""

    field: str
    before: object
    after: object


def fold_incident_until(entries: Iterable[tuple[Entry, Verdict | None]], moment: datetime) -> Incident | None:
    """Return the incident as of `moment`, from the entries written until then; None before its report.

    Entries without a verdict count as accepted.
    """
    state = EMPTY
    for entry, verdict in entries:
        if entry.at <= moment:
            text = msgspec.json.encode(entry).decode()
            state = fold(state, entry, verdict or Verdict.ACCEPTED, text=text)
    return state.value if isinstance(state.value, Incident) else None


def compare_incidents(before: Incident | None, after: Incident) -> tuple[FieldChange, ...]:
    """Return the differences, fields before figures; nothing without an earlier incident."""
    if before is None:
        return ()
    fields = [(name, getattr(before, name), getattr(after, name)) for name in COMPARED_FIELDS]
    then, now = before.figures, after.figures
    figures = [(code, getattr(then, code), getattr(now, code)) for code in (*CASUALTIES, *DAMAGE)]
    return tuple(FieldChange(field=n, before=old, after=new) for n, old, new in (*fields, *figures) if old != new)
