"""`tabuah policy` prints the table of scopes, and what the user may do to one incident."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.people.roles import Role
from tabuah.operations.people.scope import SCOPES, IncidentAction
from tabuah.resources.localisation import set_language


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    with start_server(tmp_path / "server") as server:
        server.add_user("ani", Role.OPERATOR)
        server.add_user("budi", Role.FIELD, opd="Damkar")
        yield server


def console(server: RunningServer, capsys: pytest.CaptureFixture[str], directory: Path, user: str) -> CommandLine:
    line = CommandLine(capsys, directory)
    assert line("login", "--server", server.url, "--user", user)[0] == 0
    line("sync")
    return line


def test_policy_prints_the_table_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    line = CommandLine(capsys, tmp_path / "console")
    records = line.json("policy")
    assert [record["action"] for record in records] == [row.action for row in SCOPES]
    by_action = {record["action"]: record for record in records}
    assert by_action[IncidentAction.CONTAIN]["field"] == ["own", "lead"]
    assert by_action[IncidentAction.CLOSE] | {"label": ""} == {
        "action": "close", "label": "", "field": [], "operator": [], "supervisor": ["all"]
    }  # fmt: skip
    assert "OPD sendiri, koordinator" in line("policy")[1]
    set_language("en")
    assert "own OPD, lead" in line("policy")[1]


def test_policy_of_an_incident_says_what_its_user_may_do(
    server: RunningServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    ani = console(server, capsys, tmp_path / "ani", "ani")
    report = ("incident", "report", "--hazard", "kebakaran", "--at", "100.62,-0.82", "--title", "Kebakaran")
    number = ani.json(*report)["number"]
    ani("sync")
    budi = console(server, capsys, tmp_path / "budi", "budi")
    allowed = {record["action"] for record in budi.json("policy", number) if record["allowed"]}
    assert allowed == {"report", "note", "attach", "count"}
    code, _out, err = budi("incident", "move", number, "on_scene")
    assert (code, budi("incident", "note", number, "asap tebal")[0]) == (2, 0)
    assert err
    ani("incident", "edit", number, "--set", "assignment=PUPR, Damkar")
    ani("sync")
    budi("sync")
    allowed = {record["action"] for record in budi.json("policy", number) if record["allowed"]}
    assert allowed == {"report", "note", "attach", "count", "describe", "place", "move"}
    set_language("en")
    _code, out, _err = budi("policy", number)
    assert "The lead, PUPR, or the control room does this." in out
    assert budi("incident", "move", number, "on_scene")[0] == 0
