"""Wiping an exercise: its entry `exercise.wiped` deletes the states of the exercise, wherever it is applied. Pure.

The states are those at the place of the entry in the journal, so the server, each console and an audit delete the
same ones. The entries of the exercise stay as proof.
"""

from typing import Final

import msgspec

from tabuah.operations.bulletins.bulletin import Volcano
from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.exercises.decisions import world_of
from tabuah.operations.subject_state import EMPTY, SubjectState

WIPED_KIND: Final = "exercise.wiped"


def wiped_by(entry: Entry, verdict: Verdict) -> str:
    """Return the id of the exercise that an entry wipes; empty if it wipes none."""
    is_wipe = entry.kind == WIPED_KIND and verdict is Verdict.ACCEPTED
    return subject_key(entry.subject) if is_wipe else ""


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
