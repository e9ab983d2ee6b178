"""`tabuah server …` on the server's data: exit codes, JSON and text."""

import gc
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.operator_device import OperatorDevice

from tabuah.console.commands.main import run
from tabuah.console.commands.server.server import limit_collection_pauses
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import set_language
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import create_user

PASSWORD = "batang-lembang"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "server"


@pytest.fixture
def command(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `tabuah server …` on the data; returns exit code, output and errors."""
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["server", *arguments, "--data", str(data)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def as_json(command: Command, *arguments: str) -> Any:
    code, out, err = command(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def test_server_init_creates_journal_with_rules_once(command: Command, data: Path):
    first, again = as_json(command, "init"), as_json(command, "init")
    assert (first["created"], again["created"]) == (True, False)
    assert first["server"] == again["server"]
    assert Path(first["data"]) == data
    with ServerJournal.open(data) as journal:
        assert journal.states_of_kind("rule")


def test_server_of_the_default_directory_is_found_by_data(command: Command, data: Path, monkeypatch):
    monkeypatch.setenv("TABUAH_DATA", str(data.parent / "umum"))
    assert run(["server", "init"]) == 0
    assert run(["server", "user", "list", "--data", str(data.parent / "umum")]) == 0
    assert run(["server", "user", "list", "--data", str(data.parent / "umum" / "server")]) == 0
    assert command("user", "list")[0] != 0  # another folder


def test_server_users_are_added_and_listed(command: Command):
    command("init")
    code, out, _err = command("user", "add", "ani", "--role", "operator", "--opd", "BPBD")
    assert (code, "ani" in out) == (0, True)
    added = as_json(
        command, "user", "add", "Budi", "--role", "SUPERVISOR", "--opd", "Damkar", "--full-name", "Budi S."
    )
    assert added == {
        "name": "Budi",
        "full_name": "Budi S.",
        "role": "supervisor",
        "opd": "Damkar",
        "active": True,
    } | {"kecamatan": "", "second_factor": False}
    assert [user["name"] for user in as_json(command, "user", "list")] == ["ani", "Budi"]
    assert "Damkar" in command("user", "list")[1]


def test_journal_contains_no_password(command: Command, data: Path):
    command("init")
    command("user", "add", "ani", "--role", "operator", "--opd", "BPBD")
    with ServerJournal.open(data) as journal:
        texts = "".join(record.text for record in journal.records_after(0))
    assert "ani" in texts
    assert PASSWORD not in texts
    assert "argon2" not in texts


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["user", "add", "ani", "--role", "operator", "--opd", "BPBD"], "ani"),
        (["user", "add", "dua kata", "--role", "operator", "--opd", "BPBD"], "dua kata"),
        (["user", "add", "budi", "--role", "server", "--opd", "BPBD"], "server"),
        (["user", "add", "budi", "--role", "raja", "--opd", "BPBD"], "raja"),
        (["user", "add", "budi", "--role", "operator"], "--opd"),
        (["device", "approve", "XXXX"], "XXXX"),
        (["device", "revoke", ""], "perangkat"),
        (["--mqtt", "http://localhost"], "mqtt://"),
        (["--database", "postgresql://localhost/tabuah"], "PostgreSQL"),
        (["--host", "0.0.0.0"], "--certificate"),
        (["--port", "99999"], "--port"),
        (["--port", "9", "user", "list"], "--port"),
    ],
)
def test_server_commands_exit_2_with_reason(command: Command, arguments: list[str], told: str):
    command("init")
    command("user", "add", "ani", "--role", "operator", "--opd", "BPBD")
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_device_is_revoked_and_later_stolen(command: Command, data: Path):
    command("init")
    with ServerJournal.open(data) as journal:
        device = OperatorDevice(journal)
    revoked = as_json(command, "device", "revoke", device.key.tag)
    assert (revoked["revoked"], revoked["stolen"]) == (True, False)
    assert "curian" in command("device", "revoke", device.key.tag, "--stolen")[1]
    listed = as_json(command, "device", "list")
    assert [known["stolen"] for known in listed if known["id"] == device.key.device_id] == [True]
    assert "dicuri" in command("device", "list")[1]


def test_short_password_is_rejected(command: Command, monkeypatch: pytest.MonkeyPatch):
    command("init")
    monkeypatch.setenv("TABUAH_PASSWORD", "pendek")
    assert command("user", "add", "ani", "--role", "operator", "--opd", "BPBD")[0] == 2
    assert as_json(command, "user", "list") == []


def test_password_without_terminal_comes_from_environment(command: Command, monkeypatch: pytest.MonkeyPatch):
    command("init")
    monkeypatch.delenv("TABUAH_PASSWORD")
    code, _out, err = command("user", "add", "ani", "--role", "operator", "--opd", "BPBD")
    assert (code, "TABUAH_PASSWORD" in err) == (2, True)


def test_server_commands_create_nothing_in_empty_directory(command: Command, data: Path):
    code, _out, err = command("user", "list")
    assert (code, "tabuah server init" in err) == (2, True)
    assert not data.exists()


def test_server_with_a_clock_behind_its_journal_exits_2(command: Command, data: Path):
    command("init")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with ServerJournal.open(data, clock=lambda: tomorrow) as journal:
        create_user(journal, name="ani", role=Role.OPERATOR, opd="BPBD", password=PASSWORD)
    code, _out, err = command("--port", "0")
    assert (code, "--clock-is-right" in err) == (2, True)


def test_damaged_server_data_exit_5(command: Command, data: Path):
    command("init")
    (data / "server.key").write_text("x", "ascii")
    code, _out, err = command("user", "list")
    assert (code, "server.key" in err) == (5, True)


def test_empty_server_lists_say_so(command: Command):
    command("init")
    assert command("user", "list")[1] == "Belum ada pengguna.\n"
    set_language("en")
    assert command("device", "list")[1] == "No device is enrolled yet.\n"


def test_full_collections_are_rare_in_running_server():
    young, middle, old = gc.get_threshold()
    try:
        limit_collection_pauses()
        assert gc.get_freeze_count() > 1_000
        assert gc.isenabled()
        assert gc.get_threshold() == (young, middle, 1_000)
    finally:
        gc.unfreeze()
        gc.set_threshold(young, middle, old)
