"""`tabuah server webhooks`: settings, endpoints, events, replay, secrets and test."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook
from support.command_line import CommandLineConsole
from support.notice_servers import start_gateway_server

from tabuah.console.commands.server.server_checks import check_server
from tabuah.server.journal import ServerJournal
from tabuah.server.webhooks.webhook_queue import WebhookDelivery, WebhookQueue

ENDPOINT = '[[endpoint]]\nname = "pupr"\nurl = "{url}/kunci"\nopd = "Dinas PUPR"\nsecret_file = "webhook-pupr"\n'
NOW = datetime.now(UTC)


@pytest.fixture
def server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    """The command line on a server with one endpoint, whose secret is not written yet."""
    with ServerJournal.open(tmp_path / "server"):
        pass
    write_settings(tmp_path, "https://pupr.example.org")
    return CommandLineConsole(tmp_path / "server", capsys)


def write_settings(tmp_path: Path, url: str) -> None:
    (tmp_path / "server" / "webhooks.toml").write_text(ENDPOINT.format(url=url))


def add_deliveries(tmp_path: Path, *states: str) -> None:
    with WebhookQueue(tmp_path / "server") as queue, queue.transaction():
        queue.take("pupr", 0)
        for number, state in enumerate(states):
            queue.add(
                WebhookDelivery(
                    endpoint="pupr",
                    event=f"msg_{number}",
                    type="incident.changed",
                    subject=f"incident/{number}",
                    exercise=number == 0,
                    body=b"{}",
                    state=state,
                    created_at=NOW - timedelta(hours=number),
                    due_at=NOW + timedelta(hours=9),
                )
            )


def test_webhooks_init_writes_a_sample_once(server: CommandLineConsole, tmp_path: Path):
    (tmp_path / "server" / "webhooks.toml").unlink()
    assert server.json("server", "webhooks", "init")["created"] is True
    assert server.json("server", "webhooks", "init")["created"] is False
    assert "Belum ada titik akhir" in server.run("server", "webhooks", "check")
    sample = (tmp_path / "server" / "webhooks.toml").read_text()
    valid = "\n".join(line[2:] if line.startswith("# ") else "" for line in sample.splitlines()[3:])
    (tmp_path / "server" / "webhooks.toml").write_text(valid)
    server.json("server", "webhooks", "rotate", "pupr")  # every line of the sample is valid
    assert server.json("server", "webhooks", "check")["endpoints"] == ["pupr"]


def test_webhooks_check_names_a_missing_secret(server: CommandLineConsole):
    server.run("server", "webhooks", "check", code=2)
    assert "webhook-pupr" in server.errors


def test_webhooks_rotate_keeps_the_former_secret_until_finished(server: CommandLineConsole, tmp_path: Path):
    file = tmp_path / "server" / "webhook-pupr"
    first = server.json("server", "webhooks", "rotate", "pupr")["secret"]
    second = server.run("server", "webhooks", "rotate", "pupr").splitlines()[0]
    assert file.read_text().splitlines() == [second, first]
    assert server.json("server", "webhooks", "rotate", "pupr", "--finish")["removed"] == 1
    assert file.read_text().splitlines() == [second]
    file.write_text("bukan rahasia\n")
    server.run("server", "webhooks", "rotate", "pupr", code=2)
    assert file.read_text() == "bukan rahasia\n"
    assert "bukan rahasia" not in server.errors


def test_webhooks_list_shows_states_without_paths_and_secrets(server: CommandLineConsole, tmp_path: Path):
    secret = server.json("server", "webhooks", "rotate", "pupr")["secret"]
    add_deliveries(tmp_path, "accepted", "failed", "waiting")
    (found,) = server.json("server", "webhooks", "list")
    assert (found["state"], found["waiting"], found["failed"]) == ("works", 1, 1)
    assert found["host"] == "pupr.example.org"
    with WebhookQueue(tmp_path / "server") as queue:
        queue.disable("pupr", "HTTP 500", NOW)
    text = server.run("server", "webhooks", "list")
    assert "HTTP 500" in text
    assert "kunci" not in text
    assert secret not in text
    (check,) = (each for each in check_server(tmp_path / "server", quick=True) if each.check == "webhooks")
    assert not check.ok
    assert server.json("server", "webhooks", "enable", "pupr")["changed"] is True
    assert server.json("server", "webhooks", "enable", "pupr")["changed"] is False


def test_webhooks_replay_sends_failed_or_recent_events_again(server: CommandLineConsole, tmp_path: Path):
    add_deliveries(tmp_path, "accepted", "accepted", "failed", "failed")
    assert server.json("server", "webhooks", "replay", "pupr") == {"changed": 2}
    assert server.json("server", "webhooks", "replay", "pupr", "--hours", "1") == {"changed": 1}
    events = server.json("server", "webhooks", "events", "pupr", "--state", "waiting")
    assert sorted(each["event"] for each in events) == ["msg_0", "msg_2", "msg_3"]
    assert "LATIHAN" in server.run("server", "webhooks", "events")
    server.run("server", "webhooks", "replay", "dinkes", code=2)


def test_webhooks_cancel_ends_events_that_replay_sends_again(server: CommandLineConsole, tmp_path: Path):
    add_deliveries(tmp_path, "accepted", "waiting", "failed", "failed")
    assert server.json("server", "webhooks", "cancel", "pupr", "--failed") == {"changed": 2}
    assert "1 peristiwa dibatalkan" in server.run("server", "webhooks", "cancel", "pupr")
    events = server.json("server", "webhooks", "events", "--state", "cancelled")
    assert sorted(each["event"] for each in events) == ["msg_1", "msg_2", "msg_3"]
    (found,) = server.json("server", "webhooks", "list")
    assert (found["waiting"], found["failed"], found["accepted"]) == (0, 0, 1)
    assert server.json("server", "webhooks", "replay", "pupr", "--hours", "99") == {"changed": 4}
    server.run("server", "webhooks", "cancel", "dinkes", code=2)


def test_webhooks_test_sends_a_signed_event_now(server: CommandLineConsole, tmp_path: Path):
    with start_gateway_server() as receiver:
        write_settings(tmp_path, receiver.url)
        secret = server.json("server", "webhooks", "rotate", "pupr")["secret"]
        assert server.json("server", "webhooks", "test", "pupr")["answer"] == "HTTP 200"
        receiver.answers = [(302, {"Location": "http://127.0.0.1:1/"}, {})]
        assert "302" in server.run("server", "webhooks", "test", "pupr", code=4)
    assert len(receiver.requests) == 2
    document = Webhook(secret).verify(receiver.bodies[0], receiver.requests[0][1])
    assert (document["type"], document["data"]["facts"]) == ("tabuah.test", None)
