"""`POST /v1/messages` with CAP alerts: recorded once, ended by later ones in any order, slowed down in a flood."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.cap_documents import cap_document, cap_info, reference
from support.running_server import start_server

from tabuah.operations.entries import subject_of
from tabuah.operations.messages.alert import AlertEnd
from tabuah.operations.messages.mapping_file import FILE_NAME, MessageLimits
from tabuah.operations.messages.message import Message
from tabuah.operations.people.roles import Role
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.messages.intake import MessageIntake

NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
MAPPINGS = '[[message]]\naccount = "prov"\nuse = "cap"\n\n[[message]]\naccount = "hub"\nuse = "cap"\n'
LATER = "2026-12-02T09:30:00+07:00"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", clock=lambda: NOW) as journal:
        (tmp_path / "server" / FILE_NAME).write_text(MAPPINGS)
        yield journal


@pytest.fixture
def intake(journal: ServerJournal) -> MessageIntake:
    return open_intake(journal)


def open_intake(journal: ServerJournal) -> MessageIntake:
    return MessageIntake(journal, journal.directory.path, monotonic_s=lambda: 0.0)


def take(intake: MessageIntake, document: bytes, account: str = "prov") -> tuple[str, str]:
    (receipt,) = intake.take(account, document)
    return receipt.result.value, receipt.id


def message(journal: ServerJournal, key: str) -> Message:
    value = journal.state_of(subject_of("message", key)).value
    assert isinstance(value, Message)
    return value


def end_of(journal: ServerJournal, key: str) -> tuple[AlertEnd, str] | None:
    closure = message(journal, key).alert_closure
    return (closure.end, closure.by) if closure is not None else None


UPDATE = cap_document("A2", message="Update", sent=LATER, references=reference("A1"))
CANCEL = cap_document("A3", message="Cancel", sent=LATER, references=reference("A1"), infos="")


def test_alert_is_recorded_once_at_a_point_of_its_area(journal: ServerJournal, intake: MessageIntake):
    result, key = take(intake, cap_document())
    assert (result, take(intake, cap_document()), take(open_intake(journal), cap_document())) == (
        "recorded",
        ("known", key),
        ("known", key),
    )
    position = message(journal, key).position
    assert position is not None
    assert 100.6 < position.lon_deg < 100.75
    assert -1.02 < position.lat_deg < -0.9


def test_alert_of_another_region_has_no_position(journal: ServerJournal, intake: MessageIntake):
    far = cap_info(rings=("-6.1,106.8 -6.1,106.9 -6.2,106.9",))
    _result, key = take(intake, cap_document(infos=far))
    found = message(journal, key)
    assert (found.position, found.alert is not None and len(found.alert.rings)) == (None, 1)


@pytest.mark.parametrize(
    ("ring", "has_position"),
    [
        ("-1.2,100.5 -0.7,101 -0.7,100.5 -1.2,101", True),
        ("-11,95 -11,141 7,141 7,95", True),
        ("-1,100 -1,100.5 -1,99.9", False),
    ],
    ids=["crossed", "huge", "flat_outside"],
)
def test_position_of_a_hostile_area_is_inside_or_none(
    journal: ServerJournal, intake: MessageIntake, ring: str, has_position: bool
):
    result, key = take(intake, cap_document(infos=cap_info(rings=(ring,))))
    assert (result, message(journal, key).position is not None) == ("recorded", has_position)


@pytest.mark.parametrize(("later", "end"), [(UPDATE, AlertEnd.UPDATED), (CANCEL, AlertEnd.CANCELLED)])
@pytest.mark.parametrize("restarted", [False, True])
def test_later_alert_ends_the_earlier_one_in_any_order(
    journal: ServerJournal, intake: MessageIntake, later: bytes, end: AlertEnd, restarted: bool
):
    _result, first = take(intake, cap_document())
    _result, second = take(open_intake(journal) if restarted else intake, later)
    assert (end_of(journal, first), end_of(journal, second)) == ((end, second), None)
    assert message(journal, second).alert is not None
    assert message(journal, second).waits_at(NOW)


@pytest.mark.parametrize("restarted", [False, True])
def test_alert_that_comes_after_its_cancellation_is_over(
    journal: ServerJournal, intake: MessageIntake, restarted: bool
):
    _result, later = take(intake, CANCEL)
    _result, first = take(open_intake(journal) if restarted else intake, cap_document())
    assert end_of(journal, first) == (AlertEnd.CANCELLED, later)
    assert not message(journal, first).waits_at(NOW)


def test_two_alerts_that_update_each_other_end_one(journal: ServerJournal, intake: MessageIntake):
    one = cap_document("C1", message="Update", references=reference("C2", sent=LATER))
    two = cap_document("C2", message="Update", sent=LATER, references=reference("C1"))
    _result, first = take(intake, one)
    _result, second = take(intake, two)
    assert (end_of(journal, first), end_of(journal, second)) == ((AlertEnd.UPDATED, second), None)
    itself = cap_document("D", message="Update", references=reference("D"))
    assert end_of(journal, take(intake, itself)[1]) is None


def test_nobody_ends_the_alert_of_another_sender_or_account(journal: ServerJournal, intake: MessageIntake):
    _result, first = take(intake, cap_document())
    take(
        intake,
        cap_document("X", sender="other@example.org", message="Cancel", sent=LATER, references=reference("A1")),
    )
    take(intake, CANCEL, "hub")
    take(intake, cap_document("T", message="Cancel", status="Exercise", sent=LATER, references=reference("A1")))
    assert end_of(journal, first) is None


def test_same_identifier_of_two_senders_is_two_alerts(journal: ServerJournal, intake: MessageIntake):
    _result, first = take(intake, cap_document())
    result, second = take(intake, cap_document(sender="other@example.org"))
    assert (result, first != second) == ("recorded", True)


def test_identifier_that_is_used_twice_is_two_alerts(journal: ServerJournal, intake: MessageIntake):
    again = cap_document(sent=LATER, infos=cap_info(severity="Extreme"))
    _result, first = take(intake, cap_document())
    result, second = take(intake, again)
    assert (result, first != second, take(intake, again)) == ("recorded", True, ("known", second))
    assert take(intake, cap_document()) == ("known", first)


def test_reference_with_another_time_is_understood(journal: ServerJournal, intake: MessageIntake):
    _result, first = take(intake, cap_document())
    named = reference("A1", sent="2026-12-02T02:00:07+00:00")
    _result, later = take(intake, cap_document("A2", message="Update", sent=LATER, references=named))
    assert end_of(journal, first) == (AlertEnd.UPDATED, later)


def test_same_text_is_recorded_again_as_a_later_alert(intake: MessageIntake):
    assert take(intake, cap_document())[0] == take(intake, cap_document("A9"))[0] == "recorded"


def test_tests_are_counted_and_do_not_wait(journal: ServerJournal, intake: MessageIntake):
    results = [take(intake, cap_document(f"T{number}", status="Test")) for number in range(5)]
    assert [result for result, _key in results] == ["recorded", *["counted"] * 4]
    found = message(journal, results[0][1])
    assert (found.repeats, found.exercise, found.waits_at(NOW)) == (4, True, False)
    assert take(intake, cap_document("K", message="Ack", infos=""))[0] == "recorded"


def test_flood_of_alerts_is_asked_to_wait_and_none_is_lost(intake: MessageIntake):
    for number in range(MessageLimits().alert_burst):
        assert take(intake, cap_document(f"F{number}", sender=f"s{number}"))[0] == "recorded"
    with pytest.raises(Refusal, match="wait") as refused:
        take(intake, cap_document("F"))
    assert (refused.value.status, int(refused.value.headers["Retry-After"]) > 0) == (429, True)
    assert take(intake, cap_document("F0", sender="s0"))[0] == "known"
    assert take(intake, cap_document("F"), "hub")[0] == "recorded"


def test_document_that_is_no_alert_is_refused_with_its_reason(intake: MessageIntake):
    with pytest.raises(Refusal, match="forbidden_declarations") as refused:
        take(intake, cap_document(prologue="<!DOCTYPE alert>"))
    assert (refused.value.status, refused.value.code) == (400, "not_cap")


def test_route_takes_alerts_as_xml(tmp_path: Path):
    with start_server(tmp_path / "server") as server:
        (tmp_path / "server" / FILE_NAME).write_text(MAPPINGS)
        server.add_user("prov", Role.GATEWAY)
        with server.client("prov") as client:
            headers = {"Content-Type": "application/cap+xml"}
            sent = "2026-11-02T09:00:00+07:00"
            reply = client.post("/v1/messages", content=cap_document(sent=sent), headers=headers)
            assert reply.json()["messages"][0]["result"] == "recorded"
            assert client.post("/v1/messages", content=b"<a/>", headers=headers).status_code == 400
