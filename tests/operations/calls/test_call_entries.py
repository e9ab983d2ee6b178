"""Entries of the call log: roles, decisions, folds, corrections and links."""

import msgspec
import pytest
from support.judged_journal import Author, JudgedJournal

from tabuah.operations.calls.call import Call, calls_between, count_by_class
from tabuah.operations.calls.drafts import correct_call, link_call, record_call, unlink_call
from tabuah.operations.calls.entry_bodies import CallUnlinked
from tabuah.operations.codes import CallClass, Channel
from tabuah.operations.entries import PersonalValue, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.drafts import caller_value
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.personal_values import is_kept
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_state import read_state, state_text
from tabuah.operations.subject_titles import subject_title

KEY = "00000000-0000-7000-8000-000000000001"
OTHER_KEY = "00000000-0000-7000-8000-000000000002"
SUBJECT = f"call/{KEY}"
CALLER: PersonalValue = caller_value("Budi, 0812 345", salt="5a" * 16)


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani", Role.OPERATOR)


def call_now(room: JudgedJournal) -> Call:
    value = room.states[SUBJECT].value
    assert isinstance(value, Call)
    return value


def test_recorded_call_survives_encoding(room: JudgedJournal, ani: Author):
    draft = record_call(KEY, CallClass.PRANK, channel=Channel.CALL_112, note=" anak-anak ", caller=CALLER)
    assert room.write(ani, draft).verdict is Verdict.ACCEPTED
    call = call_now(room)
    assert (call.call_class, call.channel, call.note) == (CallClass.PRANK, Channel.CALL_112, "anak-anak")
    assert call.taken_by == "ani"
    assert call.caller_entry
    assert b"0812" not in state_text(room.states[SUBJECT])
    assert read_state(state_text(room.states[SUBJECT])) == room.states[SUBJECT]
    assert room.write(ani, draft).reason == "already_exists"


@pytest.mark.parametrize("role", list(Role))
def test_role_that_reports_incidents_writes_calls(role: Role):
    expected = may_write(role, "incident.reported")
    assert {
        may_write(role, kind) for kind in ("call.recorded", "call.corrected", "call.linked", "call.unlinked")
    } == {expected}


def test_older_rules_reject_calls():
    room = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    ani = room.author("ani", Role.OPERATOR)
    assert room.write(ani, record_call(KEY, CallClass.GHOST)).reason == "unknown_kind"


def test_concurrent_corrections_of_different_fields_are_both_kept(room: JudgedJournal, ani: Author):
    budi = room.author("budi", Role.OPERATOR)
    room.write(ani, record_call(KEY, CallClass.GHOST))
    seen = call_now(room)
    room.write(ani, correct_call(seen, call_class=CallClass.INFORMATION))
    room.write(budi, correct_call(seen, note="tanya jalan"))
    assert (call_now(room).call_class, call_now(room).note) == (CallClass.INFORMATION, "tanya jalan")


def test_caller_is_added_and_removed(room: JudgedJournal, ani: Author):
    room.write(ani, record_call(KEY, CallClass.GHOST))
    room.write(ani, correct_call(call_now(room), caller=CALLER))
    assert call_now(room).caller_entry
    room.write(ani, correct_call(call_now(room), caller=caller_value("", salt="5a" * 16)))
    assert call_now(room).caller_entry == ""


def test_linked_call_is_normal_and_keeps_its_class(room: JudgedJournal, ani: Author):
    room.write(ani, record_call(KEY, CallClass.GHOST, note="suara air"))
    room.write(ani, link_call(call_now(room), KEY))
    assert (call_now(room).call_class, call_now(room).incident) == (CallClass.NORMAL, KEY)
    with pytest.raises(NotPossible, match="call_is_linked"):
        correct_call(call_now(room), call_class=CallClass.GHOST)
    with pytest.raises(NotPossible, match="nothing_changed"):
        link_call(call_now(room), KEY)


def test_concurrent_correction_of_a_linked_call_leaves_it_normal(room: JudgedJournal, ani: Author):
    budi = room.author("budi", Role.OPERATOR)
    room.write(ani, record_call(KEY, CallClass.GHOST))
    seen = call_now(room)
    room.write(ani, link_call(seen, KEY))
    room.write(budi, correct_call(seen, call_class=CallClass.PRANK, note="anak-anak"))
    assert (call_now(room).call_class, call_now(room).note) == (CallClass.NORMAL, "anak-anak")


def test_unlinked_call_returns_to_its_class(room: JudgedJournal, ani: Author):
    room.write(ani, record_call(KEY, CallClass.PRANK))
    with pytest.raises(NotPossible, match="call_not_linked"):
        unlink_call(call_now(room))
    room.write(ani, link_call(call_now(room), KEY))
    room.write(ani, link_call(call_now(room), OTHER_KEY))
    with pytest.raises(NotPossible, match="call_class_of_a_report"):
        unlink_call(call_now(room), call_class=CallClass.NORMAL)
    room.write(ani, unlink_call(call_now(room)))
    assert (call_now(room).call_class, call_now(room).incident) == (CallClass.PRANK, "")
    room.write(ani, link_call(call_now(room), KEY))
    room.write(ani, unlink_call(call_now(room), call_class=CallClass.GHOST))
    assert call_now(room).call_class is CallClass.GHOST
    assert read_state(state_text(room.states[SUBJECT])) == room.states[SUBJECT]


def test_call_without_an_incident_is_never_a_normal_one(room: JudgedJournal, ani: Author):
    room.write(ani, record_call(KEY, CallClass.PRANK))
    room.write(ani, link_call(call_now(room), KEY))
    draft = unlink_call(call_now(room))
    forged = msgspec.structs.replace(draft, body=encode_body(CallUnlinked(incident=KEY, call_class=CallClass.NORMAL)))
    assert room.write(ani, forged).reason == "call_class_of_a_report"


def test_unlinking_leaves_a_concurrent_link_to_another_incident(room: JudgedJournal, ani: Author):
    budi = room.author("budi", Role.OPERATOR)
    room.write(ani, record_call(KEY, CallClass.GHOST))
    room.write(ani, link_call(call_now(room), KEY))
    seen = call_now(room)
    room.write(budi, link_call(seen, OTHER_KEY))
    assert room.write(ani, unlink_call(seen)).verdict is Verdict.ACCEPTED
    assert (call_now(room).call_class, call_now(room).incident) == (CallClass.NORMAL, OTHER_KEY)


@pytest.mark.parametrize("incident", ["x" * 36, f"{KEY}\n", ""])
def test_link_to_what_is_no_incident_is_rejected(room: JudgedJournal, ani: Author, incident: str):
    room.write(ani, record_call(KEY, CallClass.GHOST))
    seen = msgspec.structs.replace(call_now(room), incident="other")
    assert room.write(ani, link_call(seen, incident)).verdict is Verdict.REJECTED


def test_caller_of_a_rejected_call_is_not_kept():
    assert not is_kept(SUBJECT, Verdict.REJECTED)
    assert is_kept(SUBJECT, Verdict.ACCEPTED)


def test_title_of_a_call_is_the_beginning_of_its_note(room: JudgedJournal, ani: Author):
    room.write(ani, record_call(KEY, CallClass.GHOST, note="suara\nair " + "x" * 200))
    ((entry, _verdict),) = room.judged[SUBJECT]
    title = subject_title(entry, call_now(room))
    assert title.startswith("suara air x")
    assert len(title) == 120


def test_unchanged_correction_is_refused(room: JudgedJournal, ani: Author):
    room.write(ani, record_call(KEY, CallClass.GHOST))
    with pytest.raises(NotPossible, match="nothing_changed"):
        correct_call(call_now(room), call_class=CallClass.GHOST, note="")


def test_correction_of_an_unknown_call_waits(room: JudgedJournal, ani: Author):
    room.write(ani, record_call(KEY, CallClass.GHOST))
    correction = correct_call(call_now(room), note="x")
    del room.states[SUBJECT]
    assert room.write(ani, correction).reason == "rests_on_unknown"


@pytest.mark.parametrize("note", ["x" * 2_001, "a\u202eb", "a\x00"])
def test_note_with_hidden_characters_or_too_long_is_malformed(room: JudgedJournal, ani: Author, note: str):
    entry = room.write(ani, record_call(KEY, CallClass.GHOST, note=note))
    assert entry.verdict is Verdict.REJECTED


def test_note_with_emoji_is_accepted(room: JudgedJournal, ani: Author):
    assert room.write(ani, record_call(KEY, CallClass.GHOST, note="😱\nkosong")).verdict is Verdict.ACCEPTED


def test_calls_are_counted_by_class_and_time(room: JudgedJournal, ani: Author):
    drill = SubjectWorld(exercise=True)
    draft = record_call(KEY, CallClass.GHOST, world=drill)
    assert (draft.exercise, draft.exercise_id) == (True, "")
    room.write(ani, record_call(KEY, CallClass.GHOST))
    call = call_now(room)
    assert not call.exercise
    assert count_by_class([call, call])[CallClass.GHOST] == 2
    assert calls_between([call], call.received_at, None) == [call]
    assert calls_between([call], None, call.received_at) == []
