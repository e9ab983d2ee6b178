"""An exercise: its state, the bodies of its entries, and the fold."""

import re
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import IdText, LabelText
from tabuah.operations.entries import Entry, Verdict, subject_key

EXERCISE_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Note = Annotated[str, Meta(max_length=400)]


class ExerciseStarted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new exercise. `note` is its purpose."""

    name: Name
    note: Note = ""


class ExerciseEnded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nothing is written into the exercise any more; everything in it can still be read."""

    note: Note = ""


class ExerciseWiped(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """States, readings and files of the exercise are deleted everywhere; its entries stay in the journal."""

    note: Note = ""


class Exercise(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="exercise"):
    """One exercise; `id` is the key of its subject."""

    id: IdText
    name: LabelText
    started_at: datetime
    started_by: IdText = ""
    note: LabelText = ""
    ended_at: datetime | None = None
    ended_by: IdText = ""
    wiped_at: datetime | None = None
    wiped_by: IdText = ""

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.wiped_at is None

    @property
    def is_wiped(self) -> bool:
        return self.wiped_at is not None


def fold_exercise(
    exercise: Exercise | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> Exercise | None:
    """Return the exercise after an accepted entry."""
    match body:
        case ExerciseStarted():
            return exercise or Exercise(
                id=subject_key(entry.subject),
                name=body.name,
                started_at=entry.at,
                started_by=entry.actor,
                note=body.note,
            )
        case ExerciseEnded() if exercise is not None and exercise.ended_at is None:
            return msgspec.structs.replace(exercise, ended_at=entry.at, ended_by=entry.actor)
        case ExerciseWiped() if exercise is not None and exercise.wiped_at is None:
            return msgspec.structs.replace(exercise, wiped_at=entry.at, wiped_by=entry.actor)
    return exercise
