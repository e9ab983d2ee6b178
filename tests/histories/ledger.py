"""Ledger of user actions, independent of the code under test: gesture, author's view, and acknowledgement.

An entry can be chained and signed again under another key or grant; its author and time stay. These
and the kind are the *mark* that identifies a gesture, however often its entry is recreated.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.held_entry_kinds import EntryReleased
from tabuah.operations.incidents.entry_bodies import ConflictSettled
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.push import PushedEntry

Mark = tuple[str, datetime, str]


def mark_of(entry: Entry) -> Mark:
    """Return the invariant part of a gesture."""
    return entry.actor, entry.at, entry.kind


@dataclass(frozen=True, slots=True)
class Gesture:
    """A saved gesture: its original entry, the marks in its author's view, and the gestures it depends on.

    `disputed` are marks in view, by field, that were only proposed in a conflict. They may be in force
    elsewhere as the same value as an intermediate one; then the author has not seen the value in force.
    """

    entry: Entry
    seen: frozenset[Mark]
    rests_on: dict[str, Mark]  # by guarded field: the gesture whose value the author saw in force
    disputed: frozenset[tuple[str, Mark]] = frozenset()
    personal: bool = False

    def saw_in_force(self, field: str, mark: Mark) -> bool:
        """Return whether the author saw that gesture in force, not only as a proposal for the field."""
        return mark in self.seen and (field, mark) not in self.disputed


@dataclass(frozen=True, slots=True)
class View:
    """Screen content of a user, perhaps hours old: an incident, and the gestures shown in it."""

    incident: Incident
    seen: frozenset[Mark]
    disputed: frozenset[tuple[str, Mark]]


@dataclass(slots=True)
class Ledger:
    """`gone` are gestures whose only disk was lost."""

    gestures: dict[Mark, Gesture] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)  # by entry id
    acknowledged: dict[str, PushedEntry] = field(default_factory=dict)
    gone: set[Mark] = field(default_factory=set)

    def note(self, entry: Entry, view: View | None, *, personal: bool) -> None:
        """Record a gesture made in a view, or without one."""
        mark = mark_of(entry)
        assert mark not in self.gestures, "two gestures have one mark"
        rests_on = {field: self.marks[writer] for field, writer in entry.base.items() if writer in self.marks}
        seen = (view.seen if view else frozenset()) | {mark}
        self.gestures[mark] = Gesture(entry, seen, rests_on, view.disputed if view else frozenset(), personal)

    def acknowledge(self, result: PushedEntry) -> None:
        known = self.acknowledged.setdefault(result.id, result)
        assert known == result, "an acknowledgement was taken back"

    def learn(self, entries: Iterable[Entry]) -> None:
        """Record entries by id."""
        self.marks.update((entry.id, mark_of(entry)) for entry in entries)

    def view_of(self, store: ConsoleStore, incident: Incident, *, hidden: frozenset[str]) -> View:
        """Return the current view of an incident; `hidden` kinds are unknown to that version."""
        seen = self.marks_in_view(store, incident, hidden=hidden)
        members = [(conflict.field, entry) for conflict in incident.conflicts for entry in conflict.members]
        disputed = frozenset((field, self.marks[entry]) for field, entry in members if entry in self.marks)
        return View(incident, seen, disputed)

    def marks_in_view(self, store: ConsoleStore, incident: Incident, *, hidden: frozenset[str]) -> frozenset[Mark]:
        """Return the gestures on an incident whose effects a user sees now."""
        history = store.entries_of(f"incident/{incident.id}")
        self.learn(entry for entry, _verdict in history)
        held = {entry.id: entry for entry, verdict in history if verdict is Verdict.HELD}
        seen = {
            mark_of(entry)
            for entry, verdict in history
            if verdict not in (Verdict.HELD, Verdict.REJECTED)
            and entry.kind not in hidden
            and not _settles_unknown(incident, entry)
        }
        for entry, verdict in history:
            if entry.kind == "entry.released" and verdict in (None, Verdict.ACCEPTED):
                released = held.get(read_body(entry, EntryReleased).entry)
                seen |= {mark_of(released)} if released else set()
        return frozenset(seen)


def _settles_unknown(incident: Incident, entry: Entry) -> bool:
    """Return whether an entry settles a conflict that the view lacks: a bundle may bring the settlement alone."""
    if entry.kind != "conflict.settled":
        return False
    return read_body(entry, ConflictSettled).conflict not in {conflict.id for conflict in incident.conflicts}
