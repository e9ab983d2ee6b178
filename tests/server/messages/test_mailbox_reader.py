"""Mails of a mailbox become messages once, whatever ends the reading; the mailbox stays as it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.imap_server import IMAP_PASSWORD, ImapServer, start_imap_server
from support.set_time import SetTime

from tabuah.operations.messages.mailbox import MailboxFault
from tabuah.operations.messages.mapping_file import FILE_NAME, read_message_settings
from tabuah.operations.messages.message import AttachmentKind, Message
from tabuah.resources.fault_isolation import take_faults
from tabuah.server.database.personal_values import personal_value_of
from tabuah.server.errors import StorageFailed
from tabuah.server.journal import ServerJournal
from tabuah.server.messages import mailbox_reader
from tabuah.server.messages.imap_connection import MOST_BYTES, MailboxFailed
from tabuah.server.messages.intake import MessageIntake
from tabuah.server.messages.mailbox_file import MailboxFile, MailboxState
from tabuah.server.messages.mailbox_reader import MailboxReader

START = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
ACCOUNT = '[[message]]\naccount = "surel"\nanswer_channel = "surel"\n'


@pytest.fixture
def times() -> SetTime:
    return SetTime(START)


@pytest.fixture
def journal(tmp_path: Path, times: SetTime) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", clock=times) as journal:
        (tmp_path / "server" / "imap-password").write_text(IMAP_PASSWORD)
        yield journal


@pytest.fixture
def mails(tmp_path: Path) -> Iterator[ImapServer]:
    with start_imap_server(tmp_path) as found:
        yield found


def open_reader(journal: ServerJournal, settings: str) -> MailboxReader:
    directory = journal.directory.path
    (directory / FILE_NAME).write_text(ACCOUNT + settings)
    mailbox = read_message_settings(ACCOUNT + settings).mailboxes["surel"]
    intake = MessageIntake(journal, directory, answer_channels=frozenset({"surel"}), monotonic_s=lambda: 0.0)
    return MailboxReader(journal, intake, "surel", mailbox)


def read(journal: ServerJournal, mails: ImapServer, **settings: str | int) -> bool:
    """Read the mailbox as a server does that has just started."""
    with MailboxFile(journal.directory.path) as file:
        return open_reader(journal, mails.settings(**settings)).read(file)


def fault_of(journal: ServerJournal, settings: str) -> MailboxFailed:
    with MailboxFile(journal.directory.path) as file, pytest.raises(MailboxFailed) as raised:
        open_reader(journal, settings).read(file)
    return raised.value


def state(journal: ServerJournal) -> MailboxState:
    with MailboxFile(journal.directory.path) as file:
        return file.state("surel")


def mail(number: int, text: str = "Air naik", *headers: str) -> bytes:
    lines = (
        f"Message-ID: <{number}@example.org>",
        "From: Yanti <yanti@example.org>",
        "Date: Wed, 2 Dec 2026 09:30:00 +0700",
        f"Subject: Laporan {number}",
        *headers,
    )
    return "\r\n".join((*lines, "", f"{text} {number}\r\n")).encode()


def recorded(journal: ServerJournal) -> list[Message]:
    values = (each.value for each in journal.states_of_kind("message").values())
    return sorted((each for each in values if isinstance(each, Message)), key=lambda each: each.received_entry)


def texts(journal: ServerJournal) -> list[str]:
    entries = [each.received_entry for each in recorded(journal)]
    return sorted(journal.read(lambda connection: [personal_value_of(connection, e, "text") or "" for e in entries]))


def test_new_mails_become_messages_once_and_the_mailbox_is_not_changed(journal: ServerJournal, mails: ImapServer):
    mails.deliver(mail(1), START)
    mails.deliver(mail(2), START)
    assert read(journal, mails) is False
    assert read(journal, mails) is False
    mails.deliver(mail(3), START)
    read(journal, mails)
    assert texts(journal) == [f"Laporan {n}\nAir naik {n}" for n in (1, 2, 3)]
    (first, *_others) = recorded(journal)
    assert (first.account, first.sent_at, first.obstacle) == ("surel", START - timedelta(minutes=30), None)
    assert (state(journal).uid, state(journal).recorded) == (3, 3)
    assert not any("STORE" in each or each.startswith("SELECT") for each in mails.commands)


def test_mailbox_is_read_from_some_days_ago_first(journal: ServerJournal, mails: ImapServer):
    mails.deliver(mail(1), START - timedelta(days=9))
    mails.deliver(mail(2), START - timedelta(days=2))
    read(journal, mails)
    assert len(recorded(journal)) == 1
    mails.mails.clear()
    assert read(journal, mails) is False


@pytest.mark.parametrize("is_recorded", [False, True])
def test_crash_neither_loses_nor_repeats_a_mail(
    journal: ServerJournal, mails: ImapServer, monkeypatch: pytest.MonkeyPatch, *, is_recorded: bool
):
    """The process ends before a mail is recorded, or after that and before the position is saved."""
    for number in (1, 2, 3):
        mails.deliver(mail(number), START)
    count, calls = MailboxFile.count, []

    def stop_at_second(*arguments: object, **more: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        count(*arguments, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        place = (MailboxFile, "count") if is_recorded else (MailboxReader, "_record")
        record = MailboxReader._record
        patched.setattr(*place, stop_at_second if is_recorded else lambda *_: stop_at_second() or record(*_))
        if not is_recorded:
            count = lambda *_: None  # noqa: E731
        with pytest.raises(KeyboardInterrupt):
            read(journal, mails)
    assert len(recorded(journal)) == (2 if is_recorded else 1)
    read(journal, mails)
    assert len(recorded(journal)) == 3
    assert all(each.repeats == 0 for each in recorded(journal))


def test_changed_uidvalidity_records_only_mails_that_are_not_known(
    journal: ServerJournal, mails: ImapServer, times: SetTime
):
    mails.deliver(mail(1), START)
    read(journal, mails)
    times.now += timedelta(days=20)  # nothing was read for a long time
    kept = mails.mails.pop(1)
    mails.validity, mails.next_uid = 8, 1
    mails.deliver(mail(2), START + timedelta(days=1))
    mails.deliver(kept.raw, kept.received_at)
    with MailboxFile(journal.directory.path) as file:
        file.succeed("surel", now=START, due_at=START)
    read(journal, mails)
    assert len(recorded(journal)) == 2
    assert (state(journal).validity, state(journal).uid) == (8, 2)
    assert state(journal).recorded == 2  # the known one does not count again


def test_journal_that_went_back_reads_the_last_days_again(journal: ServerJournal, mails: ImapServer):
    mails.deliver(mail(1), START)
    read(journal, mails)
    mails.deliver(mail(2), START)
    with MailboxFile(journal.directory.path) as file:  # the position is of a journal that was longer
        now = state(journal)
        file.move("surel", source=now.source, validity=now.validity, uid=2, seq=now.seq + 9)
    read(journal, mails)
    assert len(recorded(journal)) == 2


def test_large_number_of_mails_is_read_in_parts(
    journal: ServerJournal, mails: ImapServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mailbox_reader, "MOST_MAILS", 2)
    for number in range(5):
        mails.deliver(mail(number), START)
    assert [read(journal, mails) for _ in range(3)] == [True, True, False]
    assert len(recorded(journal)) == 5


def test_numbers_without_mails_are_passed_in_windows(
    journal: ServerJournal, mails: ImapServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mailbox_reader, "MOST_WINDOWS", 2)
    mails.deliver(mail(1), START)
    read(journal, mails)
    mails.next_uid = 20_000
    mails.deliver(mail(2), START)
    assert [read(journal, mails) for _ in range(2)] == [True, False]
    assert len(recorded(journal)) == 2


def test_mail_that_is_gone_or_empty_or_faulty_is_skipped(
    journal: ServerJournal, mails: ImapServer, monkeypatch: pytest.MonkeyPatch
):
    for number in (1, 2, 3):
        mails.deliver(mail(number), START)
    mails.deliver(b"", START)
    original = mailbox_reader.read_mail

    def fail_for_second(raw: bytes, **more: object) -> object:
        if b"<2@" in raw:
            raise ValueError("a bug")
        return original(raw, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(mailbox_reader, "read_mail", fail_for_second)
    monkeypatch.setattr(
        "tabuah.server.messages.imap_connection.ImapConnection.uids_between", lambda *_: [1, 2, 3, 4, 5]
    )
    mails.next_uid = 6
    read(journal, mails)
    assert texts(journal) == ["Laporan 1\nAir naik 1", "Laporan 3\nAir naik 3"]
    assert (state(journal).uid, state(journal).recorded, state(journal).skipped) == (5, 2, 3)
    assert take_faults() == {"mail": 1}


def test_journal_that_takes_nothing_loses_no_mail(
    journal: ServerJournal, mails: ImapServer, monkeypatch: pytest.MonkeyPatch
):
    mails.deliver(mail(1), START)
    with monkeypatch.context() as patched:

        def fail(*_arguments: object) -> None:
            raise StorageFailed("the disk is full")

        patched.setattr(journal, "append_drafts", fail)
        assert fault_of(journal, mails.settings()).fault is MailboxFault.JOURNAL
    read(journal, mails)
    assert len(recorded(journal)) == 1


def test_large_mail_is_read_partially_and_says_so(journal: ServerJournal, mails: ImapServer):
    head = (
        b"From: a@example.org\r\nSubject: Foto\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/plain\r\n\r\nLongsor\r\n--b\r\nContent-Type: image/jpeg\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    )
    mails.deliver(head + b"QUJD" * 100_000 + b"\r\n--b--\r\n", START)
    read(journal, mails)
    (found,) = recorded(journal)
    assert [(each.kind, each.size_bytes) for each in found.attachments] == [(AttachmentKind.PHOTO, 0)]
    assert texts(journal)[0].startswith("Foto\nLongsor\n[")
    assert "0,4 MB" in texts(journal)[0]


def test_flag_is_set_only_if_the_settings_name_one(journal: ServerJournal, mails: ImapServer):
    mails.deliver(mail(1), START)
    read(journal, mails, flag="$Tabuah")
    assert mails.mails[1].flags == ["$Tabuah"]
    assert 'SELECT "INBOX"' in mails.commands


def test_bounce_and_out_of_office_reply_wait_for_no_answer(journal: ServerJournal, mails: ImapServer):
    mails.deliver(mail(1, "Cuti", "Auto-Submitted: auto-replied (vacation)"), START)
    mails.deliver(mail(2, "Gagal", "Return-Path: <>", "Auto-Submitted: no"), START)
    mails.deliver(mail(3, "Orang", "Auto-Submitted: no", "Return-Path: <yanti@example.org>"), START)
    read(journal, mails)
    found = {each.automatic: each for each in recorded(journal)}
    assert (found[True].is_waiting, found[False].is_waiting) == (False, True)
    assert found[True].repeats == 1  # programs of one sender count as one message


@pytest.mark.parametrize("security", ["starttls", "none"])
def test_starttls_and_a_plain_server_on_this_machine_are_read(journal: ServerJournal, tmp_path: Path, security: str):
    with start_imap_server(tmp_path, security=security) as mails:
        mails.capabilities = mails.capabilities.replace(" AUTH=PLAIN", "")  # so that LOGIN is used
        mails.deliver(mail(1), START)
        read(journal, mails, security=security)
    assert len(recorded(journal)) == 1


def test_missing_starttls_sends_no_password(journal: ServerJournal, tmp_path: Path):
    with start_imap_server(tmp_path, security="none") as mails:
        assert fault_of(journal, mails.settings(security="starttls")).fault is MailboxFault.NO_TLS
    assert not any(each.startswith(("LOGIN", "AUTHENTICATE")) for each in mails.commands)


@pytest.mark.parametrize("capabilities", ["IMAP4rev1", "IMAP4rev1 AUTH=PLAIN"])
def test_wrong_password_is_named_without_the_words_of_the_server(
    journal: ServerJournal, mails: ImapServer, capabilities: str
):
    (journal.directory.path / "imap-password").write_text("rahasia-lama")
    mails.capabilities = capabilities
    failed = fault_of(journal, mails.settings())
    assert (failed.fault, failed.detail) == (MailboxFault.LOGIN, "AUTHENTICATIONFAILED")
    assert failed.__cause__ is None


def test_busy_mail_server_is_no_wrong_password(journal: ServerJournal, mails: ImapServer):
    mails.answers["AUTHENTICATE"] = lambda tag: f"{tag} NO [UNAVAILABLE] later\r\n".encode()
    assert fault_of(journal, mails.settings()).fault is MailboxFault.UNREACHABLE


def test_other_certificate_is_named(journal: ServerJournal, mails: ImapServer):
    settings = mails.settings().replace(f"ca_file = '{mails.authority}'", "")
    failed = fault_of(journal, settings)
    assert failed.fault is MailboxFault.CERTIFICATE
    assert "self-signed" in failed.detail


def test_faults_of_settings_and_network_are_named(journal: ServerJournal, mails: ImapServer):
    assert fault_of(journal, mails.settings(folder="Arsip")).fault is MailboxFault.FOLDER
    assert fault_of(journal, mails.settings(secret_file="missing")).fault is MailboxFault.CREDENTIALS
    assert fault_of(journal, mails.settings(ca_file="missing")).fault is MailboxFault.CERTIFICATE
    assert fault_of(journal, mails.settings(port=1)).fault is MailboxFault.UNREACHABLE
    mails.answers["EXAMINE"] = lambda tag: f"{tag} OK done\r\n".encode()
    assert fault_of(journal, mails.settings()).fault is MailboxFault.PROTOCOL


HOSTILE = {
    "UID FETCH": [
        b"* 1 FETCH (UID 1 BODY[]<0> {4000000000}\r\n",
        b"* 1 FETCH (UID 1 BODY[]<0> {99999999999999999999999999}\r\n",
        b"* OK still busy\r\n" * (MOST_BYTES // 15),
        b"x" * 1_100_000,
        b"\x00\xff garbage\r\n",
        b"+ go on\r\n" * 3 + b"* BYE\r\n",
    ],
    "AUTHENTICATE": [b"+ \r\n" * 400_000, b"+ ####\r\n+ \r\n* BYE\r\n"],
    "CAPABILITY": [b"* CAPABILITY \xff\xff\r\n", b"* CAPABILITY" + b" X" * 600_000],
    "UID SEARCH": [b"* SEARCH " + b"1 " * 600_000],
}


@pytest.mark.parametrize(
    ("command", "response"), [(name, each) for name, responses in HOSTILE.items() for each in responses]
)
def test_hostile_mail_server_ends_one_reading_only(
    journal: ServerJournal, mails: ImapServer, command: str, response: bytes
):
    mails.deliver(mail(1), START)
    mails.answers[command] = lambda tag: response + (b"" if b"UID 1" in response else f"{tag} OK done\r\n".encode())
    failed = fault_of(journal, mails.settings())
    assert failed.fault in (MailboxFault.PROTOCOL, MailboxFault.UNREACHABLE, MailboxFault.LOGIN)
    mails.answers.clear()
    read(journal, mails)
    assert len(recorded(journal)) == 1


def test_mail_of_one_line_in_quotes_is_read(journal: ServerJournal, mails: ImapServer):
    mails.deliver(b"", START)
    response = b'* 1 FETCH (BODY[]<0> "Subject: kata \\"banjir\\"" UID 1)\r\n'
    mails.answers["UID FETCH"] = lambda tag: response + f"{tag} OK done\r\n".encode()
    read(journal, mails)
    assert texts(journal) == ['kata "banjir"']
