"""Erased personal values stay erased in a hand-back."""

from datetime import UTC, datetime

import msgspec
import pytest

from tabuah.operations.entries import GENESIS, Draft, PersonalValue, Verdict
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.people.authority import Authority
from tabuah.operations.subject_state import EMPTY, SubjectState
from tabuah.server.handback.erasures import lasting_values
from tabuah.server.handback.staged_records import StagedRecord
from tabuah.storage.journal.chain import ChainHead, append_draft
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import Record, decode_entry

AT = datetime(2026, 12, 1, tzinfo=UTC)
VALUE = PersonalValue(field="caller", salt="0" * 32, value="Pak Rusdi", entry="e")
EXERCISE = Exercise(id="gempa", name="Gempa", started_at=AT, ended_at=AT)


class States:
    def __init__(self, exercise: Exercise | None, erased: tuple[str, ...] = ()) -> None:
        self._exercise = exercise
        self.authority = Authority(erasures={"e": frozenset(erased)})

    def state_of(self, subject: str) -> SubjectState:
        known = self._exercise is not None and subject == "exercise/gempa"
        return SubjectState(value=self._exercise) if known else EMPTY


def record_of(exercise_id: str) -> StagedRecord:
    draft = Draft(
        subject="incident/x",
        kind="incident.reported",
        body=msgspec.Raw(b"{}"),
        exercise=bool(exercise_id),
        exercise_id=exercise_id,
    )
    chained = append_draft(draft, key=DeviceKey.generate(), head=ChainHead(), actor="ani", grant="", now=AT)
    ruling = {"seq": 7, "received_at": AT, "verdict": Verdict.ACCEPTED, "hash": GENESIS}
    return StagedRecord(Record(text=chained.text.decode(), signature=chained.signature, **ruling), (VALUE,))


@pytest.mark.parametrize(
    ("exercise_id", "exercise", "kept"),
    [
        ("", None, True),
        ("gempa", EXERCISE, True),
        ("gempa", msgspec.structs.replace(EXERCISE, wiped_at=AT), False),
        ("", msgspec.structs.replace(EXERCISE, wiped_at=AT), True),
        ("gempa", None, True),
    ],
)
def test_values_of_wiped_exercises_are_not_taken_back(exercise_id: str, exercise: Exercise | None, kept: bool):
    assert list(lasting_values(States(exercise), [record_of(exercise_id)])) == ([(7, VALUE)] if kept else [])


def test_erased_values_are_not_taken_back():
    record = record_of("")
    assert list(lasting_values(States(None, (decode_entry(record.record.text).id,)), [record])) == []
