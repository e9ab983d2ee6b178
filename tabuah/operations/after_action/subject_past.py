"""The past of one subject: its states, and what a person at a console could know of them at a moment. Pure.

The server makes an entry known to everybody when it receives it; its own device knows it at once.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.fold import fold
from tabuah.operations.replay.state_history import DatedEntry
from tabuah.operations.subject_state import EMPTY, SubjectState

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


class SubjectPast:
    """The entries of a subject with the state after each.

    Args:
        dated: received entries in journal order, then the pending ones.
    """

    def __init__(self, dated: Sequence[DatedEntry]) -> None:
        self.dated = tuple(dated)
        self._states = [EMPTY]
        self._known: list[datetime] = []  # never decreasing: the clock of the server may have been set back
        for each in self.dated:
            self._states.append(_folded(self._states[-1], each))
            if not each.pending:
                self._known.append(max(each.known_at, self._known[-1] if self._known else _EARLIEST))

    @property
    def latest(self) -> SubjectState:
        """Return the present state, pending entries included."""
        return self._states[-1]

    def known_to(self, decision: Entry, at: datetime) -> SubjectState:
        """Return the state that the author of a decision could know at a moment, own earlier work included."""
        count = self._count_known(at)
        own = (n for n, each in enumerate(self.dated[:count]) if _is_own_and_later(each.entry, decision))
        whole = next(own, count)  # up to here all entries count
        state = self._states[whole]
        for n, each in enumerate(self.dated[whole:], start=whole):
            is_own = each.entry.device == decision.device
            if _is_earlier_own(each.entry, decision) or (n < count and not is_own):
                state = _folded(state, each)
        return state

    def unknown_to(self, decision: Entry, at: datetime) -> tuple[Entry, ...]:
        """Return the entries of others that were written by then, took effect, and had not reached the server."""
        return tuple(
            each.entry
            for each in self.dated[self._count_known(at) :]
            if each.verdict is not Verdict.REJECTED and each.entry.device != decision.device and each.entry.at <= at
        )

    def _count_known(self, at: datetime) -> int:
        return bisect_right(self._known, at)


def decided_at(dated: DatedEntry) -> datetime:
    """Return when a decision was made: as its author wrote, but never after the server had received it."""
    return dated.entry.at if dated.pending else min(dated.entry.at, dated.known_at)


def _is_earlier_own(entry: Entry, decision: Entry) -> bool:
    return entry.device == decision.device and entry.n < decision.n


def _is_own_and_later(entry: Entry, decision: Entry) -> bool:
    """Return whether an entry is the decision, or later work of its device that the server received by then."""
    return entry.device == decision.device and entry.n >= decision.n


def _folded(state: SubjectState, each: DatedEntry) -> SubjectState:
    return fold(state, each.entry, each.verdict, text=each.text)
