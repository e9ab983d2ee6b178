"""`tabuah incident report`, `candidates`, `merge`, `unmerge` and closing on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.main import run

FLOOD = ("incident", "report", "--hazard", "flood", "--title", "Banjir", "--nagari", "Koto Baru, Kubung")


class CommandLine:
    """Runs `tabuah …` on one data directory."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data, self.capsys = data, capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = run([*arguments, "--data", str(self.data)])
        shown = self.capsys.readouterr()
        return code, shown.out, shown.err

    def json(self, *arguments: str) -> Any:
        code, out, err = self(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(tmp_path / "data", capsys)


def test_second_identical_report_names_candidates(command: CommandLine) -> None:
    first = command.json(*FLOOD)
    assert first["candidates"] == []
    code, number, err = command(*FLOOD)
    assert code == 0
    assert first["number"] in err
    (found,) = command.json("incident", "candidates", number.strip())
    assert (found["number"], found["same_hazard"], found["distance_m"]) == (first["number"], True, 0)


def test_merge_can_be_undone(command: CommandLine) -> None:
    first, second = command.json(*FLOOD)["number"], command.json(*FLOOD)["number"]
    command.json("incident", "merge", second, first)
    assert command.json("incident", "candidates", first) == []
    assert command.json("incident", "unmerge", second)["status"] == "reported"
    code, _out, err = command("incident", "unmerge", second)
    assert code == ExitCode.BAD_INPUT
    assert "tidak digabung" in err


def test_contained_incident_frees_units(command: CommandLine) -> None:
    number = command.json(*FLOOD)["number"]
    command.json("incident", "edit", number, "--set", "assignment=TRC-1")
    command.json("incident", "figures", number, "--set", "missing=2", "--source", "PMI")
    command.json("incident", "move", number, "contained", "--free")
    shown = command.json("incident", "show", number)
    assert shown["status"] == "contained"
    code, _out, err = command("incident", "move", number, "closed")
    assert code == ExitCode.BAD_INPUT
    assert "2 orang masih hilang" in err
    assert "TRC-1" not in err
