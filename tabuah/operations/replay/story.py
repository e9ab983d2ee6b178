"""What was known of every subject at any moment of the past: the same folds, taken one entry at a time. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.folding import fold
from tabuah.operations.subjects import EMPTY, SubjectState

CHECKPOINT_EVERY: Final = 256  # steps: how many are at most taken again to come to a moment

States = Mapping[str, SubjectState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An entry as the journal keeps it: `known_at` is when the server took it, or its own time while it waits."""

    known_at: datetime
    entry: Entry
    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The state of a subject from a moment on."""

    at: datetime
    subject: str
    state: SubjectState


class Story:
    """The states of all subjects between two moments. Whoever asks for a moment gets the same, whichever way he came.

    Args:
        before: the states before the first step.
        steps: in any order; those of one subject and one moment in the order in which they were taken.
    """

    def __init__(self, before: States, steps: Iterable[Step]) -> None:
        self.steps: tuple[Step, ...] = tuple(sorted(steps, key=lambda step: step.at))
        self._moments = [step.at for step in self.steps]
        self._checkpoints: list[dict[str, SubjectState]] = [dict(before)]
        for start in range(0, len(self.steps) - CHECKPOINT_EVERY + 1, CHECKPOINT_EVERY):
            taken = self.steps[start : start + CHECKPOINT_EVERY]
            self._checkpoints.append(_after(self._checkpoints[-1], taken))

    def at(self, moment: datetime) -> States:
        """The states as they were known at `moment`; subjects without a value are not there."""
        count = bisect_right(self._moments, moment)
        number = count // CHECKPOINT_EVERY
        return _after(self._checkpoints[number], self.steps[number * CHECKPOINT_EVERY : count])

    def count_until(self, moment: datetime) -> int:
        """How many steps were taken by `moment`: two moments with the same number have the same states."""
        return bisect_right(self._moments, moment)

    def changes(self) -> Iterable[tuple[Step, SubjectState]]:
        """Every step with the state of its subject before it, in order."""
        known = dict(self._checkpoints[0])
        for step in self.steps:
            yield step, known.get(step.subject, EMPTY)
            known[step.subject] = step.state


def steps_of(subject: str, judged: Sequence[Judged], *, since: datetime) -> tuple[SubjectState, list[Step]]:
    """Fold the entries of a subject in the order of the journal.

    The server's clock may have been set back: nothing is known before what stands before it in the journal.

    Returns:
        The state at `since`, and a step for every later entry that changed what is shown.
    """
    state, before, steps = EMPTY, EMPTY, list[Step]()
    latest = datetime.min.replace(tzinfo=since.tzinfo)
    for each in judged:
        was, state = state, fold(state, each.entry, each.verdict, text=each.text)
        latest = max(latest, each.known_at)
        if latest <= since:
            before = state
        elif state.value != was.value:
            steps.append(Step(at=latest, subject=subject, state=state))
    return before, steps


def _after(states: Mapping[str, SubjectState], steps: Iterable[Step]) -> dict[str, SubjectState]:
    after = dict(states)
    for step in steps:
        if step.state.value is None:
            after.pop(step.subject, None)
        else:
            after[step.subject] = step.state
    return after
