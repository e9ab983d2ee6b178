"""`tabuah server user` and `device` on a full or read-only disk: a plain message, and nothing half written."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tabuah.console.commands.main import run
from tabuah.server.audit import audit_server
from tabuah.server.database import engine
from tabuah.server.journal import ServerJournal

FULL, READ_ONLY = "max_page_count = 1", "query_only = ON"  # SQLite raises the same errors as a disk
Command = Callable[..., tuple[int, str, str]]
Disk = Callable[[str], None]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "server"


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Sets a pragma for the connections that are opened from now on."""
    prepare, chosen = engine._prepare, [""]

    def prepare_on_disk(connection: sqlite3.Connection, record: object) -> None:
        prepare(connection, record)
        if chosen[0]:
            connection.execute(f"PRAGMA {chosen[0]}")

    monkeypatch.setattr(engine, "_prepare", prepare_on_disk)
    return lambda pragma: chosen.__setitem__(0, pragma)


@pytest.fixture
def command(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("TABUAH_PASSWORD", "batang-lembang")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["server", *arguments, "--data", str(data)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def add(command: Command, name: str) -> tuple[int, str, str]:
    return command("user", "add", name, "--role", "operator", "--opd", "BPBD")


def listed(command: Command) -> list[str]:
    code, out, err = command("user", "list", "--json")
    assert code == 0, err
    return [user["name"] for user in json.loads(out)]


@pytest.mark.parametrize(("pragma", "advice"), [(FULL, "Kosongkan"), (READ_ONLY, "hanya baca")])
def test_user_add_without_space_writes_nothing(command: Command, data: Path, disk: Disk, pragma: str, advice: str):
    command("init")
    add(command, "ani")
    disk(pragma)
    added = ["ani"]
    for number in range(40):  # a full disk still has room in begun pages
        code, out, err = add(command, f"u{number}")
        if code:
            break
        added.append(f"u{number}")
    assert (code, out) == (2, "")
    assert advice in err
    assert "Traceback" not in err
    disk("")
    assert listed(command) == added
    assert not audit_server(data).findings
    with ServerJournal.open(data) as journal:
        query = "SELECT user_name FROM passwords"
        assert set(journal.read(lambda c: c.exec_driver_sql(query).scalars().all())) == set(added)
    assert add(command, f"u{len(added)}")[0] == 0


def test_lists_are_readable_on_a_read_only_disk(command: Command, disk: Disk):
    command("init")
    add(command, "ani")
    disk(READ_ONLY)
    assert listed(command) == ["ani"]
    assert command("device", "list")[0] == 0
