"""Answers to messages: roles, decisions, both answers of two people, withdrawal, receipts and exercises."""

import msgspec
import pytest
from support.judged_journal import Author, JudgedJournal

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.messages.answer import (
    LONGEST_ANSWER,
    MOST_ANSWERS,
    AnswerFailure,
    AnswerObstacle,
    AnswerState,
    MessageAnswer,
)
from tabuah.operations.messages.answer_drafts import (
    answer_message,
    find_obstacle,
    note_delivery,
    note_failure,
    withdraw_answer,
)
from tabuah.operations.messages.drafts import receive_message
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.message import Message, MessageChannel
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import CONTROL_ROOM, Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_state import read_state, state_text

KEY = "0f000000-0000-0000-0000-000000000001"
SUBJECT = f"message/{KEY}"
SALTS = ("5a" * 16, "5b" * 16, "5c" * 16, "5d" * 16)
SALT = "5e" * 16
INCOMING = InboundMessage(channel=MessageChannel.WHATSAPP, sender="Yanti", address="62812", text="Air naik")
PERSONAL = {"address": "62812"}


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def server(room: JudgedJournal) -> Author:
    return room.server()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani", Role.OPERATOR)


@pytest.fixture
def message(room: JudgedJournal, server: Author) -> Message:
    return receive(room, server, INCOMING)


def receive(room: JudgedJournal, server: Author, incoming: InboundMessage) -> Message:
    assert room.write(server, receive_message(KEY, incoming, account="wa", salts=SALTS)).verdict is Verdict.ACCEPTED
    return message_now(room)


def message_now(room: JudgedJournal) -> Message:
    value = room.states[SUBJECT].value
    assert isinstance(value, Message)
    return value


def answer(message: Message, text: str = "Petugas menuju lokasi") -> Draft:
    return answer_message(message, text, PERSONAL, salt=SALT)


def answered(room: JudgedJournal, author: Author, message: Message) -> MessageAnswer:
    room.write(author, answer(message))
    return message_now(room).answers[-1]


def test_answer_stops_the_wait_and_its_text_is_not_in_the_journal(room: JudgedJournal, ani: Author, message: Message):
    found = answered(room, ani, message)
    assert (found.by, found.state, message_now(room).is_waiting) == ("ani", AnswerState.WAITING, False)
    text = state_text(room.states[SUBJECT])
    assert read_state(text) == room.states[SUBJECT]
    assert all(b"Petugas" not in bytes(entry.body) for entry, _verdict in room.judged[SUBJECT])


@pytest.mark.parametrize("role", list(Role))
def test_control_room_answers_and_only_the_server_says_what_was_sent(role: Role):
    people = ("message.answered", "message.answer_withdrawn")
    assert {may_write(role, kind) for kind in people} == {role in CONTROL_ROOM}
    assert {may_write(role, kind) for kind in ("message.delivered", "message.undelivered")} == {role is Role.SERVER}


def test_older_rules_do_not_know_answers(message: Message):
    old = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    assert old.write(old.author("ani", Role.OPERATOR), answer(message)).reason == "unknown_kind"


def test_answers_of_two_people_are_both_kept(room: JudgedJournal, ani: Author, message: Message):
    budi = room.author("budi", Role.SUPERVISOR)
    room.write(ani, answer(message))
    room.write(budi, answer(message, "Kami periksa"))
    assert [each.by for each in message_now(room).answers] == ["ani", "budi"]


def test_message_takes_a_bounded_number_of_answers(room: JudgedJournal, ani: Author, message: Message):
    for _number in range(MOST_ANSWERS):
        assert room.write(ani, answer(message)).verdict is Verdict.ACCEPTED
    assert room.write(ani, answer(message)).reason == "too_many_message_answers"
    with pytest.raises(NotPossible, match="too_many_message_answers"):
        answer(message_now(room))


def test_answer_is_withdrawn_only_before_it_left(room: JudgedJournal, server: Author, ani: Author, message: Message):
    first = answered(room, ani, message)
    room.write(ani, withdraw_answer(message_now(room), first))
    assert message_now(room).is_waiting
    second = answered(room, ani, message_now(room))
    room.write(server, note_delivery(message_now(room), second, "wa"))
    sent = message_now(room).answers[-1]
    assert (sent.state, sent.channel) == (AnswerState.SENT, "wa")
    with pytest.raises(NotPossible, match="answer_not_waiting"):
        withdraw_answer(message_now(room), sent)
    assert room.write(ani, withdraw_answer(message_now(room), second)).reason == "answer_not_waiting"


def test_answer_that_left_is_sent_even_if_its_withdrawal_came_first(
    room: JudgedJournal, server: Author, ani: Author, message: Message
):
    found = answered(room, ani, message)
    room.write(ani, withdraw_answer(message_now(room), found))
    room.write(server, note_failure(message_now(room), found, AnswerFailure.REFUSED))
    assert message_now(room).answers[0].state is AnswerState.WITHDRAWN
    room.write(server, note_delivery(message_now(room), found, "wa"))
    room.write(server, note_failure(message_now(room), found, AnswerFailure.REFUSED))
    assert message_now(room).answers[0].state is AnswerState.SENT


def test_message_waits_again_when_its_answer_was_not_sent(
    room: JudgedJournal, server: Author, ani: Author, message: Message
):
    found = answered(room, ani, message)
    changed_at = message_now(room).changed_at
    room.write(server, note_failure(message_now(room), found, AnswerFailure.REFUSED, channel="wa", status="HTTP 400"))
    failed = message_now(room).answers[0]
    assert (failed.state, failed.failure, failed.status) == (AnswerState.FAILED, AnswerFailure.REFUSED, "HTTP 400")
    assert message_now(room).is_waiting
    assert message_now(room).changed_at == changed_at  # only people change it


@pytest.mark.parametrize("status", ["550 5.1.1 <yanti@example.org> unknown", "yanti@example.org", "HTTP 4000"])
def test_status_never_has_a_text_of_the_other_side(
    room: JudgedJournal, server: Author, ani: Author, message: Message, status: str
):
    found = answered(room, ani, message)
    draft = note_failure(message_now(room), found, AnswerFailure.REFUSED, status=status)
    assert room.write(server, draft).reason == "malformed_body"


def test_receipt_of_an_unknown_answer_is_rejected(room: JudgedJournal, server: Author, message: Message):
    unknown = MessageAnswer(entry="x", by="ani", at=message.sent_at)
    assert room.write(server, note_delivery(message, unknown, "wa")).reason == "unknown_answer"


def test_program_gets_no_answer(room: JudgedJournal, server: Author, ani: Author):
    found = receive(room, server, msgspec.structs.replace(INCOMING, automatic=True))
    with pytest.raises(NotPossible, match="answer_automatic"):
        answer(found)
    assert room.write(ani, answer(msgspec.structs.replace(found, automatic=False))).reason == "answer_automatic"


def test_obstacle_of_the_message_and_the_erased_address_are_named(message: Message):
    assert find_obstacle(message, PERSONAL) is None
    assert find_obstacle(message, {"text": "Air naik"}) is AnswerObstacle.ERASED
    unanswerable = msgspec.structs.replace(message, obstacle=AnswerObstacle.NO_CHANNEL)
    with pytest.raises(NotPossible, match="answer_no_channel"):
        answer(unanswerable)


def test_text_is_plain_and_bounded(message: Message):
    with pytest.raises(NotPossible, match="answer_empty"):
        answer(message, " \u202e\n ")
    with pytest.raises(NotPossible, match="answer_too_long"):
        answer(message, "a" * (LONGEST_ANSWER + 1))
    assert answer(message, "Siap\u202e  \r\n\n\n\nya ").personal[0].value == "Siap\n\nya"


def test_answer_of_an_exercise_never_waits_to_be_sent(room: JudgedJournal, server: Author, ani: Author):
    draft = receive_message(KEY, INCOMING, account="wa", salts=SALTS)
    room.write(server, msgspec.structs.replace(draft, exercise=True))
    found = answered(room, ani, message_now(room))
    assert (found.state, found.stands) == (AnswerState.EXERCISE, True)
    room.write(ani, withdraw_answer(message_now(room), found))
    assert message_now(room).is_waiting
