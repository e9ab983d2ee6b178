"""Labels of exercises, for people."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypedDict

from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import UNNAMED, ExerciseScope, InWorld, scope_world
from tabuah.resources.localisation import _, format_moment


class ScopeFields(TypedDict):
    """A scope in JSON: one exercise by name and id, both None without one; or the real world and all exercises."""

    exercise: str | None
    exercise_id: str | None
    with_exercises: bool


def exercise_name(exercise_id: str, known: Mapping[str, Exercise]) -> str:
    """Return the name of an exercise; drills of no named exercise have a name, too."""
    if not exercise_id:
        return _("unnamed exercise")
    exercise = known.get(exercise_id)
    return exercise.name if exercise else exercise_id


def exercise_mark(value: InWorld, known: Mapping[str, Exercise]) -> str:
    """Return the mark of a value of an exercise; empty for real ones."""
    return _label(value.exercise_id, known) if value.exercise else ""


def exercise_tag() -> str:
    """Return the short mark of a symbol of an exercise on the map."""
    return _("EX")


def mark_text(text: str, value: InWorld, known: Mapping[str, Exercise]) -> str:
    """Return a text about a value, which begins with the mark of its exercise."""
    return " · ".join(part for part in (exercise_mark(value, known), text) if part)


def scope_mark(name: str | None) -> str:
    """Return the mark of an item of the exercise with a name; empty for real ones."""
    return "" if name is None else _("EXERCISE {name}").format(name=name)


def exercise_json(value: InWorld, known: Mapping[str, Exercise]) -> str | None:
    """Return the name of the exercise of a value for JSON; None in the real world."""
    return exercise_name(value.exercise_id, known) if value.exercise else None


def exercise_id_json(value: InWorld) -> str | None:
    """Return the id of the exercise of a value for JSON, as `--exercise` takes it; None in the real world."""
    return (value.exercise_id or UNNAMED) if value.exercise else None


def exercise_fields(value: InWorld, known: Mapping[str, Exercise]) -> dict[str, str | None]:
    """Return the exercise of a value for JSON, by name and id."""
    return {"exercise": exercise_json(value, known), "exercise_id": exercise_id_json(value)}


def scope_fields(scope: ExerciseScope, known: Mapping[str, Exercise]) -> ScopeFields:
    """Return the scope of a list, figure, map or file for JSON."""
    world = scope_world(scope)
    return ScopeFields(
        exercise=exercise_json(world, known),
        exercise_id=exercise_id_json(world),
        with_exercises=scope.all_exercises,
    )


def exercise_state(exercise: Exercise) -> str:
    """Return whether an exercise runs, has ended, or was wiped."""
    if exercise.is_wiped:
        return _("wiped")
    return _("running") if exercise.is_running else _("over")


def describe_wipe(name: str, wiped_at: datetime) -> str:
    """Return the sentence that the data of an exercise were wiped, with the time."""
    return _("The data of exercise {name} were wiped: {time}.").format(name=name, time=format_moment(wiped_at))


def world_label(world: InWorld, known: Mapping[str, Exercise]) -> str:
    """Return the name of a world inside a sentence."""
    return exercise_mark(world, known) or _("the real world")


def scope_label(scope: ExerciseScope, known: Mapping[str, Exercise]) -> str:
    """Return the label of a scope, as a heading of a list or report; empty for the real world."""
    if scope.all_exercises:
        return _("Real and exercises, marked")
    return "" if scope.exercise_id is None else _label(scope.exercise_id, known)


def watermark_text(scope: ExerciseScope, known: Mapping[str, Exercise]) -> str:
    """Return the words across a map or page of a scope; empty for the real world."""
    return _("WITH EXERCISES") if scope.all_exercises else scope_label(scope, known)


def _label(exercise_id: str, known: Mapping[str, Exercise]) -> str:
    if not exercise_id:
        return _("EXERCISE WITHOUT A NAME")
    return _("EXERCISE {name}").format(name=exercise_name(exercise_id, known))


def exercise_number(number: str, *, exercise: bool) -> str:
    """Return the number of an incident for people; those of exercises are marked."""
    return _("DRILL-{number}").format(number=number) if exercise else number


def exercises_by_id(exercises: Iterable[Exercise]) -> dict[str, Exercise]:
    return {exercise.id: exercise for exercise in exercises}
