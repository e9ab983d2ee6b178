"""The exercise that a simulation writes into."""

from datetime import UTC, datetime

import pytest

from tabuah.console.simulator.errors import NoExercise
from tabuah.console.simulator.exercises import choose_exercise
from tabuah.storage.journal.protocol import ExercisesReply, ExerciseSummary

START = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


class ExerciseList:
    """A client whose server has these exercises."""

    def __init__(self, *exercises: ExerciseSummary) -> None:
        self._reply = ExercisesReply(exercises=exercises, real_stations=3)

    def call(self, _method: str, _path: str, _shape: object) -> ExercisesReply:
        return self._reply


def exercise(suffix: str, *, wiped: bool = False) -> ExerciseSummary:
    ended_at = START if wiped else None
    return ExerciseSummary(id=f"gempa-{suffix}", name="Gempa", started_at=START, ended_at=ended_at, wiped_at=ended_at)


def test_simulation_into_a_wiped_exercise_says_that_it_was_wiped():
    with pytest.raises(NoExercise, match="Data latihan Gempa sudah dihapus"):
        choose_exercise(ExerciseList(exercise("1", wiped=True)), "gempa")  # type: ignore[arg-type]


def test_simulation_finds_the_running_one_of_two_exercises_with_a_name():
    client = ExerciseList(exercise("1", wiped=True), exercise("2"))
    assert choose_exercise(client, "Gempa").id == "gempa-2"  # type: ignore[arg-type]
