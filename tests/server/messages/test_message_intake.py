"""`POST /v1/messages`: recorded once, counted in loops and floods, refused without a mapping, erased on request."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support.running_server import RunningServer, start_server

from tabuah.operations.entries import Draft
from tabuah.operations.messages.drafts import close_message
from tabuah.operations.messages.mapping_file import (
    FILE_NAME,
    BadMessageMappings,
    MessageLimits,
    read_message_settings,
)
from tabuah.operations.messages.message import ClosingReason, Message
from tabuah.operations.people.roles import Role
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.messages.intake import MessageIntake
from tabuah.server.messages.sender_history import MOST_KEYS, SenderHistory
from tabuah.server.people.personal_data import (
    erase_personal_data,
    expired_personal_data,
    list_personal_data,
)

SENDER_BURST, ACCOUNT_BURST = MessageLimits().sender_burst, MessageLimits().account_burst
START = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
MAPPINGS = '[[message]]\naccount = "wa"\nuse = "simple"\n'


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", clock=clock) as journal:
        (tmp_path / "server" / FILE_NAME).write_text(MAPPINGS)
        yield journal


@pytest.fixture
def intake(journal: ServerJournal) -> MessageIntake:
    return open_intake(journal)


def open_intake(journal: ServerJournal) -> MessageIntake:
    return MessageIntake(journal, journal.directory.path, monotonic_s=lambda: 0.0)


def take(intake: MessageIntake, *messages: dict[str, Any]) -> list[str]:
    receipts = intake.take("wa", json.dumps({"messages": messages}).encode())
    return [receipt.result.value for receipt in receipts]


def recorded(journal: ServerJournal) -> list[Message]:
    values = (state.value for state in journal.states_of_kind("message").values())
    return sorted((value for value in values if isinstance(value, Message)), key=lambda each: each.received_at)


def message(text: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "sender": "Yanti", "address": "62812", "text": text, **more}


def write(journal: ServerJournal, draft: Draft) -> None:
    """Write what a person would, in the name of the server."""
    with pytest.MonkeyPatch.context() as patched:
        kinds = journal_kinds()
        patched.setitem(kinds, draft.kind, replace(kinds[draft.kind], writers=frozenset({Role.SERVER})))
        journal.append_drafts([draft])


def journal_kinds() -> dict[str, Any]:
    from tabuah.operations.subjects import ENTRY_KINDS

    return ENTRY_KINDS


def test_message_is_recorded_once_however_often_it_is_delivered(journal: ServerJournal, intake: MessageIntake):
    sent = message("air naik", time="2026-12-02T02:50:00Z", lon_deg=100.6, lat_deg=-0.8)
    assert take(intake, sent, {}, message("hujan", 2)) == ["recorded", "empty", "recorded"]
    assert take(intake, sent) == take(open_intake(journal), sent) == ["known"]
    first = next(each for each in recorded(journal) if each.position)
    assert (first.account, first.sent_at, first.repeats) == ("wa", datetime(2026, 12, 2, 2, 50, tzinfo=UTC), 0)
    assert len(recorded(journal)) == 2


def test_same_text_of_a_sender_is_counted_also_after_a_restart(journal: ServerJournal, intake: MessageIntake):
    assert take(intake, message("Terima kasih")) == ["recorded"]
    for number in range(2, 101):
        assert take(intake, message(" terima  KASIH ", number)) == ["counted"]
    (found,) = recorded(journal)
    assert found.repeats == 64
    written = len(journal.records_of(f"message/{found.id}"))
    assert written == 8  # the message, and 1, 2, 4 … 64
    assert take(open_intake(journal), message("terima kasih", 200)) == ["counted"]
    assert take(intake, message("tolong", 300), message("terima kasih", 301, address="62813")) == ["recorded"] * 2


def test_answers_of_a_robot_are_one_message_that_does_not_wait(journal: ServerJournal, intake: MessageIntake):
    for number in range(5):
        expected = ["recorded"] if number == 0 else ["counted"]
        assert take(intake, message(f"Antrean ke-{number}", number, automatic=True)) == expected
    (found,) = recorded(journal)
    assert (found.is_waiting, found.automatic, found.repeats) == (False, True, 4)


def test_repetition_of_a_handled_message_is_news_after_an_hour_unless_it_is_spam(
    journal: ServerJournal, intake: MessageIntake, clock: Clock
):
    take(intake, message("tolong"))
    (found,) = recorded(journal)
    write(journal, close_message(found, ClosingReason.ANSWERED))
    assert take(intake, message("tolong", 2)) == ["counted"]
    clock.now += timedelta(hours=2)
    assert take(intake, message("tolong", 3)) == ["recorded"]
    newest = recorded(journal)[-1]
    write(journal, close_message(newest, ClosingReason.SPAM))
    clock.now += timedelta(hours=2)
    assert take(intake, message("tolong", 4)) == ["counted"]
    clock.now += timedelta(hours=24)
    assert take(intake, message("tolong", 5)) == ["recorded"]


def test_flood_of_one_sender_is_counted_at_its_newest_message(journal: ServerJournal, intake: MessageIntake):
    results = take(intake, *(message(f"pesan {number}", number) for number in range(SENDER_BURST + 5)))
    assert results == ["recorded"] * SENDER_BURST + ["limited"] * 5
    assert sum(each.repeats for each in recorded(journal)) == 4  # 5, written at 1, 2 and 4
    assert take(intake, message("lain", 900, address="62999")) == ["recorded"]


@pytest.mark.parametrize("a_minute", [0.7, 6, 7, 59.9])
def test_limits_of_the_file_apply_from_the_next_document_on(
    journal: ServerJournal, intake: MessageIntake, a_minute: float
):
    file = journal.directory.path / FILE_NAME
    file.write_text(f"{MAPPINGS}[limits]\nsender_burst = 3\nsender_a_minute = {a_minute}\naccount_burst = 100\n")
    assert take(intake, *(message(f"pesan {number}", number) for number in range(5))) == [
        *["recorded"] * 3,
        *["limited"] * 2,
    ]
    file.write_text(f"{MAPPINGS}[limits]\nsender_burst = 4\nsender_a_minute = {a_minute}\n")
    assert take(intake, *(message(f"lagi {number}", 10 + number) for number in range(2))) == ["recorded", "limited"]
    file.write_text(f"{MAPPINGS}[limits]\nsender_burst = 0\n")
    assert take(intake, message("lagi", 20)) == ["limited"], "a file that cannot be used changes nothing"


def test_account_limit_of_the_file_takes_a_whole_document(journal: ServerJournal, intake: MessageIntake):
    (journal.directory.path / FILE_NAME).write_text(f"{MAPPINGS}[limits]\naccount_burst = 100\n")
    take(intake, *[{}] * 100)
    with pytest.raises(Refusal, match="wait"):
        take(intake, {})


@pytest.mark.parametrize(
    "line",
    [
        "sender_burst = 0",
        "sender_burst = 10_001",
        "sender_a_minute = 0",
        "sender_a_minute = nan",
        "account_burst = 99",
        "account_a_minute = inf",
        "alert_burst = true",
        'alerts_a_minute = "12"',
    ],
)
def test_limit_outside_its_bounds_is_named(line: str):
    with pytest.raises(BadMessageMappings, match=line.partition(" ")[0]):
        read_message_settings(f"[limits]\n{line}\n")


def test_messages_without_sender_are_not_those_of_one_sender(intake: MessageIntake):
    forms = [message(f"laporan {number}", number, sender="", address="") for number in range(SENDER_BURST + 5)]
    assert take(intake, *forms) == ["recorded"] * (SENDER_BURST + 5)


def test_account_that_sends_too_much_is_told_to_wait(intake: MessageIntake):
    for _number in range(ACCOUNT_BURST // 100):
        take(intake, *[{}] * 100)
    with pytest.raises(Refusal, match="wait") as refused:
        take(intake, {})
    assert (refused.value.status, int(refused.value.headers["Retry-After"])) == (429, 1)


@pytest.mark.parametrize(
    ("document", "status"), [(b"no", 400), (b" " * 2_000_000, 413), (b'{"messages": [' + b"1," * 200 + b"1]}", 413)]
)
def test_unreadable_document_is_refused(intake: MessageIntake, document: bytes, status: int):
    with pytest.raises(Refusal) as refused:
        intake.take("wa", document)
    assert refused.value.status == status


def test_mappings_follow_the_file_and_a_broken_one_changes_nothing(journal: ServerJournal, intake: MessageIntake):
    file = journal.directory.path / FILE_NAME
    with pytest.raises(Refusal) as refused:
        intake.take("awlr", b"{}")
    assert (refused.value.status, refused.value.code) == (403, "no_message_mapping")
    assert take(intake, message("a")) == ["recorded"]
    file.write_text("broken")
    assert take(intake, message("b", 2)) == ["recorded"]
    with pytest.raises(Refusal) as refused:
        open_intake(journal).take("wa", b"{}")
    assert (refused.value.status, refused.value.code) == (503, "message_mappings_unusable")
    file.write_text(MAPPINGS.replace("wa", "other"))
    with pytest.raises(Refusal, match="no mapping"):
        take(intake, message("c", 3))


def test_text_and_sender_are_erased_and_expire(journal: ServerJournal, intake: MessageIntake, clock: Clock):
    take(intake, message("air naik"))
    (found,) = list_personal_data(journal)
    assert found.values == 4
    assert b"62812" not in b"".join(record.text.encode() for record in journal.records_after(0))
    clock.now += timedelta(days=2)
    assert expired_personal_data(journal, keep_days=1, now=clock.now) == [found]
    assert erase_personal_data(journal, [found.subject], reason="permintaan") == 1
    assert list_personal_data(journal) == []
    assert take(open_intake(journal), message("air naik", 9)) == ["recorded"]


def test_history_keeps_a_bounded_number_of_senders():
    history = SenderHistory()
    for number in range(MOST_KEYS + 10):
        history.remember(b"%d" % number, str(number), START)
    assert history.find(b"9", START) == ""
    assert history.find(b"%d" % (MOST_KEYS + 9), START) == str(MOST_KEYS + 9)


def test_route_takes_messages_of_gateway_accounts_only(tmp_path: Path):
    with start_server(tmp_path / "server") as server:
        (tmp_path / "server" / FILE_NAME).write_text(MAPPINGS)
        server.add_user("wa", Role.GATEWAY)
        server.add_user("ani", Role.SUPERVISOR)
        assert post(server, "wa").json()["messages"][0]["result"] == "recorded"
        assert post(server, "ani").status_code == 403
        assert post(server, "").status_code == 401


def post(server: RunningServer, user: str) -> Any:
    with server.client(user) as client:
        return client.post("/v1/messages", json={"messages": [message("air naik")]})
