"""The declaration of exercises."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.exercises import exercise as bodies
from tabuah.operations.exercises.exercise import EXERCISE_KEY, Exercise, fold_exercise
from tabuah.operations.people.roles import SERVER_ONLY, SUPERVISORS, Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_type import DecisionContext, EntryKind, SubjectType

LEADERS: Final = SUPERVISORS | {Role.ADMIN}


def decide_exercise(
    exercise: Exercise | None, _entry: Entry, body: msgspec.Struct, context: DecisionContext
) -> Decision:
    """Return the decision on an exercise entry; an exercise is ended before it is wiped."""
    match body:
        case _ if context.decide_version < PROVENANCE_VERSION:
            return rejected("unknown_kind")  # as servers decided that did not know it
        case bodies.ExerciseStarted():
            return ACCEPT if exercise is None else rejected("already_exists")
        case _ if exercise is None:
            return rejected("unknown_subject")
        case bodies.ExerciseEnded() if exercise.ended_at is not None:
            return rejected("exercise_ended")
        case bodies.ExerciseWiped() if exercise.ended_at is None:
            return rejected("exercise_running")
        case bodies.ExerciseWiped() if exercise.is_wiped:
            return rejected("exercise_ended")
    return ACCEPT


EXERCISE: Final = SubjectType(
    name="exercise",
    state=Exercise,
    kinds=(
        EntryKind(
            name="exercise.started",
            body=bodies.ExerciseStarted,
            writers=LEADERS | SERVER_ONLY,  # the server of the demonstration
            creates=True,
        ),
        EntryKind(name="exercise.ended", body=bodies.ExerciseEnded, writers=LEADERS),
        EntryKind(name="exercise.wiped", body=bodies.ExerciseWiped, writers=LEADERS),
    ),
    decide=decide_exercise,
    fold=fold_exercise,
    key=EXERCISE_KEY,
)
