"""Entries of messages: roles, decisions, folds, links and endings."""

from datetime import UTC, datetime

import msgspec
import pytest
from support.judged_journal import FIRST, Author, JudgedJournal, key_of

from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.entries import Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.messages.drafts import (
    close_message,
    count_repeats,
    link_event,
    link_message,
    receive_message,
    reopen_message,
    unlink_event,
    unlink_message,
)
from tabuah.operations.messages.event_drafts import open_event_of
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.message import (
    MOST_EVENTS,
    MOST_INCIDENTS,
    ClosingReason,
    Message,
    MessageChannel,
    incident_channel,
    messages_of_incident,
    waiting_messages,
)
from tabuah.operations.parent_events.entry_bodies import EventOpened
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import CONTROL_ROOM, Role
from tabuah.operations.personal_values import is_kept
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_state import read_state, state_text

NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
KEY = "0f000000-0000-0000-0000-000000000001"
SUBJECT = f"message/{KEY}"
SALTS = ("5a" * 16, "5b" * 16, "5c" * 16, "5d" * 16)
INCOMING = InboundMessage(
    channel=MessageChannel.WHATSAPP, sender="Yanti · 62812", address="62812", text="Air naik di jembatan"
)


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani", Role.OPERATOR)


@pytest.fixture
def message(room: JudgedJournal) -> Message:
    draft = receive_message(KEY, INCOMING, account="wa", salts=SALTS)
    assert room.write(room.server(), draft).verdict is Verdict.ACCEPTED
    return message_now(room)


def message_now(room: JudgedJournal) -> Message:
    value = room.states[SUBJECT].value
    assert isinstance(value, Message)
    return value


def test_received_message_seals_text_and_sender(room: JudgedJournal, message: Message):
    text = state_text(room.states[SUBJECT])
    ((entry, _verdict),) = room.judged[SUBJECT]
    for word in (b"62812", b"Yanti", b"jembatan"):
        assert word not in text
        assert word not in bytes(entry.body)
    assert read_state(text) == room.states[SUBJECT]
    assert (message.account, message.received_entry, message.is_waiting) == ("wa", entry.id, True)
    assert not is_kept(SUBJECT, Verdict.REJECTED)


@pytest.mark.parametrize("role", list(Role))
def test_server_receives_and_the_control_room_deals_with_messages(role: Role):
    received = {may_write(role, kind) for kind in ("message.received", "message.repeated")}
    assert received == {role is Role.SERVER}
    handled = ("message.linked", "message.unlinked", "message.closed", "message.reopened")
    assert {may_write(role, kind) for kind in handled} == {role in CONTROL_ROOM}


def test_older_rules_reject_messages_and_their_channel():
    room = JudgedJournal(decide_version=PROVENANCE_VERSION - 1)
    draft = receive_message(KEY, INCOMING, account="wa", salts=SALTS)
    assert room.write(room.server(), draft).reason == "unknown_kind"
    ani = room.author("ani", Role.OPERATOR)
    body = IncidentReported(
        number="SLK-0001-ANIA", hazard=Hazard.FLOOD, title="Banjir", severity=Severity.MINOR, channel=Channel.MESSAGE
    )
    assert room.write(ani, report_incident(body, incident_id=FIRST)).reason == "malformed_body"


def test_delivered_again_is_rejected(room: JudgedJournal, message: Message):
    assert message.repeats == 0
    draft = receive_message(KEY, INCOMING, account="wa", salts=SALTS)
    assert room.write(room.server(), draft).reason == "already_exists"


def test_concurrent_links_to_two_incidents_are_both_kept(room: JudgedJournal, ani: Author, message: Message):
    budi = room.author("budi", Role.SUPERVISOR)
    room.write(ani, link_message(message, key_of(1)))
    room.write(budi, link_message(message, key_of(2)))
    assert message_now(room).incidents == (key_of(1), key_of(2))
    assert messages_of_incident([message_now(room)], key_of(2)) == [message_now(room)]
    room.write(ani, unlink_message(message_now(room), key_of(1)))
    assert message_now(room).incidents == (key_of(2),)
    assert not message_now(room).is_waiting


def test_link_changes_nothing_twice_and_has_a_limit(room: JudgedJournal, ani: Author, message: Message):
    full = msgspec.structs.replace(message, incidents=tuple(map(key_of, range(MOST_INCIDENTS))))
    with pytest.raises(NotPossible, match="too_many_incidents"):
        link_message(full, key_of(99))
    with pytest.raises(NotPossible, match="nothing_changed"):
        link_message(full, key_of(1))
    with pytest.raises(NotPossible, match="nothing_changed"):
        unlink_message(message, key_of(1))
    for number in range(MOST_INCIDENTS):
        room.write(ani, link_message(message, key_of(number)))
    assert room.write(ani, link_message(message, key_of(99))).reason == "too_many_incidents"


def test_message_belongs_to_parent_events_of_two_people(room: JudgedJournal, ani: Author, message: Message):
    budi = room.author("budi", Role.SUPERVISOR)
    room.write(ani, link_event(message, key_of(1)))
    room.write(budi, link_event(message, key_of(2)))
    found = message_now(room)
    assert (found.events, found.is_linked, found.waits_at(NOW)) == ((key_of(1), key_of(2)), True, False)
    with pytest.raises(NotPossible, match="nothing_changed"):
        link_event(found, key_of(1))
    for number in (1, 2):
        room.write(ani, unlink_event(message_now(room), key_of(number)))
    assert message_now(room).waits_at(NOW)
    with pytest.raises(NotPossible, match="nothing_changed"):
        unlink_event(message_now(room), key_of(1))


def test_parent_events_of_a_message_have_a_limit(room: JudgedJournal, ani: Author, message: Message):
    for number in range(MOST_EVENTS):
        room.write(ani, link_event(message, key_of(number)))
    assert room.write(ani, link_event(message, key_of(99))).reason == "too_many_events"
    with pytest.raises(NotPossible, match="too_many_events"):
        link_event(message_now(room), key_of(99))


def test_parent_event_opened_from_a_message_begins_with_it(message: Message):
    opening, link = open_event_of(message, key_of(7), title="Galodo", hazard=Hazard.FLASH_FLOOD, now=message.sent_at)
    body = msgspec.json.decode(opening.body, type=EventOpened)
    assert (body.title, body.began_at, opening.exercise) == ("Galodo", message.sent_at, False)
    assert link.subject == SUBJECT


def test_closed_message_waits_no_more_until_it_is_reopened(room: JudgedJournal, ani: Author, message: Message):
    room.write(ani, close_message(message, ClosingReason.PRANK))
    closed = message_now(room)
    assert closed.closed is not None
    assert (closed.closed.reason, closed.closed.by, waiting_messages([closed], NOW)) == (
        ClosingReason.PRANK,
        "ani",
        [],
    )
    with pytest.raises(NotPossible, match="nothing_changed"):
        close_message(closed, ClosingReason.PRANK)
    room.write(ani, reopen_message(closed))
    assert waiting_messages([message_now(room)], NOW) == [message_now(room)]
    with pytest.raises(NotPossible, match="nothing_changed"):
        reopen_message(message_now(room))


def test_other_reason_needs_a_note(room: JudgedJournal, ani: Author, message: Message):
    with pytest.raises(NotPossible, match="closing_without_note"):
        close_message(message, ClosingReason.OTHER, note=" ")
    draft = close_message(message, ClosingReason.OTHER, note="salah alamat")
    empty = msgspec.structs.replace(draft, body=msgspec.Raw(b'{"reason":"other"}'))
    assert room.write(ani, empty).reason == "closing_without_note"
    assert room.write(ani, draft).verdict is Verdict.ACCEPTED


def test_repeats_never_go_back_and_change_nothing_else(room: JudgedJournal, message: Message):
    server = room.server()
    next(server.n)  # the message itself
    for count, expected in ((4, 4), (2, 4), (8, 8)):
        assert room.write(server, count_repeats(message, count)).verdict is Verdict.ACCEPTED
        assert message_now(room) == msgspec.structs.replace(message, repeats=expected)


def test_incident_of_a_message_has_its_channel():
    assert incident_channel(MessageChannel.WHATSAPP) is Channel.WHATSAPP
    assert incident_channel(MessageChannel.EMAIL) is Channel.MESSAGE
