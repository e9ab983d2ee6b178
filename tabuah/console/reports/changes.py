"""What has changed in an incident since a moment: the journal folded up to then, held against what stands now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from tabuah.console.reports.figure_lines import CASUALTIES, DAMAGE
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.folding import fold
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.subjects import EMPTY

COMPARED: Final = ("status", "severity", "hazard", "title", "place", "area", "assignment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field or figure that was `before` and is `after`; None stands for not known."""

    field: str
    before: object
    after: object


def incident_at(entries: Iterable[tuple[Entry, Verdict | None]], moment: datetime) -> Incident | None:
    """The incident as its entries written up to `moment` give it; None where it was not reported yet.

    Entries that the server has not judged yet count as accepted.
    """
    state = EMPTY
    for entry, verdict in entries:
        if entry.at <= moment:
            text = msgspec.json.encode(entry).decode()
            state = fold(state, entry, verdict or Verdict.ACCEPTED, text=text)
    return state.value if isinstance(state.value, Incident) else None


def changes_between(before: Incident | None, after: Incident) -> tuple[Change, ...]:
    """What differs, fields first and then figures; nothing where there was no incident before."""
    if before is None:
        return ()
    fields = [(name, getattr(before, name), getattr(after, name)) for name in COMPARED]
    then, now = before.figures, after.figures
    figures = [(code, getattr(then, code), getattr(now, code)) for code in (*CASUALTIES, *DAMAGE)]
    return tuple(Change(field=n, before=old, after=new) for n, old, new in (*fields, *figures) if old != new)
