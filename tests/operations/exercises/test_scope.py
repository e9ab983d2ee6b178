"""Every selection is of the real world, of one exercise, or of both."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import (
    ALL_WORLDS,
    REAL_WORLD,
    UNNAMED,
    ExerciseScope,
    code_in_exercise,
    exercise_of_code,
    exercise_scope,
    find_exercise,
    find_exercise_to_change,
    parse_scope,
    plain_code,
)


@dataclass(frozen=True)
class Item:
    exercise: bool
    exercise_id: str


REAL, UNNAMED_DRILL, QUAKE, FLOOD = Item(False, ""), Item(True, ""), Item(True, "gempa-1"), Item(True, "banjir-2")
ITEMS = [REAL, UNNAMED_DRILL, QUAKE, FLOOD]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (REAL_WORLD, [REAL]),
        (ALL_WORLDS, ITEMS),
        (exercise_scope("gempa-1"), [QUAKE]),
        (exercise_scope(""), [UNNAMED_DRILL]),
    ],
)
def test_scope_selects_its_world(scope: ExerciseScope, expected: list[Item]):
    assert scope.select(ITEMS) == expected


def exercise(id_: str, name: str, *, day: int, ended: bool = False) -> Exercise:
    at = datetime(2026, 12, day, tzinfo=UTC)
    return Exercise(id=id_, name=name, started_at=at, ended_at=at if ended else None)


KNOWN = [
    exercise("gempa-1", "Gempa Singkarak", day=1),
    exercise("gempa-2", "Gempa Singkarak", day=2, ended=True),
    exercise("banjir-2", "Banjir", day=3),
]


@pytest.mark.parametrize(
    ("name", "with_exercises", "expected"),
    [
        (None, False, REAL_WORLD),
        (None, True, ALL_WORLDS),
        ("gempa  singkarak", False, exercise_scope("gempa-1")),
        ("gempa-2", False, exercise_scope("gempa-2")),
        (UNNAMED, False, exercise_scope("")),
    ],
)
def test_options_name_scope(name: str | None, with_exercises: bool, expected: ExerciseScope):
    assert parse_scope(name, with_exercises=with_exercises, known=KNOWN) == expected


@pytest.mark.parametrize(
    ("name", "with_exercises", "reason"),
    [("Tsunami", False, "no_exercise"), ("Banjir", True, "one_exercise_or_all")],
)
def test_options_without_scope_are_refused(name: str, with_exercises: bool, reason: str):
    with pytest.raises(NotPossible) as refused:
        parse_scope(name, with_exercises=with_exercises, known=KNOWN)
    assert refused.value.reason == reason


def test_code_in_exercise_is_apart():
    code = code_in_exercise("TRC-1", "gempa-1")
    assert code == "gempa-1~TRC-1"
    assert (plain_code(code), exercise_of_code(code)) == ("TRC-1", "gempa-1")
    assert (plain_code("TRC-1"), exercise_of_code("TRC-1")) == ("TRC-1", "")
    assert code_in_exercise("TRC-1", "") == "TRC-1"


def test_change_of_exercise_needs_id_among_namesakes():
    with pytest.raises(NotPossible) as refused:
        find_exercise_to_change("gempa singkarak", KNOWN, may=lambda each: not each.is_wiped)
    assert (refused.value.reason, refused.value.values["ids"]) == ("several_exercises", "gempa-1, gempa-2")
    for name, may in (
        ("gempa-2", lambda each: not each.is_wiped),
        ("Gempa Singkarak", lambda each: not each.is_running),
    ):
        assert find_exercise_to_change(name, KNOWN, may=may).id == "gempa-2"


def test_id_of_exercise_is_found_before_names():
    hidden = [*KNOWN, exercise("palsu", "gempa-2", day=9)]
    assert find_exercise("gempa-2", hidden).id == "gempa-2"
