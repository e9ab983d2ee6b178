"""The timeline of an incident has the entries of its tasks, and the steps that its units report for it."""

from pathlib import Path

import pytest
from support.command_line import CommandLineConsole

UNIT = ("unit", "register", "TRC-01", "--name", "TRC Kubung", "--kind", "trc", "--opd", "BPBD")
REPORT = ("incident", "report", "--hazard", "banjir", "--nagari", "Koto Baru, Kubung", "--title")


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return CommandLineConsole(tmp_path / "data", capsys)


def texts(line: CommandLineConsole, number: str) -> list[str]:
    return [event["text"] for event in line.json("incident", "show", number)["timeline"]]


def test_tasks_and_steps_of_units_are_in_the_timeline_of_their_incident(line: CommandLineConsole):
    line.json(*UNIT)
    first, second = (line.json(*REPORT, title)["number"] for title in ("Banjir", "Banjir lagi"))
    task = line.json("task", "add", first, "pasang rambu", "--owner", "TRC-01")
    line.json("task", "done", task["id"])
    line.json("incident", "edit", first, "--set", "assignment=TRC-01")
    line.json("unit", "move", "TRC-01", "menuju lokasi", "--note", "lewat Guguk")
    found = texts(line, first)
    assert found.count("Tugas ditambahkan: pasang rambu") == 1
    assert found.count("Tugas selesai: pasang rambu") == 1
    assert found[-1] == "TRC-01: Menuju lokasi (lewat Guguk)"
    line.json("unit", "check-in", "TRC-01", "--note", "air setinggi lutut")
    line.json("unit", "withdraw-check-in", "TRC-01", "--reason", "regu lain")
    assert "TRC-01: lapor berkala (air setinggi lutut)" in texts(line, first)
    assert "TRC-01: laporan berkala ditarik (regu lain)" in texts(line, first)
    line.json("incident", "edit", first, "--set", "assignment=")
    assert "TRC-01: Menuju lokasi (lewat Guguk)" in texts(line, first)  # it was assigned when it went there
    assert [text for text in texts(line, second) if "TRC-01" in text or "rambu" in text] == []


def test_shelters_of_an_incident_are_in_its_timeline(line: CommandLineConsole):
    first, second = (line.json(*REPORT, title)["number"] for title in ("Banjir", "Banjir lagi"))
    line.json("shelter", "add", "SDN 05", "--incident", first, "--at", "100.65,-0.85")
    assert [text for text in texts(line, first) if "SDN 05" in text]
    assert not [text for text in texts(line, second) if "SDN 05" in text]
