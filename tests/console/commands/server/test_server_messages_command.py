"""`tabuah server messages`: settings, list, test, pause, resume and import of mailboxes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.imap_server import IMAP_PASSWORD, ImapServer, start_imap_server

from tabuah.console.commands.server.server_checks import check_server
from tabuah.operations.messages.mailbox import MailboxFault
from tabuah.operations.messages.mapping_file import FILE_NAME
from tabuah.operations.messages.message import Message
from tabuah.server.journal import ServerJournal
from tabuah.server.messages.mailbox_file import MailboxFile

ACCOUNT = '[[message]]\naccount = "surel"\n'
MAIL = b"Message-ID: <1@example.org>\r\nFrom: Yanti <yanti@example.org>\r\nSubject: Banjir\r\n\r\nAir naik\r\n"


@pytest.fixture
def server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    """The command line on a server without settings of messages."""
    with ServerJournal.open(tmp_path / "server"):
        pass
    (tmp_path / "server" / "imap-password").write_text(IMAP_PASSWORD)
    return CommandLineConsole(tmp_path / "server", capsys)


@pytest.fixture
def mails(tmp_path: Path, server: CommandLineConsole) -> Iterator[ImapServer]:
    """A mail server that the settings name."""
    with start_imap_server(tmp_path) as found:
        (tmp_path / "server" / FILE_NAME).write_text(ACCOUNT + found.settings())
        yield found


def saved_mail(tmp_path: Path, raw: bytes = MAIL) -> Path:
    file = tmp_path / "surat.eml"
    file.write_bytes(raw)
    return file


def messages_of(tmp_path: Path) -> list[Message]:
    with ServerJournal.open(tmp_path / "server") as journal:
        states = journal.states_of_kind("message").values()
        return [state.value for state in states if isinstance(state.value, Message)]


def test_sample_is_written_once_and_names_no_account(server: CommandLineConsole):
    assert server.json("server", "messages", "init")["created"] is True
    assert server.json("server", "messages", "init")["created"] is False
    assert "messages init" in server.run("server", "messages", "check")
    assert server.json("server", "messages", "list") == []


def test_check_reads_the_password_and_never_shows_it(server: CommandLineConsole, mails: ImapServer, tmp_path: Path):
    assert server.json("server", "messages", "check")["mailboxes"] == ["surel"]
    (tmp_path / "server" / "imap-password").unlink()
    output = server.run("server", "messages", "check", code=2) + server.errors
    assert "imap-password" in output
    assert IMAP_PASSWORD not in output


def test_log_in_is_tried_without_reading_a_mail(server: CommandLineConsole, mails: ImapServer, tmp_path: Path):
    mails.deliver(MAIL, datetime(2026, 12, 2, tzinfo=UTC))
    assert server.json("server", "messages", "test", "surel") == {
        "account": "surel",
        "fault": "",
        "detail": "",
        "next_uid": 2,
    }
    assert not any("FETCH" in command for command in mails.commands)
    (tmp_path / "server" / "imap-password").write_text("salah")
    failed = json.loads(server.run("server", "messages", "test", "surel", "--json", code=4))
    assert failed["fault"] == "login"


def test_failing_mailbox_is_listed_paused_and_resumed(server: CommandLineConsole, mails: ImapServer, tmp_path: Path):
    with MailboxFile(tmp_path / "server") as file:
        long_ago = datetime.now(UTC) - timedelta(days=1)
        file.fail(file.state("surel"), MailboxFault.LOGIN, "AUTHENTICATIONFAILED", now=long_ago, due_at=long_ago)
    (listed,) = server.json("server", "messages", "list")
    assert (listed["state"], listed["fault"]) == ("failing", "login")
    assert "password" not in listed
    assert "AUTHENTICATIONFAILED" in server.run("server", "messages", "list")
    checks = {check.check: check for check in check_server(tmp_path / "server", quick=True)}
    assert not checks["mailboxes"].ok
    assert server.json("server", "messages", "pause", "surel")["changed"] is True
    assert server.json("server", "messages", "list")[0]["state"] == "paused"
    assert server.json("server", "messages", "resume", "surel")["changed"] is True
    (listed,) = server.json("server", "messages", "list")
    assert (listed["state"], listed["due_at"]) == ("failing", None)  # it is read at once, and fails until that works


def test_unknown_account_is_refused(server: CommandLineConsole, mails: ImapServer):
    output = server.run("server", "messages", "pause", "lain", code=2) + server.errors
    assert "lain" in output


def test_saved_mail_is_recorded_once(server: CommandLineConsole, mails: ImapServer, tmp_path: Path):
    command = ("server", "messages", "import", "surel", str(saved_mail(tmp_path)))
    assert server.json(*command, "--dry-run")[0]["result"] == "recorded"
    assert messages_of(tmp_path) == []
    (recorded,) = server.json(*command)
    assert (recorded["result"], server.json(*command)[0]["result"]) == ("recorded", "known")
    assert [message.id for message in messages_of(tmp_path)] == [recorded["message"]]


def test_saved_mail_is_tried_with_the_mapping_of_mailboxes(server: CommandLineConsole, tmp_path: Path):
    (found,) = server.json("message", "try", "email", str(saved_mail(tmp_path)))
    assert (found["sender"], found["address"]) == ("Yanti · yanti@example.org", "yanti@example.org")
    assert "Air naik" in found["text"]
