"""Labels of exercises name the exercise, and real things have no mark."""

from dataclasses import dataclass

from tabuah.operations.exercises.scope import ALL_WORLDS, REAL_WORLD, exercise_scope
from tabuah.text.exercises.exercise_text import exercise_json, exercise_mark, exercise_number, scope_label


@dataclass(frozen=True)
class Item:
    exercise: bool = False
    exercise_id: str = ""


def test_mark_is_only_for_exercises():
    assert exercise_mark(Item(), {}) == ""
    assert "gempa-1" in exercise_mark(Item(True, "gempa-1"), {})
    assert exercise_json(Item(), {}) is None
    assert exercise_json(Item(True), {})


def test_scope_label_names_exercise():
    assert scope_label(REAL_WORLD, {}) == ""
    assert scope_label(ALL_WORLDS, {})
    assert "gempa-1" in scope_label(exercise_scope("gempa-1"), {})


def test_number_of_drill_is_marked():
    assert exercise_number("SLK-AAAA-0001", exercise=False) == "SLK-AAAA-0001"
    assert exercise_number("SLK-AAAA-0001", exercise=True).endswith("-SLK-AAAA-0001")
