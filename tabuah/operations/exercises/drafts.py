"""Drafts of exercise entries."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.exercise import Exercise, ExerciseEnded, ExerciseStarted, ExerciseWiped
from tabuah.operations.exercises.scope import UNNAMED

LONGEST_NAME: Final = 120
_LONGEST_SLUG: Final = 24


def start_exercise(name: str, *, known: Iterable[Exercise], suffix: str, note: str = "") -> Draft:
    """Start an exercise.

    Args:
        name: as people call it.
        known: all known exercises.
        suffix: a few random characters (a to z, 0 to 9) that make its id unique.
        note: its purpose.

    Raises:
        NotPossible: the name is missing, too long or reserved, or a running exercise has it.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or name.casefold() == UNNAMED:
        raise NotPossible("exercise_name", n=LONGEST_NAME)
    if any(other.is_running and other.name.casefold() == name.casefold() for other in known):
        raise NotPossible("exercise_runs", name=name)
    return _draft(f"{_slug(name)}-{suffix}", "exercise.started", ExerciseStarted(name=name, note=note.strip()[:400]))


def end_exercise(exercise: Exercise, *, note: str = "") -> Draft:
    """End an exercise; it can still be read.

    Raises:
        NotPossible: it has ended.
    """
    if not exercise.is_running:
        raise NotPossible("exercise_over", name=exercise.name)
    return _draft(exercise.id, "exercise.ended", ExerciseEnded(note=note))


def wipe_exercise(exercise: Exercise, *, note: str = "") -> Draft:
    """Delete states, readings and files of an exercise that has ended.

    Raises:
        NotPossible: it is running, or wiped already.
    """
    if exercise.is_running:
        raise NotPossible("exercise_running")
    if exercise.is_wiped:
        raise NotPossible("exercise_wiped", name=exercise.name)
    return _draft(exercise.id, "exercise.wiped", ExerciseWiped(note=note))


def _draft(exercise_id: str, kind: str, body: msgspec.Struct) -> Draft:
    return Draft(subject=subject_of("exercise", exercise_id), kind=kind, body=encode_body(body))


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-") or "latihan"
