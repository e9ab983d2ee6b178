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
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import PushedEntry

Mark = tuple[str, datetime, str]


def mark_of(entry: Entry) -> Mark:
    """What stays the same of a gesture."""
    return entry.actor, entry.at, entry.kind


@dataclass(frozen=True, slots=True)
class Gesture:
    """A saved gesture: its entry as first written, the marks that its author had in view, whom it rests on.

    `disputed` are those in view that did not stand there, by field: they were only proposed in a conflict. Elsewhere
    they may stand, as the same value as what had come between; then their author has not seen what stands.
    """

    entry: Entry
    seen: frozenset[Mark]
    rests_on: dict[str, Mark]  # by guarded field: the gesture whose value the author saw in force
    disputed: frozenset[tuple[str, Mark]] = frozenset()
    personal: bool = False

    def saw_in_force(self, field: str, mark: Mark) -> bool:
        """Whether the author saw that gesture, and not only as something proposed for the field."""
        return mark in self.seen and (field, mark) not in self.disputed


@dataclass(frozen=True, slots=True)
class View:
    """What a person has before them, perhaps for hours: an incident, and the gestures it shows the effect of."""

    incident: Incident
    seen: frozenset[Mark]
    disputed: frozenset[tuple[str, Mark]]


@dataclass(slots=True)
class Ledger:
    """`gone` are gestures that were only on a disk that is no more."""

    gestures: dict[Mark, Gesture] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)  # by entry id
    acknowledged: dict[str, PushedEntry] = field(default_factory=dict)
    gone: set[Mark] = field(default_factory=set)

    def note(self, entry: Entry, view: View | None, *, personal: bool) -> None:
        """Keep a gesture that somebody made before a view, or before none."""
        mark = mark_of(entry)
        assert mark not in self.gestures, "two gestures have one mark"
        rests_on = {field: self.marks[writer] for field, writer in entry.base.items() if writer in self.marks}
        seen = (view.seen if view else frozenset()) | {mark}
        self.gestures[mark] = Gesture(entry, seen, rests_on, view.disputed if view else frozenset(), personal)

    def acknowledge(self, result: PushedEntry) -> None:
        known = self.acknowledged.setdefault(result.id, result)
        assert known == result, "an acknowledgement was taken back"

    def learn(self, entries: Iterable[Entry]) -> None:
        """Know these entries by their ids."""
        self.marks.update((entry.id, mark_of(entry)) for entry in entries)

    def view_of(self, store: ConsoleStore, incident: Incident, *, hidden: frozenset[str]) -> View:
        """What a person sees who looks at an incident now; `hidden` kinds are unknown there."""
        seen = self.marks_in_view(store, f"incident/{incident.id}", hidden=hidden)
        members = [(conflict.field, entry) for conflict in incident.conflicts for entry in conflict.members]
        disputed = frozenset((field, self.marks[entry]) for field, entry in members if entry in self.marks)
        return View(incident, seen, disputed)

    def marks_in_view(self, store: ConsoleStore, subject: str, *, hidden: frozenset[str]) -> frozenset[Mark]:
        """The gestures on a subject of which a person who looks now sees the effects."""
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
