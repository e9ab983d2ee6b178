"""The history of states: the state of every subject at any past time. Pure."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.fold import fold
from tabuah.operations.subject_state import EMPTY, SubjectState

CHECKPOINT_EVERY: Final = 256  # steps: the most that are folded again to reach a moment

SubjectStates = Mapping[str, SubjectState]


class DatedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A journal entry; `known_at` is when the server received it, or its own time while pending.

    The verdict on a pending entry is predicted.
    """

    known_at: datetime
    entry: Entry
    verdict: Verdict
    text: str
    pending: bool = False


class StateStep(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a subject from a moment on."""

    at: datetime
    subject: str
    state: SubjectState


class StateHistory:
    """The states of all subjects between two moments; the same for every order of queries.

    Args:
        before: the states before the first step.
        steps: in any order, but those of one subject and moment in journal order.
    """

    def __init__(self, before: SubjectStates, steps: Iterable[StateStep]) -> None:
        self.steps: tuple[StateStep, ...] = tuple(sorted(steps, key=lambda step: step.at))
        self._moments = [step.at for step in self.steps]
        self._checkpoints: list[dict[str, SubjectState]] = [dict(before)]
        for start in range(0, len(self.steps) - CHECKPOINT_EVERY + 1, CHECKPOINT_EVERY):
            taken = self.steps[start : start + CHECKPOINT_EVERY]
            self._checkpoints.append(_after(self._checkpoints[-1], taken))

    def at(self, moment: datetime) -> SubjectStates:
        """Return the states as known at `moment`, without subjects that have no value."""
        count = bisect_right(self._moments, moment)
        number = count // CHECKPOINT_EVERY
        return _after(self._checkpoints[number], self.steps[number * CHECKPOINT_EVERY : count])

    def select(self, keep: Callable[[SubjectState], bool]) -> "StateHistory":
        """Return the history of the subjects whose states are kept."""
        before = {subject: state for subject, state in self._checkpoints[0].items() if keep(state)}
        return StateHistory(before, [step for step in self.steps if keep(step.state)])

    def changes(self) -> Iterable[tuple[StateStep, SubjectState]]:
        """Yield every step with the state of its subject before it."""
        known = dict(self._checkpoints[0])
        for step in self.steps:
            yield step, known.get(step.subject, EMPTY)
            known[step.subject] = step.state


def state_steps(
    subject: str, judged: Sequence[DatedEntry], *, since: datetime
) -> tuple[SubjectState, list[StateStep]]:
    """Fold the entries of a subject in journal order.

    The server's clock may have been set back: an entry is never known before its predecessor.

    Returns:
        The state at `since`, and a step for every later entry that changed the value.
    """
    state, before, steps = EMPTY, EMPTY, list[StateStep]()
    latest = datetime.min.replace(tzinfo=since.tzinfo)
    for each in judged:
        was, state = state, fold(state, each.entry, each.verdict, text=each.text)
        latest = max(latest, each.known_at)
        if latest <= since:
            before = state
        elif state.value != was.value:
            steps.append(StateStep(at=latest, subject=subject, state=state))
    return before, steps


def _after(states: Mapping[str, SubjectState], steps: Iterable[StateStep]) -> dict[str, SubjectState]:
    after = dict(states)
    for step in steps:
        if step.state.value is None:
            after.pop(step.subject, None)
        else:
            after[step.subject] = step.state
    return after
