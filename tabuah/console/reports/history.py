"""The timeline of a report: what took effect, in the order in which it happened, and what still waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tabuah.operations.bodies import decode_body
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.bodies import EntryRefused
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.timeline import TimelineEvent, timeline_of

Judged = tuple[Entry, Verdict | None]


class Standing(StrEnum):
    """Whether an entry is settled."""

    SETTLED = "settled"
    PENDING = "pending"  # the server has not seen it yet
    DISPUTED = "disputed"  # it belongs to a conflict that nobody has settled


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One event and how firmly it stands."""

    event: TimelineEvent
    standing: Standing


def effective_entries(entries: Sequence[Judged], held: frozenset[str]) -> tuple[Judged, ...]:
    """The entries that took effect or are about to: neither rejected, nor held still, nor refused."""
    without = held | _refused(entries)
    return tuple((e, verdict) for e, verdict in entries if verdict is not Verdict.REJECTED and e.id not in without)


def history_lines(entries: Iterable[Judged], incident: Incident) -> tuple[HistoryLine, ...]:
    """Tell the entries, each with its standing."""
    disputed = frozenset(member for conflict in incident.open_conflicts for member in conflict.members)
    return tuple(HistoryLine(event=event, standing=_standing(event, disputed)) for event in timeline_of(entries))


def _standing(event: TimelineEvent, disputed: frozenset[str]) -> Standing:
    if event.verdict is None:
        return Standing.PENDING
    return Standing.DISPUTED if event.entry in disputed else Standing.SETTLED


def _refused(entries: Iterable[Judged]) -> frozenset[str]:
    """What a supervisor refused; only an accepted refusal counts."""
    refusals = (e for e, verdict in entries if e.kind == "entry.refused" and verdict is Verdict.ACCEPTED)
    return frozenset(entry for refusal in refusals if (entry := _refused_by(refusal)))


def _refused_by(refusal: Entry) -> str:
    try:
        body = decode_body(refusal)
    except MalformedBody:
        return ""
    return body.entry if isinstance(body, EntryRefused) else ""
