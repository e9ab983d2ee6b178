"""Wiping an exercise: its entry `exercise.wiped` deletes the states of the exercise, wherever it is applied. Pure.

The states are those at the place of the entry in the journal, so the server, each console and an audit delete the
same ones. A held entry takes effect at the place of its release. The entries of the exercise stay as proof.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from tabuah.operations.bulletins.bulletin import Volcano
from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.exercises.decisions import world_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.held_entry_kinds import RELEASED_KIND, EntryReleased
from tabuah.operations.subject_state import EMPTY, SubjectState

WIPED_KIND: Final = "exercise.wiped"


def wiped_between(before: SubjectState, after: SubjectState) -> str:
    """Return the id of the exercise that an entry wiped, given the states around it; empty if it wiped none."""
    exercise = _wiped_exercise(after)
    return exercise.id if exercise is not None and _wiped_exercise(before) is None else ""


def find_wipes(history: Iterable[tuple[int, Entry, Verdict]]) -> Iterator[tuple[int, str]]:
    """Yield the seq and the exercise of each wipe in a history of exercises, which may begin late."""
    held = set[str]()
    for seq, entry, verdict in history:
        if entry.kind == WIPED_KIND and verdict is Verdict.HELD:
            held.add(entry.id)
        is_effective = entry.kind == WIPED_KIND or _released(entry) in held
        if verdict is Verdict.ACCEPTED and is_effective:
            yield seq, subject_key(entry.subject)


def _released(entry: Entry) -> str:
    return read_body(entry, EntryReleased).entry if entry.kind == RELEASED_KIND else ""


def _wiped_exercise(state: SubjectState) -> Exercise | None:
    exercise = state.value
    return exercise if isinstance(exercise, Exercise) and exercise.is_wiped else None


def wipe_state(state: SubjectState, exercise_id: str) -> SubjectState:
    """Return the state of a subject after an exercise was wiped; the state itself if it has nothing of it."""
    if isinstance(state.value, Volcano):
        return _wipe_statements(state, state.value, exercise_id)
    world = world_of(state.value)
    return EMPTY if world is not None and world.exercise and world.exercise_id == exercise_id else state


def _wipe_statements(state: SubjectState, volcano: Volcano, exercise_id: str) -> SubjectState:
    kept = tuple(s for s in volcano.statements if not (s.exercise and s.exercise_id == exercise_id))
    if len(kept) == len(volcano.statements):
        return state
    value = msgspec.structs.replace(volcano, statements=kept) if kept else None
    return msgspec.structs.replace(state, value=value)
