"""Entries of the journal for lookups, with whether they took effect."""

import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import msgspec
from msgspec.structs import replace

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.held_entry_kinds import EntryReleased
from tabuah.operations.lookups import RecordedEntry

RELEASED: Final = "entry.released"
_TOOK_EFFECT: Final = frozenset({Verdict.ACCEPTED, Verdict.CONFLICT})
_ENTRY: Final = msgspec.json.Decoder(Entry)


@dataclass(slots=True)
class RecordedHistory:
    """The recorded entries of a part of the journal, which must have the releases of held ones, in any order."""

    _by_id: dict[str, RecordedEntry] = field(default_factory=dict)
    _reissues: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _released: set[str] = field(default_factory=set)

    def add(self, entry: Entry, text: str, verdict: Verdict) -> None:
        if entry.kind == RELEASED and verdict in _TOOK_EFFECT:
            self._released.add(_released_by(entry))
        self._by_id[entry.id] = RecordedEntry(
            id=entry.id,
            subject=sys.intern(entry.subject),
            device=sys.intern(entry.device),
            n=entry.n,
            again=entry.again,
            replaces=entry.replaces,
            hash=hashlib.sha256(text.encode()).hexdigest(),
            verdict=verdict,
            took_effect=verdict in _TOOK_EFFECT,
        )
        if entry.again:
            self._reissues.setdefault((entry.subject, entry.again), []).append(entry.id)

    def entry(self, entry_id: str) -> RecordedEntry | None:
        """Return an entry by its id; None if it is not known."""
        found = self._by_id.get(entry_id)
        if found is not None and found.verdict is Verdict.HELD and entry_id in self._released:
            return replace(found, took_effect=True)
        return found

    def reissues(self, subject: str, again: str) -> list[RecordedEntry]:
        """Return the entries on a subject with this value of `again`."""
        found = map(self.entry, self._reissues.get((subject, again), ()))
        return [recorded for recorded in found if recorded is not None]


def recorded_history(texts: Iterable[tuple[str, Verdict]]) -> RecordedHistory:
    """Return the history of entries that are given as texts with verdicts."""
    history = RecordedHistory()
    for text, verdict in texts:
        history.add(_ENTRY.decode(text), text, verdict)
    return history


def _released_by(entry: Entry) -> str:
    try:
        return read_body(entry, EntryReleased).entry
    except MalformedBody:
        return ""
