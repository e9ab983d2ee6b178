"""`tabuah report after-action`: the special report as PDF, text, workbook and JSON."""

import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from support.flood_report import words_of

from tabuah.console.commands.main import run
from tabuah.resources.time_zone import home_zone

SECRET = "Yuni 081234567890"


class Console:
    """A data directory with a command line."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory, self.capsys = directory, capsys

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command and return its output, or its errors where `code` is not 0."""
        self.capsys.readouterr()
        found = run([*arguments, "--data", str(self.directory)])
        told = self.capsys.readouterr()
        assert found == code, (told.out, told.err)
        return told.err if code else told.out

    def make_flood(self) -> str:
        arguments = ("--hazard", "banjir", "--title", "Banjir di Jorong Simpang", "--at", "100.65,-0.85")
        number = self.run("incident", "report", *arguments, "--severity", "berat", "--caller", SECRET).strip()
        self.run("incident", "note", number, SECRET, "--restricted")
        self.run("incident", "figures", number, "--set", "displaced_people=86", "--source", "Wali Nagari")
        self.run("incident", "move", number, "terverifikasi")
        self.run("incident", "edit", number, "--set", "assignment=BPBD")
        return number

    def read(self, *arguments: str) -> str:
        return self.run("report", "after-action", *arguments, "-f", "txt", "-o", "-")


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(tmp_path / "data", capsys)


def test_after_action_report_states_what_was_known(console: Console, tmp_path: Path) -> None:
    number = console.make_flood()
    file = tmp_path / "khusus.pdf"
    told = console.run("report", "after-action", number, "-o", str(file))
    words = words_of(file.read_bytes(), tmp_path)
    assert f"{number}/KHUSUS/" in told
    for text in ("Laporan khusus", "Banjir di Jorong Simpang", "Perubahan status", "Mengungsi", "86"):
        assert text in words
    assert "081234567890" not in words


def test_after_action_json_has_codes_and_journal(console: Console, tmp_path: Path) -> None:
    number = console.make_flood()
    file = tmp_path / "khusus.json"
    console.run("report", "after-action", number, "-o", str(file))
    found = json.loads(file.read_text())
    assert found["scope"] == "incident"
    assert [each["kind"] for each in found["decisions"]] == ["status", "dispatch"]
    assert found["decisions"][0]["known"]["figures"] == {"displaced_people": 86}
    assert len(found["chronology"]) == 5
    assert set(found["journal"]) == {"seq", "hash", "synced_at", "device"}
    assert SECRET not in file.read_text()


def test_after_action_workbook_has_all_tables(console: Console, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    number = console.make_flood()
    file = tmp_path / "khusus.xlsx"
    console.run("report", "incident", number, "--kind", "khusus", "-o", str(file))
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    assert len(book.sheetnames) == 8
    assert book.worksheets[-1].max_row == 6
    cells = " ".join(str(value) for sheet in book for row in sheet.values for value in row)
    assert "081234567890" not in cells


def test_after_action_report_of_a_day_and_of_an_event(console: Console) -> None:
    number = console.make_flood()
    console.run("event", "open", "Banjir Kubung", "--incident", number)
    event = console.read("--event", "Banjir Kubung")
    assert number in event
    assert "Kejadian induk dibuka" in event
    assert SECRET not in event
    today = json.loads(console.run("incident", "show", number, "--json"))["reported_at"]
    text = console.read("--date", local_day(today))
    assert "Perubahan status" in text
    assert number in text
    empty = console.read("--date", "2020-01-01")
    assert number not in empty


def local_day(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(home_zone()).date().isoformat()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--event"),
        (("SLK-NONE-0001", "--date", "2026-11-24"), "--event"),
        (("SLK-NONE-0001",), "SLK-NONE-0001"),
        (("--event", "Tidak ada"), "Tidak ada"),
        (("--date", "2999-01-01"), "masa depan"),
        (("SLK-NONE-0001", "--exercise", "Galodo"), "--date"),
    ],
)
def test_impossible_after_action_report_is_rejected_with_reason(
    console: Console, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    console.make_flood()
    assert words in console.run("report", "after-action", *arguments, "-o", str(tmp_path / "x.pdf"), code=2)
    assert not (tmp_path / "x.pdf").exists()
