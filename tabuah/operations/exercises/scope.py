"""The scope of a list, report, map, export or number: the real world, one exercise, or both."""

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Final, NamedTuple, Protocol, TypeVar

import msgspec

from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.exercise import Exercise

UNNAMED: Final = "unnamed"  # how people ask for drills of no named exercise; their `exercise_id` is empty
SEPARATOR: Final = "~"


class SubjectWorld(NamedTuple):
    """The real world, or an exercise; its id is empty for drills of no named exercise."""

    exercise: bool = False
    exercise_id: str = ""


class InWorld(Protocol):
    """A value that belongs to the real world or to an exercise."""

    @property
    def exercise(self) -> bool: ...

    @property
    def exercise_id(self) -> str: ...


ItemT = TypeVar("ItemT", bound=InWorld)


class ExerciseScope(msgspec.Struct, frozen=True):
    """A selection of worlds; the default is the real world alone.

    Attributes:
        real: whether the real world is included.
        exercise_id: the one exercise that is included, empty for drills of no named exercise; None for no exercise.
        all_exercises: whether every exercise is included, marked.
    """

    real: bool = True
    exercise_id: str | None = None
    all_exercises: bool = False

    def includes(self, exercise: bool, exercise_id: str) -> bool:
        """Return whether a value with these fields is in scope."""
        if not exercise:
            return self.real
        return self.all_exercises or exercise_id == self.exercise_id

    def has(self, value: InWorld) -> bool:
        return self.includes(value.exercise, value.exercise_id)

    def select(self, values: Iterable[ItemT]) -> list[ItemT]:
        """Return the values that are in scope, in order."""
        return [value for value in values if self.has(value)]

    @property
    def is_exercise(self) -> bool:
        """Return whether it is one exercise without the real world: new work belongs to it."""
        return not self.real


REAL_WORLD: Final = ExerciseScope()
ALL_WORLDS: Final = ExerciseScope(all_exercises=True)


def exercise_scope(exercise_id: str) -> ExerciseScope:
    """Return the scope of one exercise; empty for drills of no named exercise."""
    return ExerciseScope(real=False, exercise_id=exercise_id)


def scope_of(value: InWorld) -> ExerciseScope:
    """Return the scope of the world that a value belongs to."""
    return exercise_scope(value.exercise_id) if value.exercise else REAL_WORLD


def scope_world(scope: ExerciseScope) -> SubjectWorld:
    """Return the world of a scope that has exactly one."""
    return SubjectWorld(scope.is_exercise, scope.exercise_id or "")


def parse_scope(name: str | None, *, with_exercises: bool, known: Iterable[Exercise]) -> ExerciseScope:
    """Return the scope of the options `--exercise NAME` and `--with-exercises`.

    Raises:
        NotPossible: both are given, or there is no exercise with this name or id.
    """
    if name is None:
        return ALL_WORLDS if with_exercises else REAL_WORLD
    if with_exercises:
        raise NotPossible("one_exercise_or_all")
    if name.strip().casefold() == UNNAMED:
        return exercise_scope("")
    return exercise_scope(find_exercise(name, known).id)


def find_exercise(name: str, known: Iterable[Exercise]) -> Exercise:
    """Return the exercise with this id or name; of several, a running one or else the one started last.

    Raises:
        NotPossible: there is no such exercise.
    """
    found = _exercises_named(name, known)
    if not found:
        raise NotPossible("no_exercise", name=name)
    return max(found, key=lambda exercise: (exercise.is_running, exercise.started_at, exercise.id))


def find_exercise_to_change(name: str, known: Iterable[Exercise], *, may: Callable[[Exercise], bool]) -> Exercise:
    """Return the exercise with an id or name, for a change that cannot be undone.

    Args:
        name: its id, or its name in any case.
        known: all known exercises.
        may: returns whether an exercise allows the change.

    Raises:
        NotPossible: there is no such exercise, or several with this name allow the change.
    """
    known = tuple(known)
    found = [exercise for exercise in _exercises_named(name, known) if may(exercise)]
    if len(found) > 1:
        raise NotPossible("several_exercises", name=name, ids=", ".join(sorted(each.id for each in found)))
    return found[0] if found else find_exercise(name, known)


def _exercises_named(name: str, known: Iterable[Exercise]) -> list[Exercise]:
    """Return the exercise with this id, otherwise those with this name; an id takes precedence over a name."""
    wanted, known = " ".join(name.split()).casefold(), tuple(known)
    by_id = [exercise for exercise in known if exercise.id == wanted]
    return by_id or [exercise for exercise in known if exercise.name.casefold() == wanted]


def code_in_exercise(code: str, exercise_id: str) -> str:
    """Return the code of a station or unit inside an exercise: `<exercise>~<code>`.

    So a drill has a `TRC-1` of its own, and its readings are stored apart.
    """
    return f"{exercise_id}{SEPARATOR}{code}" if exercise_id else code


def plain_code(code: str) -> str:
    """Return the code of a station or unit as people know it, without its exercise."""
    return code.rpartition(SEPARATOR)[2]


def is_code_in(scope: ExerciseScope, value: InWorld, code: str, wanted: str) -> bool:
    """Return whether a person who asks for a code in capitals means this value; a full code means it in any scope."""
    if SEPARATOR in wanted:
        return code.upper() == wanted
    return scope.has(value) and plain_code(code) == wanted


def world_of_code(code: str, stations: Mapping[str, InWorld]) -> SubjectWorld:
    """Return the world of a station code; `stations` by code identify drills outside of a named exercise."""
    if exercise_id := exercise_of_code(code):
        return SubjectWorld(True, exercise_id)
    known = stations.get(code)
    return SubjectWorld() if known is None else SubjectWorld(known.exercise, known.exercise_id)


def names_code(named: Container[str], code: str) -> bool:
    """Return whether `named` has the code of a station, with or without its exercise prefix."""
    return code in named or plain_code(code) in named


def exercise_of_code(code: str) -> str:
    """Return the exercise that a code belongs to; empty without one."""
    return code.rpartition(SEPARATOR)[0]
