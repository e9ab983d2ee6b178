"""`tabuah unit coverage`: gaps by kind, and what a unit would leave behind."""

from pathlib import Path

import pytest
from support.command_line import CommandLineConsole

UNIT = ("unit", "register", "TRC-01", "--name", "Regu 1", "--kind", "trc", "--opd", "BPBD", "--home=100.63,-0.8")


def test_unit_coverage_lists_gaps_and_what_a_unit_would_leave(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    line = CommandLineConsole(tmp_path / "data", capsys)
    line.json(*UNIT)
    answer = line.json("unit", "coverage")
    kinds = {each["kind"]: each for each in answer["kinds"]}
    assert (answer["exercise"], answer["with_exercises"]) == (None, False)
    assert len(kinds["fire"]["gaps"]) == 14
    assert kinds["fire"]["gaps"][0]["nearest_m"] is None
    trc = kinds["quick_response"]
    assert (trc["within_km"], trc["units"], trc["ready"]) == (30, 1, 1)
    names = [gap["name"] for gap in trc["gaps"]]
    assert "Kubung" not in names
    assert 0 < len(names) < 14
    assert all(gap["nearest_m"] > 30_000 for gap in trc["gaps"])
    without = line.json("unit", "coverage", "--without", "trc-01")["kinds"][2]
    assert (len(without["gaps"]), without["ready"]) == (14, 0)
    assert "dalam 30 km" in line.run("unit", "coverage")


def test_unit_coverage_refuses_unknown_unit(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    line = CommandLineConsole(tmp_path / "data", capsys)
    line.json(*UNIT)
    line.run("unit", "coverage", "--without", "tidak-ada", code=2)
    assert "tidak-ada" in line.errors
