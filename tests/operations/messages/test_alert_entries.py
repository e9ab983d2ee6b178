"""Entries of alerts in messages: sealed texts, waiting, and their end by a later alert."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from support.cap_documents import cap_document
from support.judged_journal import Author, JudgedJournal, key_of

from tabuah.operations.entries import Verdict
from tabuah.operations.feeds.cap_alert import CapMessageType, CapStatus
from tabuah.operations.messages.alert import AlertEnd, MessageAlert, ends
from tabuah.operations.messages.alert_document import read_alert
from tabuah.operations.messages.answer import AnswerObstacle
from tabuah.operations.messages.answer_drafts import answer_message
from tabuah.operations.messages.drafts import end_alert, link_message, receive_message
from tabuah.operations.messages.message import Message, waiting_messages
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import read_state, state_text

NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
SALTS = ("5a" * 16, "5b" * 16, "5c" * 16, "5d" * 16)


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani", Role.OPERATOR)


def receive(room: JudgedJournal, number: int = 1, **more: str) -> Message:
    draft = receive_message(key_of(number), read_alert(cap_document(**more), NOW), account="prov", salts=SALTS)
    assert room.write(room.server(), draft).verdict is Verdict.ACCEPTED
    return message_now(room, number)


def message_now(room: JudgedJournal, number: int = 1) -> Message:
    value = room.states[f"message/{key_of(number)}"].value
    assert isinstance(value, Message)
    return value


def alert_of(message: Message) -> MessageAlert:
    assert message.alert is not None
    return message.alert


def test_public_alert_has_open_words_and_a_private_one_has_none(room: JudgedJournal):
    receive(room, 1)
    receive(room, 2, scope="Private")
    public, private = (state_text(room.states[f"message/{key_of(number)}"]) for number in (1, 2))
    assert b"Hujan lebat" in public
    assert b"banjir bandang" not in public  # the description
    for word in (b"Hujan", b"Kubung", b"pusdalops", b"A1"):
        assert word not in private
    assert read_state(public) == room.states[f"message/{key_of(1)}"]


def test_alert_waits_until_it_expires(room: JudgedJournal):
    message = receive(room)
    end = alert_of(message).expires
    assert end is not None
    before, after = end - timedelta(seconds=1), end
    assert (waiting_messages([message], before), waiting_messages([message], after)) == ([message], [])
    assert (message.alert_end(before), message.alert_end(after)) == (None, AlertEnd.EXPIRED)


def test_alert_cannot_be_answered(room: JudgedJournal, ani: Author):
    message = receive(room)
    assert message.answer_obstacle is AnswerObstacle.AUTOMATIC
    of_person = replace(message, alert=None, obstacle=None)
    draft = answer_message(of_person, "ok", {"address": "x"}, salt="5e" * 16)
    assert room.write(ani, draft).reason == "answer_automatic"


@pytest.mark.parametrize("status", ["Exercise", "Test", "Draft", "System"])
def test_alert_that_is_not_real_is_of_an_exercise(room: JudgedJournal, status: str):
    message = receive(room, status=status)
    assert (message.exercise, message.exercise_id) == (True, "")
    assert message.waits_at(NOW) is (status == "Exercise")


def test_later_alert_ends_an_earlier_one_once(room: JudgedJournal, ani: Author):
    message = receive(room)
    room.write(ani, link_message(message, key_of(90)))
    for end, by in ((AlertEnd.UPDATED, 2), (AlertEnd.CANCELLED, 3)):
        draft = end_alert(message.id, key_of(by), end)
        assert room.write(room.server(), draft).verdict is Verdict.ACCEPTED
    ended = message_now(room)
    assert ended.alert_closure is not None
    assert (ended.alert_closure.end, ended.alert_closure.by) == (AlertEnd.UPDATED, key_of(2))
    assert (ended.incidents, ended.waits_at(NOW), ended.alert_end(NOW)) == ((key_of(90),), False, AlertEnd.UPDATED)


def test_only_the_server_ends_alerts_and_only_alerts(room: JudgedJournal):
    assert [role for role in Role if may_write(role, "message.alert_ended")] == [
        role for role in Role if may_write(role, "message.received")
    ]
    message = receive(room)
    person = replace(read_alert(cap_document("P"), NOW), alert=None)
    room.write(room.server(), receive_message(key_of(5), person, account="wa", salts=SALTS))
    draft = end_alert(key_of(5), message.id, AlertEnd.CANCELLED)
    assert room.write(room.server(), draft).reason == "no_alert"


def test_only_a_later_alert_of_the_same_world_ends_another_one(room: JudgedJournal):
    earlier = alert_of(receive(room))
    later = replace(earlier, sent=earlier.sent + timedelta(hours=1), message=CapMessageType.UPDATE)
    assert ends(later, earlier) is AlertEnd.UPDATED
    assert ends(replace(later, message=CapMessageType.CANCEL), earlier) is AlertEnd.CANCELLED
    assert ends(replace(later, message=CapMessageType.ALERT), earlier) is None
    assert ends(replace(earlier, message=CapMessageType.UPDATE), later) is None  # a circle
    assert ends(replace(later, sent=earlier.sent), earlier) is None
    assert ends(replace(later, status=CapStatus.EXERCISE), earlier) is None
