"""An exercise is started, ended and wiped, in this order, by supervisors and administrators."""

import msgspec
import pytest
from support.judged_journal import JudgedJournal

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.people.roles import Role
from tabuah.storage.journal.wire import decode_entry, encode_entry

SUBJECT = "exercise/gempa-singkarak-a1"


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


def start() -> Draft:
    return start_exercise(" Gempa  Singkarak", known=(), suffix="a1")


def known(room: JudgedJournal) -> Exercise:
    value = room.states[SUBJECT].value
    assert isinstance(value, Exercise)
    return value


def test_exercise_is_started_ended_wiped(room: JudgedJournal):
    leader = room.author("ani", Role.SUPERVISOR)
    assert room.write(leader, start()).verdict is Verdict.ACCEPTED
    assert (known(room).name, known(room).is_running) == ("Gempa Singkarak", True)
    assert room.write(leader, end_exercise(known(room))).verdict is Verdict.ACCEPTED
    assert not known(room).is_running
    assert room.write(leader, wipe_exercise(known(room))).verdict is Verdict.ACCEPTED
    assert known(room).is_wiped
    assert room.authority.exercises[known(room).id] == known(room)


def test_running_exercise_is_not_wiped(room: JudgedJournal):
    leader = room.author("ani", Role.SUPERVISOR)
    room.write(leader, start())
    ended = known(room)
    with pytest.raises(NotPossible):
        wipe_exercise(ended)
    room.write(leader, end_exercise(ended))
    assert room.write(leader, start()).reason == "already_exists"
    assert room.write(leader, end_exercise(ended)).reason == "exercise_ended"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FIELD, Role.OPERATOR, Role.GATEWAY])
def test_exercise_needs_supervisor(room: JudgedJournal, role: Role):
    assert room.write(room.author("ani", role), start()).reason == "role_forbids"


@pytest.mark.parametrize("name", ["", " unnamed ", "x" * 121])
def test_exercise_needs_name(name: str):
    with pytest.raises(NotPossible, match="exercise_name"):
        start_exercise(name, known=(), suffix="a1")


def test_exercise_names_are_unique_while_running(room: JudgedJournal):
    room.write(room.author("ani", Role.SUPERVISOR), start())
    with pytest.raises(NotPossible, match="exercise_runs"):
        start_exercise("gempa singkarak", known=(known(room),), suffix="b2")


@pytest.mark.parametrize("exercise_id", ["", "gempa-1"])
def test_entry_names_exercise_only_if_set(room: JudgedJournal, exercise_id: str):
    draft = Draft(subject="unit/A", kind="unit.retired", body=msgspec.Raw(b"{}"), exercise_id=exercise_id)
    text = encode_entry(room.entry(room.author("ani"), draft))
    assert decode_entry(text).exercise_id == exercise_id
    assert (b"exercise_id" in text) == bool(exercise_id)
