"""`tabuah server notices`: settings, messages, retry, cancel and test."""

import json
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.contact_samples import contact_id, sample_contact
from support.notice_servers import SMTP_PASSWORD, START, MailServer, start_gateway_server, start_mail_server

from tabuah.console.commands.server.server_checks import check_server
from tabuah.operations.contacts.drafts import register_contact
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.notice_queue import Delivery, NoticeQueue

CONTACT = sample_contact(1, emails=("camat@example.org",))
RULE = f'[[recipient]]\nname = "camat"\nchannels = ["surel"]\ncontacts = ["{CONTACT.id}"]\n'


@pytest.fixture
def server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    """The command line on a server with one contact."""
    with ServerJournal.open(tmp_path / "server") as journal:
        journal.append_drafts([register_contact(CONTACT)])
    (tmp_path / "server" / "smtp-password").write_text(SMTP_PASSWORD)
    return CommandLineConsole(tmp_path / "server", capsys)


def write_settings(tmp_path: Path, text: str) -> None:
    (tmp_path / "server" / "notices.toml").write_text(text)


def refused(server: CommandLineConsole, *arguments: str, code: int) -> str:
    """Return all output of a command that ends with an exit code."""
    return server.run(*arguments, code=code) + server.errors


def add_deliveries(tmp_path: Path, *states: str) -> None:
    with NoticeQueue(tmp_path / "server") as queue, queue.transaction():
        for number, state in enumerate(states):
            queue.add(
                Delivery(
                    notice=f"n{number}",
                    contact=CONTACT.id,
                    contact_name=CONTACT.name,
                    occasion="alarm",
                    exercise=False,
                    severity=0,
                    channel="surel",
                    address="rahasia@example.org",
                    title=f"Judul {number}",
                    text="Teks",
                    state=state,
                    created_at=START,
                    due_at=START,
                )
            )


def test_notices_init_writes_a_sample_once(server: CommandLineConsole):
    assert server.json("server", "notices", "init")["created"] is True
    assert server.json("server", "notices", "init")["created"] is False
    assert "Belum ada saluran" in server.run("server", "notices", "check")


def test_notices_check_names_problems_and_unknown_contacts(server: CommandLineConsole, tmp_path: Path):
    write_settings(tmp_path, RULE)
    assert "tidak ada saluran “surel”" in refused(server, "server", "notices", "check", code=2)
    with start_mail_server(tmp_path) as mail:
        write_settings(tmp_path, RULE.replace(CONTACT.id, contact_id(9)) + mail.channel())
        assert contact_id(9) in refused(server, "server", "notices", "check", code=2)
        write_settings(tmp_path, RULE + mail.channel())
        assert "1 saluran" in server.run("server", "notices", "check")


def test_notices_list_has_no_addresses(server: CommandLineConsole, tmp_path: Path):
    assert "Tidak ada pesan" in server.run("server", "notices", "list")
    add_deliveries(tmp_path, "waiting", "failed")
    text = server.run("server", "notices", "list")
    assert "Judul 0" in text
    assert "gagal" in text
    assert "rahasia" not in text + json.dumps(server.json("server", "notices", "list"))
    assert [each["title"] for each in server.json("server", "notices", "list", "--state", "failed")] == ["Judul 1"]


def test_notices_retry_and_cancel_change_the_state(server: CommandLineConsole, tmp_path: Path):
    add_deliveries(tmp_path, "waiting", "failed", "accepted", "cancelled")
    assert server.json("server", "notices", "cancel", "1", "3") == {"changed": 1}
    assert server.json("server", "notices", "retry", "--failed") == {"changed": 1}
    assert server.json("server", "notices", "retry", "3", "4") == {"changed": 1}
    states = {each["id"]: each["state"] for each in server.json("server", "notices", "list")}
    assert states == {1: "cancelled", 2: "waiting", 3: "accepted", 4: "waiting"}
    assert server.json("server", "notices", "cancel", "--all") == {"changed": 2}
    refused(server, "server", "notices", "cancel", code=2)


def test_notices_test_sends_a_message_now(server: CommandLineConsole, tmp_path: Path):
    with start_mail_server(tmp_path) as mail:
        write_settings(tmp_path, RULE + mail.channel())
        (tried,) = server.json("server", "notices", "test", CONTACT.name)
        assert tried["receipt"] == "OK queued as 1"
        mail.refusals = ["550 unknown"]
        assert "550" in refused(server, "server", "notices", "test", CONTACT.id, code=4)
        refused(server, "server", "notices", "test", CONTACT.id, "--channel", "sms", code=2)
        refused(server, "server", "notices", "test", "tidak ada", code=2)
    assert isinstance(mail, MailServer)
    assert "Uji coba" in mail.mails[0]["Subject"]


def test_notices_chats_lists_those_that_wrote_to_the_bot(server: CommandLineConsole, tmp_path: Path):
    with start_gateway_server() as telegram:
        lines = f'kind = "telegram"\napi = "{telegram.url}"\nsecret_file = "smtp-password"\n'
        write_settings(tmp_path, f'[[channel]]\nname = "grup"\n{lines}')
        chat = {"id": -7, "type": "group", "title": "Posko"}
        telegram.answers = [(200, {}, {"ok": True, "result": [{"message": {"chat": chat}}]})]
        assert server.json("server", "notices", "chats", "grup") == [{"chat": "-7", "kind": "group", "name": "Posko"}]
        telegram.answers = [(200, {}, {"ok": True, "result": []}), (404, {}, {"ok": False})]
        assert "/start" in server.run("server", "notices", "chats", "grup")
        assert SMTP_PASSWORD not in refused(server, "server", "notices", "chats", "grup", code=4)
        refused(server, "server", "notices", "chats", "surel", code=2)


def test_doctor_reports_settings_and_failed_messages(server: CommandLineConsole, tmp_path: Path):
    def finding() -> tuple[bool, str]:
        (found,) = (each for each in check_server(tmp_path / "server", quick=True) if each.check == "notices")
        return found.ok, found.finding

    assert all(each.check != "notices" for each in check_server(tmp_path / "server", quick=True))
    with start_mail_server(tmp_path) as mail:
        write_settings(tmp_path, RULE + mail.channel())
    assert finding() == (True, "Pemberitahuan dikirim melalui 1 saluran.")
    add_deliveries(tmp_path, "failed")
    assert finding()[0] is False
    write_settings(tmp_path, RULE)
    assert "tidak ada saluran “surel”" in finding()[1]
    assert server is not None
