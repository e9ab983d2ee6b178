"""Threads of mailboxes: pauses after failures, pause and resume, changes of the file, health, log without secrets."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.imap_server import IMAP_PASSWORD, ImapServer, start_imap_server
from support.notice_servers import SMTP_PASSWORD, start_mail_server
from support.running_server import start_server
from support.set_time import SetTime
from support.wait import wait_until_true

from tabuah.operations.messages.answer_drafts import answer_message
from tabuah.operations.messages.mailbox import MailboxFault, mailbox_pause_s
from tabuah.operations.messages.mapping_file import FILE_NAME, BadMessageMappings, read_message_settings
from tabuah.operations.messages.message import Message
from tabuah.operations.people.roles import Role
from tabuah.operations.subjects import ENTRY_KINDS
from tabuah.server.journal import ServerJournal
from tabuah.server.messages import mailbox_service
from tabuah.server.messages.intake import MessageIntake
from tabuah.server.messages.mailbox_file import FAILING_AFTER, MailboxFile, MailboxState
from tabuah.server.messages.mailbox_service import LONGEST_READING_S, MailboxService, MailboxThread
from tabuah.storage.journal.identifiers import new_salt

START = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
ACCOUNT = '[[message]]\naccount = "surel"\nanswer_channel = "surel"\n'
MAIL = b"Message-ID: <1@example.org>\r\nFrom: yanti@example.org\r\nSubject: Banjir\r\n\r\nAir naik\r\n"


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


@pytest.fixture
def file(journal: ServerJournal) -> Iterator[MailboxFile]:
    with MailboxFile(journal.directory.path) as found:
        yield found


def open_thread(journal: ServerJournal, mails: ImapServer, times: SetTime) -> MailboxThread:
    """Return the work of a mailbox, without starting its thread."""
    text = ACCOUNT + mails.settings()
    (journal.directory.path / FILE_NAME).write_text(text)
    mailbox = read_message_settings(text).mailboxes["surel"]
    intake = MessageIntake(journal, journal.directory.path)
    return MailboxThread(journal, intake, "surel", mailbox, monotonic_s=lambda: times.seconds)


def test_wrong_password_waits_longer_each_time_and_is_never_logged(
    journal: ServerJournal,
    mails: ImapServer,
    times: SetTime,
    file: MailboxFile,
    caplog: pytest.LogCaptureFixture,
):
    (journal.directory.path / "imap-password").write_text("rahasia-lama")
    thread = open_thread(journal, mails, times)
    with caplog.at_level(logging.DEBUG):
        pauses = []
        for _ in range(6):
            thread.read_due(file)
            due_at = file.state("surel").due_at
            assert due_at is not None
            pauses.append((due_at - times.now).total_seconds())
            thread.read_due(file)  # not due
            times.pass_by(pauses[-1])
    assert pauses == [300, 600, 1_200, 2_400, 3_600, 3_600]
    found = file.state("surel")
    assert (found.fault, found.failures, found.failing_since) == (MailboxFault.LOGIN, 6, START)
    assert found.is_failing(START)
    assert caplog.text.count("cannot be read") == 1
    assert "rahasia-lama" not in caplog.text + repr(found)


def test_mailbox_that_works_again_is_read_at_its_interval(
    journal: ServerJournal, mails: ImapServer, times: SetTime, file: MailboxFile
):
    mails.answers["EXAMINE"] = lambda _tag: b"* BYE shutting down\r\n"
    thread = open_thread(journal, mails, times)
    thread.read_due(file)
    found = file.state("surel")
    assert (found.failures, found.is_failing(times.now), found.is_failing(times.now + FAILING_AFTER)) == (
        1,
        False,
        True,
    )
    mails.answers.clear()
    mails.deliver(MAIL, START)
    times.pass_by(60)
    thread.read_due(file)
    found = file.state("surel")
    assert (found.failing_since, found.fault, found.failures, found.recorded) == (None, None, 0, 1)
    assert found.due_at == times.now + timedelta(seconds=60)


def test_paused_mailbox_is_not_read_until_it_is_resumed(
    journal: ServerJournal, mails: ImapServer, times: SetTime, file: MailboxFile
):
    mails.deliver(MAIL, START)
    thread = open_thread(journal, mails, times)
    assert file.pause("surel", START)
    assert not file.pause("surel", START)
    thread.read_due(file)
    assert mails.commands == []
    assert file.resume("surel")
    thread.read_due(file)
    assert file.state("surel").recorded == 1
    mails.commands.clear()
    assert not file.resume("surel")  # at once, also if it is not due
    thread.read_due(file)
    assert mails.commands != []


def test_pauses_are_short_for_the_network_and_long_for_wrong_settings():
    assert [mailbox_pause_s(MailboxFault.TIMEOUT, n) for n in (1, 2, 9, 10**9)] == [15, 30, 900, 900]
    assert [mailbox_pause_s(MailboxFault.LOGIN, n) for n in (0, 1, 2, 10**9)] == [300, 300, 600, 3_600]
    late = MailboxState(account="a", failing_since=START, fault=MailboxFault.LOGIN, paused_at=START)
    assert not late.is_failing(START + timedelta(days=9))


def test_due_time_far_ahead_of_a_changed_clock_is_no_obstacle(
    journal: ServerJournal, mails: ImapServer, times: SetTime, file: MailboxFile
):
    file.succeed("surel", now=START, due_at=START + timedelta(days=30))
    open_thread(journal, mails, times).read_due(file)
    assert file.state("surel").due_at == START + timedelta(seconds=60)


def test_reading_that_takes_too_long_is_ended_as_a_timeout(
    journal: ServerJournal, mails: ImapServer, times: SetTime, file: MailboxFile
):
    thread = open_thread(journal, mails, times)

    def answer_after_the_limit(_tag: str) -> bytes:
        times.pass_by(LONGEST_READING_S + 1)
        thread.end_slow_reading()  # as the other thread does
        return b"* 1 EXISTS\r\n"

    mails.answers["EXAMINE"] = answer_after_the_limit
    thread.read_due(file)
    assert file.state("surel").fault is MailboxFault.TIMEOUT


def test_service_follows_the_file_and_keeps_what_works(
    tmp_path: Path, mails: ImapServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mailbox_service, "LOOK_EVERY_S", 0.02)
    mails.deliver(MAIL, datetime.now(UTC))
    with ServerJournal.open(tmp_path / "server") as journal:
        settings = tmp_path / "server" / FILE_NAME
        (tmp_path / "server" / "imap-password").write_text(IMAP_PASSWORD)
        service = MailboxService(journal, MessageIntake(journal, tmp_path / "server"))
        service.start()
        try:
            assert service.health() is None
            settings.write_text(ACCOUNT + mails.settings())
            wait_until_true(lambda: len(journal.states_of_kind("message")) == 1)
            settings.write_text("not toml")
            wait_until_true(lambda: (health := service.health()) is not None and not health.is_file_valid)
            assert service.is_running
            settings.write_text("")
            wait_until_true(lambda: service.health() is None)
        finally:
            service.stop()
    assert not service.is_running


def test_server_reads_a_mailbox_and_answers_in_the_thread_of_the_mail(tmp_path: Path, mails: ImapServer):
    directory = tmp_path / "server"
    with ServerJournal.open(directory):
        pass
    (directory / "imap-password").write_text(IMAP_PASSWORD)
    (directory / "smtp-password").write_text(SMTP_PASSWORD)
    (directory / FILE_NAME).write_text(f"[limits]\nanswer_delay_s = 0\n{ACCOUNT}{mails.settings()}")
    mails.deliver(
        MAIL.replace(b"yanti@", b"situs@").replace(b"Subject", b"Reply-To: warga@example.org\r\nSubject"), START
    )
    mails.mails[1].received_at = datetime.now(UTC)
    with start_mail_server(directory) as smtp:
        (directory / "notices.toml").write_text(smtp.channel())
        with start_server(directory) as running:
            journal = running.service.journal
            wait_until_true(lambda: len(journal.states_of_kind("message")) == 1)
            assert running.service.mailboxes.health() is not None
            (state,) = journal.states_of_kind("message").values()
            assert isinstance(state.value, Message)
            with pytest.MonkeyPatch.context() as patched:
                kind = ENTRY_KINDS["message.answered"]
                patched.setitem(ENTRY_KINDS, kind.name, replace(kind, writers=frozenset({Role.SERVER})))
                personal = {"address": "warga@example.org"}
                draft = answer_message(state.value, "Petugas menuju lokasi", personal, salt=new_salt())
                journal.append_drafts([draft])
            wait_until_true(lambda: len(smtp.mails) == 1)
    (sent,) = smtp.mails
    assert smtp.recipients == ["warga@example.org"]
    assert (sent["Subject"], sent["In-Reply-To"], sent["References"]) == (
        "Re: Banjir",
        "<1@example.org>",
        "<1@example.org>",
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('security = "none"\nhost = "imap.example.org"', "this machine only"),
        ('host = "x"\nsecret_env = "Y"', "secret_file or by secret_env"),
        (r'host = "x"' + "\n" + r'flag = "\\Deleted"', "flag"),
        ('host = "x"\ninterval_s = 1', "interval_s"),
        ('host = "x y"', "host"),
        ('host = "x"\nfolder = "a\\nb"', "folder"),
        ('host = "x"\npassword = "terbuka"', "password"),
    ],
)
def test_unsafe_settings_of_a_mailbox_are_refused(line: str, words: str):
    text = f'{ACCOUNT}[message.imap]\nuser = "u"\nsecret_file = "s"\n{line}\n'
    with pytest.raises(BadMessageMappings, match=words):
        read_message_settings(text)


def test_mailbox_has_usual_ports_and_its_own_mapping():
    text = ACCOUNT + '[message.imap]\nhost = "imap.example.org"\nuser = "u"\nsecret_file = "s"\n'
    found = read_message_settings(text)
    assert found.mailboxes["surel"].used_port == 993
    assert found.mappings["surel"].channel == "email"
    plain = read_message_settings(text + 'security = "starttls"\n')
    assert plain.mailboxes["surel"].used_port == 143
    many = "".join(text.replace('"surel"', f'"surel-{n}"', 1) for n in range(21))
    with pytest.raises(BadMessageMappings, match="more than 20"):
        read_message_settings(many)
