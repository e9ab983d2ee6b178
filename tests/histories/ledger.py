"""What people did, noted beside the code under test: each saved gesture, what its author saw, what was acknowledged.

An entry may be chained and signed again under another key or grant; its author and its time stay. So these and the
kind are the *mark* by which one gesture is known, however often its entry was made anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tabuah.operations.bodies import read_body
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.incidents.bodies import EntryReleased
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import PushedEntry

Mark = tuple[str, datetime, str]


def mark_of(entry: Entry) -> Mark:
    """What stays the same of a gesture."""
    return entry.actor, entry.at, entry.kind


@dataclass(frozen=True, slots=True)
class Gesture:
    """A saved gesture: its entry as first written, the marks that its author had in view, whom it rests on."""

    entry: Entry
    seen: frozenset[Mark]
    rests_on: dict[str, Mark]  # by guarded field: the gesture whose value the author saw in force
    personal: bool = False


@dataclass(slots=True)
class Ledger:
    """`gone` are gestures that were only on a disk that is no more."""

    gestures: dict[Mark, Gesture] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)  # by entry id
    acknowledged: dict[str, PushedEntry] = field(default_factory=dict)
    gone: set[Mark] = field(default_factory=set)

    def note(self, entry: Entry, *, seen: frozenset[Mark], personal: bool) -> None:
        mark = mark_of(entry)
        assert mark not in self.gestures, "two gestures have one mark"
        rests_on = {field: self.marks[writer] for field, writer in entry.base.items() if writer in self.marks}
        self.gestures[mark] = Gesture(entry, seen, rests_on, personal)

    def acknowledge(self, result: PushedEntry) -> None:
        known = self.acknowledged.setdefault(result.id, result)
        assert known == result, "an acknowledgement was taken back"

    def learn(self, entries: Iterable[Entry]) -> None:
        """Know these entries by their ids."""
        self.marks.update((entry.id, mark_of(entry)) for entry in entries)

    def marks_in_view(self, store: ConsoleStore, subject: str, *, hidden: frozenset[str]) -> frozenset[Mark]:
        """What a person who looks at a subject now sees the effects of; `hidden` kinds are unknown there."""
        history = store.entries_of(subject)
        self.learn(entry for entry, _verdict in history)
        held = {entry.id: entry for entry, verdict in history if verdict is Verdict.HELD}
        seen = {
            mark_of(entry)
            for entry, verdict in history
            if verdict not in (Verdict.HELD, Verdict.REJECTED) and entry.kind not in hidden
        }
        for entry, verdict in history:
            if entry.kind == "entry.released" and verdict in (None, Verdict.ACCEPTED):
                released = held.get(read_body(entry, EntryReleased).entry)
                seen |= {mark_of(released)} if released else set()
        return frozenset(seen)
