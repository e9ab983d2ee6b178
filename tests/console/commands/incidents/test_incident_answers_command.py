"""`tabuah incident report --answer`, `incident answer` and `incident questions`, and the files with the answers."""

import io
from pathlib import Path

import msgspec
import openpyxl
import pytest
from support.command_line import CommandLineConsole

REPORT = ("incident", "report", "--hazard", "flood", "--title", "Banjir", "--nagari", "Koto Baru")


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return CommandLineConsole(tmp_path / "console", capsys)


def answers(console: CommandLineConsole, number: str) -> dict[str, object]:
    return {each["code"]: each["value"] for each in console.json("incident", "show", number)["answers"]}


def test_report_keeps_typed_answers_which_are_corrected_later(console: CommandLineConsole):
    typed = ("--answer", "water_cm=80", "--answer", "rising=ya", "--at-risk", "12")
    number = console.json(*REPORT, *typed)["number"]
    shown = console.json("incident", "show", number)
    assert answers(console, number) == {"water_cm": 80.0, "rising": True}
    assert shown["answers"][0]["question"] == "Ketinggian air?"
    assert (shown["answers"][0]["unit"], shown["people_at_risk"]) == ("cm", 12)
    assert "80 cm" in shown["timeline"][-1]["text"]
    changed = console.json("incident", "answer", number, "--answer", "rising=", "--answer", "water_cm=60")
    assert changed["number"] == number
    console.run("incident", "answer", number, "--at-risk", "none")
    assert answers(console, number) == {"water_cm": 60.0}
    (row,) = console.json("incident", "list")
    assert row["people_at_risk"] == 0
    assert "60 cm" in console.run("incident", "show", number)


def test_bad_answers_are_refused_in_words_and_nothing_is_saved(console: CommandLineConsole):
    for typed, words in (
        ("--answer=water_cm=tinggi", "water_cm: Tulis angka."),
        ("--answer=water_cm=99999", "2.000 cm"),
        ("--answer=depth=3", "water_cm, rising, trapped"),
        ("--answer=rising", "KODE=NILAI"),
        ("--at-risk=banyak", "--at-risk"),
    ):
        console.run(*REPORT, typed, code=2)
        assert words in console.errors
    console.run(*REPORT, "--answer", "rising=ya", "--answer", "rising=no", code=2)
    console.run(*REPORT, *["--answer=rising=ya"] * 31, code=2)
    assert console.json("incident", "list") == []
    number = console.json(*REPORT)["number"]
    console.run("incident", "answer", number, code=2)
    assert "--at-risk" in console.errors


def test_questions_are_listed_with_their_limits(console: CommandLineConsole):
    listed = console.json("incident", "questions", "banjir")
    assert [each["code"] for each in listed] == ["water_cm", "rising", "trapped"]
    assert (listed[0]["kind"], listed[0]["unit"], listed[0]["at_most"]) == ("number", "cm", 2000)
    assert (listed[1]["at_most"], listed[1]["choices"]) == (None, [])
    everything = console.json("incident", "questions")
    assert {each["hazard"] for each in everything} > {"flood", "fire"}
    assert console.json("incident", "questions", "other") == []


def test_answers_are_kept_and_taken_back_by_code_under_another_profile(console: CommandLineConsole, tmp_path: Path):
    number = console.json(*REPORT, "--answer", "water_cm=80")["number"]
    console.run("profile", "export", str(tmp_path / "profile"))
    file = tmp_path / "profile" / "regency.toml"
    text = file.read_text("utf-8")
    assert 'code = "water_cm"' in text
    file.write_text(text.replace('code = "water_cm"', 'code = "depth_cm"'), encoding="utf-8")
    console.run("profile", "use", str(tmp_path / "profile"))
    (stated,) = console.json("incident", "show", number)["answers"]
    assert (stated["code"], stated["question"], stated["value"]) == ("water_cm", "", 80.0)
    console.run("incident", "answer", number, "--answer", "water_cm=3", code=2)
    console.run("incident", "answer", number, "--answer", "water_cm=", "--answer", "depth_cm=70")
    assert answers(console, number) == {"depth_cm": 70.0}


def test_exports_have_the_answers_as_figures(console: CommandLineConsole, tmp_path: Path):
    number = console.json(*REPORT, "--answer", "water_cm=80", "--answer", "rising=no", "--at-risk", "3")["number"]
    files = {name: tmp_path / f"daftar.{name}" for name in ("csv", "xlsx", "geojson", "gpkg")}
    for path in files.values():
        console.run("report", "list", "-o", str(path))
    assert "water_cm=80; rising=no" in files["csv"].read_text("utf-8-sig")
    (feature,) = msgspec.json.decode(files["geojson"].read_bytes())["features"]
    assert feature["properties"]["answers"] == {"water_cm": 80.0, "rising": False}
    assert feature["properties"]["people_at_risk"] == 3
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].read_bytes()))
    rows = [tuple(cell.value for cell in row) for row in book["Jawaban pelapor"]]
    assert rows[1][:5] == (number, "water_cm", "Ketinggian air?", 80, "cm")
    assert rows[2][:4] == (number, "rising", "Air masih naik?", "tidak")


def test_answers_in_words_are_found_by_the_search(console: CommandLineConsole):
    console.run(*REPORT[:3], "fire", *REPORT[4:], "--answer", "burning=gudang kopra")
    assert len(console.json("incident", "search", "kopra")) == 1
