"""`tabuah unit suggest`: what the run card of an incident needs, and ready units for it."""

from pathlib import Path

import pytest
from support.command_line import CommandLineConsole

UNIT = (
    "unit",
    "register",
    "TRC-01",
    "--name",
    "TRC Kubung",
    "--kind",
    "trc",
    "--opd",
    "BPBD",
    "--home=100.63,-0.8",
)


def test_units_of_the_run_card_are_suggested(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    line = CommandLineConsole(tmp_path / "data", capsys)
    line.json(*UNIT)
    report = ("incident", "report", "--hazard", "banjir", "--title", "Banjir", "--nagari", "Koto Baru, Kubung")
    number = line.json(*report)["number"]
    (need,) = line.json("unit", "suggest", number)
    assert (need["kind"], need["wanted"], need["missing"]) == ("quick_response", 1, 0)
    assert [each["id"] for each in need["units"]] == ["TRC-01"]
    assert "5,0 km lurus" in line.run("unit", "suggest", number)
    assert "TRC-01" in line.errors
    line.json("incident", "edit", number, "--set", "hazard=other")
    assert line.json("unit", "suggest", number) == []
