"""Erased personal values stay erased in a hand-back."""

from datetime import UTC, datetime

import msgspec
import pytest

from tabuah.operations.entries import GENESIS, Draft, PersonalValue, Verdict
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.lookups import NO_LOOKUPS, Lookups, RecordedEntry
from tabuah.operations.people.authority import Authority, Device
from tabuah.operations.subject_state import EMPTY, SubjectState
from tabuah.server.handback.erasures import lasting_values
from tabuah.server.handback.staged_records import StagedRecord
from tabuah.storage.journal.chain import ChainHead, append_draft
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import Record, decode_entry

AT = datetime(2026, 12, 1, tzinfo=UTC)
VALUE = PersonalValue(field="caller", salt="0" * 32, value="Pak Rusdi", entry="e")
ORIGINAL = f"original/{'0' * 64}"
EXERCISE = Exercise(id="gempa", name="Gempa", started_at=AT, ended_at=AT)


class States:
    def __init__(self, exercise: Exercise | None, erased: tuple[str, ...] = ()) -> None:
        self._exercise = exercise
        self.authority = Authority(erasures={"e": frozenset(erased)})
        self.lookups = NO_LOOKUPS

    def state_of(self, subject: str) -> SubjectState:
        known = self._exercise is not None and subject == "exercise/gempa"
        return SubjectState(value=self._exercise) if known else EMPTY


def device_of(device: str, owner: str) -> Device:
    return Device(id=device, public_key="", tag="", name="", owner=owner, written_before=0, approved=True)


def record_of(exercise_id: str, again: str = "") -> StagedRecord:
    draft = Draft(
        subject="incident/x",
        kind="incident.reported",
        body=msgspec.Raw(b"{}"),
        exercise=bool(exercise_id),
        exercise_id=exercise_id,
        again=again,
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


@pytest.mark.parametrize(("owner", "kept"), [("ani", False), ("budi", True)])
def test_values_of_a_copy_of_erased_work_are_not_taken_back(owner: str, kept: bool):
    """The copy of a console signed the same report again under another key."""
    original, copied = record_of(""), record_of("", again=ORIGINAL)
    entry = decode_entry(copied.record.text)
    states = States(None, ("original",))
    for device, name in ((entry.device, "ani"), ("former", owner)):
        states.authority.update(device_of(device, name))
    known = RecordedEntry(
        id="original",
        subject=entry.subject,
        device="former",
        n=1,
        again="",
        replaces=None,
        hash="0" * 64,
        verdict=Verdict.ACCEPTED,
        took_effect=True,
    )
    states.lookups = Lookups(entry={"original": known}.get)
    assert list(lasting_values(states, [original])) == [(7, VALUE)]
    assert list(lasting_values(states, [copied])) == ([(7, VALUE)] if kept else [])
