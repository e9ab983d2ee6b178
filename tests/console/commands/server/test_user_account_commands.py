"""`tabuah server user …` on the server's data, and `tabuah password` and `logout` on a console."""

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from support.command_line import CommandLine
from support.running_server import RunningServer, log_in, start_server

from tabuah.console.commands.main import run
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.server.people.second_factor import code_at, step_at
from tabuah.storage.journal.wire import decode_entry

PASSWORD = "batang-lembang"
NEW_PASSWORD = "jembatan-kelapa-7"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "server"


@pytest.fixture
def command(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `tabuah server user …` on data with the users rina (admin) and ani."""
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["server", "user", *arguments, "--data", str(data)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    assert run(["server", "init", "--data", str(data)]) == 0
    call("add", "rina", "--role", "admin", "--opd", "Diskominfo")
    call("add", "ani", "--role", "operator", "--opd", "BPBD")
    return call


def as_json(command: Command, *arguments: str) -> Any:
    code, out, err = command(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def last_body(data: Path, name: str) -> tuple[str, Any]:
    with ServerJournal.open(data) as journal:
        entry = decode_entry(journal.records_of(f"user/{name}")[-1].text)
    return entry.kind, msgspec.json.decode(entry.body)


def test_user_is_locked_and_unlocked_with_reason(command: Command, data: Path):
    assert as_json(command, "lock", "ani", "--reason", "keluar")["active"] is False
    assert last_body(data, "ani") == (
        "user.changed",
        {"active": False, "by": "administrator", "reason": "keluar"},
    )
    assert as_json(command, "unlock", "ani")["active"] is True
    assert "ani" in command("lock", "ani", "--reason", "cuti")[1]


def test_user_gets_another_role_opd_and_name(command: Command):
    assert as_json(command, "role", "ani", "supervisor")["role"] == "supervisor"
    edited = as_json(command, "edit", "ani", "--opd", "PUPR", "--full-name", "Ani S.")
    assert (edited["opd"], edited["full_name"], edited["role"]) == ("PUPR", "Ani S.", "supervisor")
    assert as_json(command, "edit", "ani", "--opd", "")["opd"] == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("lock", "rina", "--reason", "cuti"), "rina"),
        (("role", "rina", "viewer"), "rina"),
        (("lock", "ani"), "--reason"),
        (("lock", "siapa", "--reason", "x"), "siapa"),
        (("role", "ani", "server"), "server"),
        (("role", "ani", "raja"), "raja"),
        (("edit", "ani"), "--opd"),
        (("password", "siapa", "--code"), "siapa"),
        (("sessions", "siapa"), "siapa"),
        (("end-session", "ani"), "--all"),
        (("end-session", "ani", "abc", "--all"), "--all"),
        (("end-session", "ani", "abcd"), "abcd"),
        (("end-session", "ani", "abc"), "4 karakter"),
    ],
)
def test_user_commands_exit_2_with_reason(command: Command, arguments: tuple[str, ...], told: str):
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_password_is_replaced_or_a_code_printed(command: Command, data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TABUAH_PASSWORD", "Password2026!")
    assert command("password", "ani")[0] == 2
    monkeypatch.setenv("TABUAH_PASSWORD", NEW_PASSWORD)
    assert as_json(command, "password", "ani", "--reason", "lupa")["name"] == "ani"
    assert last_body(data, "ani") == (
        "user.password_changed",
        {"cause": "administrator", "by": "administrator", "reason": "lupa"},
    )
    issued = as_json(command, "password", "ani", "--code")
    assert (issued["name"], len(issued["code"])) == ("ani", 19)
    assert issued["code"][4] == "-"
    assert "ani" in command("password", "ani", "--code")[1]
    with start_server(data) as server, server.client() as client:
        log_in(client, "ani", password=NEW_PASSWORD)


def test_sessions_are_listed_and_ended_while_the_server_runs(command: Command, data: Path):
    with start_server(data) as server, server.client() as client:
        session = log_in(client, "ani")
        client.headers["Authorization"] = f"Bearer {session.access_token}"
        (listed,) = as_json(command, "sessions", "ani")
        assert listed["session"] in command("sessions", "ani")[1]
        as_json(command, "end-session", "ani", listed["session"], "--reason", "hilang")
        assert as_json(command, "sessions", "ani") == []
        server.journal.catch_up()
        assert client.get("/v1/journal").json()["code"] == "session_ended"
        log_in(client, "ani")
        as_json(command, "end-session", "ani", "--all")
        assert as_json(command, "sessions", "ani") == []


def test_session_is_ended_by_unique_prefix(command: Command, data: Path, monkeypatch: pytest.MonkeyPatch):
    ids = iter(["abcd1" + "0" * 27, "abcd2" + "0" * 27, "ffff" + "0" * 28])
    fake = SimpleNamespace(token_hex=lambda _size: next(ids), token_urlsafe=secrets.token_urlsafe)
    monkeypatch.setattr("tabuah.server.people.refresh_tokens.secrets", fake)
    with start_server(data) as server, server.client() as client:
        for _login in range(3):
            log_in(client, "ani")
        assert as_json(command, "end-session", "ani", "FFFF") == {"user": "ani", "session": "ffff" + "0" * 28}
        code, _out, told = command("end-session", "ani", "abcd")
        assert code == 2
        assert told.count("abcd10000") == told.count("abcd20000") == 1
        assert len(as_json(command, "sessions", "ani")) == 2
        as_json(command, "end-session", "ani", "abcd2")
        assert [each["session"][:5] for each in as_json(command, "sessions", "ani")] == ["abcd1"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        yield server


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    monkeypatch.setenv("TABUAH_NEW_PASSWORD", NEW_PASSWORD)
    return CommandLine(capsys, tmp_path / "console")


def test_own_password_is_replaced_by_command(line: CommandLine, server: RunningServer, monkeypatch):
    code, _out, err = line("password")
    assert (code != 0, "tabuah login" in err) == (True, True)
    line.json("login", "--server", server.url, "--user", "ani")
    assert line.json("password") == {"user": "ani"}
    assert line("sync")[0] == 0
    assert line("password")[0] != 0  # TABUAH_PASSWORD is the former one
    monkeypatch.setenv("TABUAH_NEW_PASSWORD", "rahasia1234")
    monkeypatch.setenv("TABUAH_PASSWORD", NEW_PASSWORD)
    assert "sepuluh" in line("password")[2]


def test_password_is_chosen_with_a_code_by_command(
    line: CommandLine, server: RunningServer, command: Command, tmp_path: Path
):
    issued = as_json(command, "password", "ani", "--code")
    for given in (("--code", issued["code"]), ("--user", "ani"), ("--code", issued["code"], "--user", "ani")):
        assert line("password", *given)[0] == 2
    reset = ("password", "--code", issued["code"], "--user", "ani", "--server", server.url)
    assert line.json(*reset) == {"user": "ani"}
    assert line(*reset)[0] != 0
    with server.client() as client:
        log_in(client, "ani", password=NEW_PASSWORD)


def test_one_time_code_is_valid_as_long_as_the_settings_say(command: Command, data: Path):
    def hours() -> float:
        expires_at = datetime.fromisoformat(as_json(command, "password", "ani", "--code")["expires_at"])
        return (expires_at - datetime.now(UTC)).total_seconds() / 3600

    assert 23.9 < hours() <= 24
    (data / "server.toml").write_text("[accounts]\none_time_code_h = 2\n", "utf-8")
    assert 1.9 < hours() <= 2
    assert "Berlaku hingga" in command("password", "ani", "--code")[1]


def test_second_factor_set_up_shows_qr_code_and_next_step(line: CommandLine, server: RunningServer, data: Path):
    server.add_user("kalaksa", Role.SUPERVISOR)
    line.json("login", "--server", server.url, "--user", "kalaksa")
    code, out, _err = line("second-factor", "set-up")
    assert code == 0
    assert "belum berlaku" in out
    assert "tabuah second-factor confirm" in out
    assert out.count("█") > 100
    users = CommandLine(line.capsys, data).json("server", "user", "list")
    assert {user["name"]: user["second_factor"] for user in users} == {"ani": False, "kalaksa": False}
    secret = line.json("second-factor", "set-up")["secret"]
    line.json("second-factor", "confirm", code_at(secret, step_at(datetime.now(UTC))))
    users = CommandLine(line.capsys, data).json("server", "user", "list")
    assert {user["name"]: user["second_factor"] for user in users} == {"ani": False, "kalaksa": True}


def test_log_out_by_command(line: CommandLine, server: RunningServer):
    assert line.json("logout") == {"user": "", "ended_at_server": False, "unsent": 0}
    line.json("login", "--server", server.url, "--user", "ani")
    line("incident", "report", "--hazard", "banjir", "--title", "Banjir", "--nagari", "Koto Baru")
    code, out, err = line("logout")
    assert (code, "ani" in out, "1" in err) == (0, True, True)
    assert line.json("logout") == {"user": "ani", "ended_at_server": False, "unsent": 1}
    assert line("sync")[0] != 0


def test_new_password_needs_a_terminal_or_variable(line: CommandLine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TABUAH_NEW_PASSWORD")
    code, _out, err = line("password", "--code", "X", "--user", "ani", "--server", "http://127.0.0.1:9")
    assert (code, "TABUAH_NEW_PASSWORD" in err) == (2, True)
