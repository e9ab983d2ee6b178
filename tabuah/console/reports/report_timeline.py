"""Timeline of a report: effective entries in the order of events, with their confirmation status."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from tabuah.operations.bounds import clamp
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.held_entry_kinds import EntryRefused
from tabuah.operations.incidents.incident import Incident
from tabuah.text.incidents.timeline import TimelineEvent, timeline_of

JudgedEntry = tuple[Entry, Verdict | None]


class LineStatus(StrEnum):
    """Confirmation status of an entry."""

    SETTLED = "settled"
    PENDING = "pending"  # without a verdict of the server
    DISPUTED = "disputed"  # part of an open conflict


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """An event with its confirmation status."""

    event: TimelineEvent
    status: LineStatus


def select_effective_entries(entries: Sequence[JudgedEntry], held: frozenset[str]) -> tuple[JudgedEntry, ...]:
    """Return the entries with effect, or expected effect: neither rejected, held nor refused."""
    without = held | _refused_entries(entries)
    return tuple((e, verdict) for e, verdict in entries if verdict is not Verdict.REJECTED and e.id not in without)


def list_history(entries: Iterable[JudgedEntry], incident: Incident) -> tuple[HistoryLine, ...]:
    """Return the timeline with the status of each event."""
    disputed = frozenset(member for conflict in incident.open_conflicts for member in conflict.members)
    return tuple(HistoryLine(event=event, status=_line_status(event, disputed)) for event in timeline_of(entries))


def _line_status(event: TimelineEvent, disputed: frozenset[str]) -> LineStatus:
    if event.verdict is None:
        return LineStatus.PENDING
    return LineStatus.DISPUTED if event.entry in disputed else LineStatus.SETTLED


def _refused_entries(entries: Iterable[JudgedEntry]) -> frozenset[str]:
    """Return the entries refused by a supervisor; only accepted refusals count."""
    refusals = (e for e, verdict in entries if e.kind == "entry.refused" and verdict is Verdict.ACCEPTED)
    return frozenset(entry for refusal in refusals if (entry := _refused_entry(refusal)))


def _refused_entry(refusal: Entry) -> str:
    try:
        body = clamp(decode_body(refusal))
    except MalformedBody:
        return ""
    return body.entry if isinstance(body, EntryRefused) else ""
