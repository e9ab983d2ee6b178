"""`tabuah gateway try` and `messages`: a mapping is corrected with the messages that it could not read."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.people.roles import Role
from tabuah.server.gateways.gateway_mappings import load_gateway_mappings

WRONG = """
[[gateway]]
name = "lora"
topic = "lora/{station}/up"
values = [{ path = "level", parameter = "stage_m" }]
"""
RIGHT = WRONG.replace('"level"', '"tinggi"')
MESSAGE = b'{"t": "2026-11-24T07:30:00Z", "tinggi": 3.42}'
TOPIC = "lora/SLK-AWLR-03/up"


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return CommandLineConsole(tmp_path / "console", capsys)


def written(folder: Path, name: str, content: bytes) -> str:
    file = folder / name
    file.write_bytes(content)
    return str(file)


def test_trial_on_a_file_needs_no_server(console: CommandLineConsole, tmp_path: Path):
    message = written(tmp_path, "pesan.json", MESSAGE)
    right, wrong = (written(tmp_path, f"{n}.toml", t.encode()) for n, t in (("right", RIGHT), ("wrong", WRONG)))
    (found,) = console.json("gateway", "try", right, message, "--topic", TOPIC)
    (reading,) = found["readings"]
    assert (reading["station"], reading["value"], reading["registered"]) == ("SLK-AWLR-03", 3.42, False)
    assert "3,42 m" in console.run("gateway", "try", right, message, "--topic", TOPIC)
    (found,) = console.json("gateway", "try", wrong, message, "--topic", TOPIC, code=4)
    assert [part["reason"] for part in found["unread"]] == ["malformed"]
    assert "tidak ada pemetaan" in console.run("gateway", "try", right, message, "--topic", "lain", code=4)


def test_trial_refuses_unusable_arguments(console: CommandLineConsole, tmp_path: Path):
    message = written(tmp_path, "pesan.json", MESSAGE)
    bad = written(tmp_path, "bad.toml", b"[[gateway]]\nname = 7\n")
    console.run("gateway", "try", bad, message, "--topic", TOPIC, code=2)
    assert "bad.toml" in console.errors
    console.run("gateway", "try", bad, message, code=2)
    console.run("gateway", "try", bad, code=2)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("admin", Role.ADMIN)
        server.add_user("ani", Role.OPERATOR)
        yield server


def test_messages_are_for_administrators(server: RunningServer):
    with server.client("ani") as client:
        assert client.get("/v1/gateways/messages").status_code == 403
    with server.client("admin") as program:
        assert program.get("/v1/gateways/messages").json()["code"] == "device_not_approved"
    with server.approved_client("admin") as client:
        assert client.get("/v1/gateways/messages").json() == {"messages": []}


def test_server_without_unread_messages_says_so(
    server: RunningServer, console: CommandLineConsole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    console.run("login", "--server", server.url, "--user", "admin")
    assert "menghasilkan bacaan" in console.run("gateway", "messages")
    assert console.json("gateway", "try", written(tmp_path, "right.toml", RIGHT.encode()), "--recorded") == []


def test_mappings_are_taken_into_force_and_put_back(
    server: RunningServer, console: CommandLineConsole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    console.run("login", "--server", server.url, "--user", "admin")
    assert "topik Tabuah sendiri" in console.run("gateway", "mappings")
    right, wrong = (written(tmp_path, f"{n}.toml", t.encode()) for n, t in (("right", RIGHT), ("wrong", WRONG)))
    console.run("gateway", "use", wrong)
    used = console.json("gateway", "use", right)
    assert (used["mappings"], used["receives"]) == (["lora", "tabuah"], False)
    assert console.run("gateway", "mappings").strip() == RIGHT.strip()
    console.run("gateway", "messages", "--delete")
    assert "--mqtt" in console.run("gateway", "use", "--previous")
    target = tmp_path / "saved.toml"
    console.run("gateway", "mappings", "--save", str(target))
    assert target.read_text() == WRONG
    bad = written(tmp_path, "bad.toml", b"[[gateway]]\nname = 7\n")
    console.run("gateway", "use", bad, code=2)
    console.run("gateway", "use", code=2)
    assert console.json("gateway", "mappings")["text"] == WRONG


def test_start_warns_of_the_former_setting_of_rights(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    written(tmp_path, "gateways.toml", (WRONG + 'users = ["pupr"]\n').encode())
    with caplog.at_level(logging.WARNING):
        mappings = load_gateway_mappings(tmp_path)
    assert [mapping.name for mapping in mappings] == ["lora", "tabuah"]
    assert "tabuah station assign" in caplog.text
