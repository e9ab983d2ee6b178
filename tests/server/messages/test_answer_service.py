"""Answers are sent once through the channel of the account; every result is an entry without an address."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support.notice_servers import SMTP_PASSWORD, GatewayServer, start_gateway_server, start_mail_server
from support.running_server import start_server
from support.set_time import SetTime
from support.wait import wait_until_true

from tabuah.operations.entries import Draft
from tabuah.operations.messages.answer import AnswerFailure, AnswerObstacle, AnswerState, MessageAnswer
from tabuah.operations.messages.answer_drafts import answer_message, withdraw_answer
from tabuah.operations.messages.mapping_file import FILE_NAME
from tabuah.operations.messages.message import Message
from tabuah.operations.notices.settings import read_notice_settings
from tabuah.operations.people.roles import Role
from tabuah.operations.subjects import ENTRY_KINDS
from tabuah.resources.fault_isolation import take_faults
from tabuah.server.errors import StorageFailed
from tabuah.server.journal import ServerJournal
from tabuah.server.messages import answer_service
from tabuah.server.messages.answer_service import AnswerService
from tabuah.server.messages.intake import MessageIntake
from tabuah.server.people.personal_data import erase_personal_data
from tabuah.storage.journal.identifiers import new_salt

START = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
MAPPINGS = """
[limits]
answers_an_hour = 2
[[message]]
account = "wa"
use = "simple"
answer_channel = "wa"
[[message]]
account = "silent"
use = "simple"
"""


@pytest.fixture
def times() -> SetTime:
    return SetTime(START)


@pytest.fixture
def journal(tmp_path: Path, times: SetTime) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", clock=times) as journal:
        (tmp_path / "server" / FILE_NAME).write_text(MAPPINGS)
        yield journal


@pytest.fixture
def gateway() -> Iterator[GatewayServer]:
    with start_gateway_server() as found:
        yield found


@pytest.fixture
def service(journal: ServerJournal, gateway: GatewayServer, times: SetTime) -> Iterator[AnswerService]:
    found = open_service(journal, gateway, times)
    yield found
    close(found)


def open_service(journal: ServerJournal, gateway: GatewayServer, times: SetTime) -> AnswerService:
    text = f'[[channel]]\nname = "wa"\nkind = "http"\nurl = "{gateway.url}/send"\n'
    text += 'json = { to = "{recipient}", text = "{text}", about = "{reply_to}" }\n'
    found = AnswerService(journal, read_notice_settings(text).channel, monotonic_s=lambda: times.seconds)
    found.follow()
    return found


def close(service: AnswerService) -> None:
    service.stop()
    service.close()


def receive(journal: ServerJournal, text: str = "Air naik", account: str = "wa", **fields: Any) -> Message:
    intake = MessageIntake(journal, journal.directory.path, answer_channels=frozenset({"wa"}))
    document = {"id": text, "sender": "Yanti", "address": "62812", "text": text, **fields}
    (receipt,) = intake.take(account, json.dumps({"messages": [document]}).encode())
    return message_now(journal, receipt.id)


def message_now(journal: ServerJournal, key: str) -> Message:
    value = journal.state_of(f"message/{key}").value
    assert isinstance(value, Message)
    return value


def answer(journal: ServerJournal, message: Message, text: str = "Petugas menuju lokasi") -> None:
    write(journal, answer_message(message, text, {"address": "62812"}, salt=new_salt()))


def write(journal: ServerJournal, draft: Draft) -> None:
    """Write what a person would, in the name of the server."""
    with pytest.MonkeyPatch.context() as patched:
        kind = replace(ENTRY_KINDS[draft.kind], writers=frozenset({Role.SERVER}))
        patched.setitem(ENTRY_KINDS, draft.kind, kind)
        journal.append_drafts([draft])


def newest(journal: ServerJournal, message: Message) -> MessageAnswer:
    return message_now(journal, message.id).answers[-1]


def test_answer_leaves_after_the_delay_and_once(
    journal: ServerJournal, service: AnswerService, gateway: GatewayServer, times: SetTime
):
    message = receive(journal)
    answer(journal, message)
    service.send_due()
    times.pass_by(9)
    service.send_due()
    assert gateway.requests == []
    times.pass_by(2)
    service.send_due()
    service.send_due()
    ((_path, headers, body),) = gateway.requests
    assert body == {"to": "62812", "text": "Petugas menuju lokasi", "about": "Air naik"}
    found = newest(journal, message)
    assert headers["idempotency-key"] == f"tabuah-{found.entry}"
    assert (found.state, found.channel, found.settled_at) == (AnswerState.SENT, "wa", times.now)
    assert "62812" not in "".join(record.text for record in journal.records_after(0))


def test_withdrawn_answer_is_not_sent(
    journal: ServerJournal, service: AnswerService, gateway: GatewayServer, times: SetTime
):
    message = receive(journal)
    answer(journal, message)
    service.send_due()
    write(journal, withdraw_answer(message_now(journal, message.id), newest(journal, message)))
    times.pass_by(20)
    service.send_due()
    assert gateway.requests == []
    assert newest(journal, message).state is AnswerState.WITHDRAWN


def test_temporary_failure_is_tried_again_and_a_refusal_is_recorded(
    journal: ServerJournal, service: AnswerService, gateway: GatewayServer, times: SetTime
):
    gateway.answers = [(503, {}, {}), (200, {}, {}), (400, {}, {"error": "62812 is no number"})]
    message, other = receive(journal), receive(journal, "Longsor")
    answer(journal, message)
    service.send_due()
    times.pass_by(11)
    service.send_due()
    service.send_due()
    assert len(gateway.requests) == 1
    assert newest(journal, message).state is AnswerState.WAITING
    times.pass_by(16)
    service.send_due()
    assert newest(journal, message).state is AnswerState.SENT
    answer(journal, other)
    service.send_due()
    times.pass_by(11)
    service.send_due()
    found = newest(journal, other)
    assert (found.failure, found.status, found.channel) == (AnswerFailure.REFUSED, "HTTP 400", "wa")
    assert message_now(journal, other.id).is_waiting
    assert "62812" not in "".join(record.text for record in journal.records_after(0))


def test_answer_that_always_fails_does_not_delay_the_others_of_its_channel(
    journal: ServerJournal, service: AnswerService, gateway: GatewayServer, times: SetTime
):
    bad, good = receive(journal), receive(journal, "Longsor", address="62813")
    gateway.answer_to = lambda body: (503, {}, {}) if body["about"] == "Air naik" else (200, {}, {})
    answer(journal, bad)
    service.send_due()
    times.pass_by(1)
    answer(journal, good)
    for _number in range(5):
        service.send_due()
        times.pass_by(16)
    assert newest(journal, good).state is AnswerState.SENT
    assert newest(journal, bad).state is AnswerState.WAITING
    times.pass_by(6 * 3_600)
    service.send_due()
    assert newest(journal, bad).failure is AnswerFailure.EXPIRED


def test_answer_that_cannot_be_prepared_does_not_delay_the_others(
    journal: ServerJournal,
    service: AnswerService,
    gateway: GatewayServer,
    times: SetTime,
    monkeypatch: pytest.MonkeyPatch,
):
    bad, good = receive(journal), receive(journal, "Longsor", address="62813")
    prepare = answer_service.prepare_answer

    def prepare_faulty(journal: ServerJournal, message: Message, *rest: Any) -> Any:
        if message.id == bad.id:
            raise ValueError("a bug")
        return prepare(journal, message, *rest)

    monkeypatch.setattr(answer_service, "prepare_answer", prepare_faulty)
    answer(journal, bad)
    answer(journal, good)
    service.send_due()
    times.pass_by(11)
    service.send_due()
    assert newest(journal, good).state is AnswerState.SENT
    assert len(gateway.requests) == 1
    take_faults()


def test_result_that_cannot_be_written_does_not_delay_the_others(
    journal: ServerJournal,
    service: AnswerService,
    gateway: GatewayServer,
    times: SetTime,
    monkeypatch: pytest.MonkeyPatch,
):
    bad, good = receive(journal), receive(journal, "Longsor", address="62813")
    answer(journal, bad)
    service.send_due()
    times.pass_by(1)
    answer(journal, good)
    append = journal.append_drafts

    def append_faulty(drafts: list[Draft]) -> Any:
        if drafts[0].subject.endswith(bad.id):
            raise ValueError("a bug")
        return append(drafts)

    monkeypatch.setattr(journal, "append_drafts", append_faulty)
    for _number in range(4):
        times.pass_by(16)
        service.send_due()
    assert newest(journal, good).state is AnswerState.SENT
    assert len(gateway.requests) == 2  # and nothing is sent twice
    take_faults()


def test_answer_is_sent_after_the_journal_could_not_be_read(
    journal: ServerJournal,
    service: AnswerService,
    gateway: GatewayServer,
    times: SetTime,
    monkeypatch: pytest.MonkeyPatch,
):
    message = receive(journal)
    answer(journal, message)
    with monkeypatch.context() as patched:
        patched.setattr(journal, "state_of", failing)
        with pytest.raises(StorageFailed):
            service.send_due()
    service.send_due()
    times.pass_by(11)
    service.send_due()
    assert newest(journal, message).state is AnswerState.SENT


def failing(_subject: str) -> Any:
    raise StorageFailed("the disk does not answer")


def test_restart_sends_what_waits_and_nothing_again(journal: ServerJournal, gateway: GatewayServer, times: SetTime):
    first, second = receive(journal), receive(journal, "Longsor")
    answer(journal, first)
    service = open_service(journal, gateway, times)
    service.send_due()
    times.pass_by(11)
    service.send_due()
    answer(journal, second)
    close(service)
    service = open_service(journal, gateway, times)
    service.send_due()
    times.pass_by(11)
    service.send_due()
    close(service)
    assert [body["about"] for _path, _headers, body in gateway.requests] == ["Air naik", "Longsor"]


def test_sender_gets_a_bounded_number_of_answers_an_hour_also_after_a_restart(
    journal: ServerJournal, service: AnswerService, gateway: GatewayServer, times: SetTime
):
    message = receive(journal)
    for _number in range(2):
        answer(journal, message)
    service.send_due()
    times.pass_by(11)
    service.send_due()
    answer(journal, message)
    again = open_service(journal, gateway, times)
    again.send_due()
    times.pass_by(11)
    again.send_due()
    assert newest(journal, message).failure is AnswerFailure.SENDER_LIMIT
    times.pass_by(3_600)
    answer(journal, message)
    again.send_due()
    times.pass_by(11)
    again.send_due()
    assert newest(journal, message).state is AnswerState.SENT
    assert len(gateway.requests) == 3
    close(again)


def test_old_answer_is_not_sent(
    journal: ServerJournal, service: AnswerService, gateway: GatewayServer, times: SetTime
):
    message = receive(journal)
    answer(journal, message)
    times.pass_by(7 * 3_600)
    service.send_due()
    times.pass_by(11)
    service.send_due()
    assert newest(journal, message).failure is AnswerFailure.EXPIRED
    assert gateway.requests == []


@pytest.mark.parametrize("account", ["silent", "wa"])
def test_account_without_channel_says_so_at_receipt_and_when_it_is_answered(
    journal: ServerJournal, service: AnswerService, times: SetTime, account: str
):
    message = receive(journal, account=account)
    assert message.obstacle is (AnswerObstacle.NO_CHANNEL if account == "silent" else None)
    (journal.directory.path / FILE_NAME).write_text(MAPPINGS.replace('answer_channel = "wa"', ""))
    if account == "wa":  # the channel was removed since
        answer(journal, message)
        service.send_due()
        times.pass_by(11)
        service.send_due()
        assert newest(journal, message).failure is AnswerFailure.NO_CHANNEL


def test_erased_sender_gets_no_answer(
    journal: ServerJournal, service: AnswerService, gateway: GatewayServer, times: SetTime
):
    message = receive(journal)
    answer(journal, message)
    erase_personal_data(journal, [f"message/{message.id}"], reason="permintaan")
    service.send_due()
    times.pass_by(11)
    service.send_due()
    assert newest(journal, message).failure is AnswerFailure.ERASED
    assert gateway.requests == []


def test_email_answer_names_the_mail_that_it_answers(tmp_path: Path):
    directory = tmp_path / "server"
    directory.mkdir()
    with start_mail_server(tmp_path) as mail:
        (directory / "smtp-password").write_text(SMTP_PASSWORD)
        (directory / "notices.toml").write_text(mail.channel())
        mapping = '[[message]]\naccount = "mail"\nuse = "email-json"\nanswer_channel = "surel"\n'
        (directory / FILE_NAME).write_text(f"[limits]\nanswer_delay_s = 0\n{mapping}")
        with start_server(directory) as server:
            server.add_user("mail", Role.GATEWAY)
            document = {
                "message_id": "<7@example.org>",
                "from": "Yanti <yanti@example.org>",
                "subject": "Air naik",
                "text": "Di jembatan",
            }
            with server.client("mail") as client:
                reply = client.post("/v1/messages", json={"messages": [document]}).json()
                assert client.get("/health").json()["jobs"]["answers"] is True
            message = message_now(server.journal, reply["messages"][0]["id"])
            assert message.obstacle is None
            answer(server.journal, message)
            wait_until_true(lambda: newest(server.journal, message).state is AnswerState.SENT)
            entry = newest(server.journal, message).entry
    (sent,) = mail.mails
    assert mail.recipients == ["yanti@example.org"]
    assert (sent["In-Reply-To"], sent["References"], sent["Subject"]) == ("<7@example.org>",) * 2 + ("Re: Air naik",)
    assert sent["Message-ID"].startswith(f"<tabuah-{entry}@")
    assert sent["Auto-Submitted"] is None  # a person wrote it
    assert sent.get_content().strip() == "Petugas menuju lokasi"
