"""`tabuah incident delete`: confirmation, role, and restoring by a settlement."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from support.console_stores import add_users, enrol, open_store, report_incident_at

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.main import run
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal


@pytest.fixture
def incident(tmp_path: Path) -> Incident:
    with open_store(tmp_path / "data") as store:
        return report_incident_at(store, "Uji coba")


class CommandLine:
    """Runs `tabuah incident …` on one data directory, with one line of input."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.data, self.capsys, self.monkeypatch = data, capsys, monkeypatch

    def __call__(self, *arguments: str, typed: str = "") -> tuple[int, str, str]:
        self.monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = run([*arguments, "--data", str(self.data)])
        shown = self.capsys.readouterr()
        return code, shown.out, shown.err

    def json(self, *arguments: str, typed: str = "") -> Any:
        code, out, err = self(*arguments, "--json", typed=typed)
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(tmp_path / "data", capsys, monkeypatch)


def test_incident_delete_removes_it_from_the_list(command: CommandLine, incident: Incident):
    delete = ("incident", "delete", incident.id, "--reason", "uji coba")
    answer = command.json(*delete, typed=f"{incident.number.lower()}\n")
    assert (answer["id"], answer["number"]) == (incident.id, incident.number)
    assert command.json("incident", "list") == []
    code, _out, err = command(*delete, "--yes")
    assert code == ExitCode.BAD_INPUT
    assert "sudah dihapus" in err


@pytest.mark.parametrize("typed", ["", "\n", "SLK-ZZZZ-0001\n", "y\n"])
def test_incident_delete_needs_the_number(command: CommandLine, incident: Incident, typed: str):
    code, out, err = command("incident", "delete", incident.id, "--reason", "uji coba", typed=typed)
    assert (code, out) == (ExitCode.BAD_INPUT, "")
    assert incident.number in err
    assert [row["id"] for row in command.json("incident", "list")] == [incident.id]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 401])
def test_incident_delete_needs_a_reason(command: CommandLine, incident: Incident, reason: str):
    code, _out, _err = command("incident", "delete", incident.id, "--reason", reason, "--yes")
    assert code == ExitCode.BAD_INPUT
    assert len(command.json("incident", "list")) == 1


@pytest.mark.parametrize(("role", "remaining"), [(Role.OPERATOR, 1), (Role.FIELD, 1), (Role.SUPERVISOR, 0)])
def test_incident_delete_is_for_supervisors(command: CommandLine, tmp_path: Path, role: Role, remaining: int):
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "data") as store:
        add_users(journal, ani=role)
        enrol(journal, store, "ani")
        reported = report_incident_at(store)
    code, _out, _err = command("incident", "delete", reported.id, "--reason", "uji coba", "--yes")
    assert (code == 0) is (remaining == 0)
    assert len(command.json("incident", "list")) == remaining


def test_deleted_incident_is_restored_by_note_and_settlement(command: CommandLine, incident: Incident):
    command.json("incident", "delete", incident.id, "--reason", "uji coba", "--yes")
    command.json("incident", "note", incident.id, "ternyata benar")
    (conflict,) = command.json("conflict", "list")
    assert conflict["field"] == "deleted"
    command.json("conflict", "settle", conflict["id"], "--take", "proposed")
    assert [row["id"] for row in command.json("incident", "list")] == [incident.id]
