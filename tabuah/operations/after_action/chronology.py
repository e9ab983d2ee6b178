"""The chronology: the entries about some subjects, in the order of events, with the time at which each was known."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.after_action.subject_past import SubjectPast
from tabuah.operations.entries import SERVER_ACTOR, Entry
from tabuah.operations.incidents.outcomes import OUTCOME_OF_VERDICT, EntryOutcome, held_outcomes
from tabuah.operations.replay.state_history import DatedEntry

_Order = tuple[datetime, datetime, str, int]  # entries that were saved at once keep the order of their device

LATE_AFTER: Final = timedelta(minutes=5)  # an entry that reached the server later than this was late


class ChronologyLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry.

    Attributes:
        at: when it happened, by its author; for the report of an incident the time of reporting.
        written_at: when it was written.
        known_at: when the server received it; None while it is on this console only.
        late_s: seconds from writing to the server; None if it was not late.
    """

    entry: str
    subject: str
    kind: str
    at: datetime
    written_at: datetime
    known_at: datetime | None
    actor: str
    device: str
    outcome: EntryOutcome
    late_s: float | None = None

    @property
    def is_late(self) -> bool:
        return self.late_s is not None


def chronology(
    pasts: Mapping[str, SubjectPast], *, as_of: datetime, is_shown: Callable[[Entry], bool] = lambda _entry: True
) -> tuple[ChronologyLine, ...]:
    """Return the entries of all subjects, sorted by when they happened."""
    shown = (item for past in pasts.values() for item in _lines_of(past.dated, as_of=as_of, is_shown=is_shown))
    return tuple(line for _order, line in sorted(shown, key=lambda item: item[0]))


def late_lines(lines: Iterable[ChronologyLine]) -> tuple[ChronologyLine, ...]:
    """Return the lines that arrived late, or have not arrived yet, in the order of their arrival."""
    late = [line for line in lines if line.is_late]
    return tuple(sorted(late, key=lambda line: (line.known_at is None, line.known_at or line.written_at, line.entry)))


def _lines_of(
    dated: Sequence[DatedEntry], *, as_of: datetime, is_shown: Callable[[Entry], bool]
) -> Iterator[tuple[_Order, ChronologyLine]]:
    ends = held_outcomes((each.entry, None if each.pending else each.verdict) for each in dated)
    for each in dated:
        if is_shown(each.entry):
            line = _line(each, ends.get(each.entry.id), as_of)
            yield (line.at, line.written_at, line.device, each.entry.n), line


def _line(each: DatedEntry, end: EntryOutcome | None, as_of: datetime) -> ChronologyLine:
    entry = each.entry
    known_at = None if each.pending else each.known_at
    return ChronologyLine(
        entry=entry.id,
        subject=entry.subject,
        kind=entry.kind,
        at=entry.at if entry.kind == "incident.reported" else entry.happened_at,
        written_at=entry.at,
        known_at=known_at,
        actor=entry.actor,
        device=entry.device,
        outcome=end or OUTCOME_OF_VERDICT[None if each.pending else each.verdict],
        late_s=_lateness(entry, (known_at or as_of) - entry.at),
    )


def _lateness(entry: Entry, waited: timedelta) -> float | None:
    """Return the seconds until the server knew an entry, if that was late; its own entries never are."""
    if entry.actor == SERVER_ACTOR or waited <= LATE_AFTER:
        return None
    return waited.total_seconds()
