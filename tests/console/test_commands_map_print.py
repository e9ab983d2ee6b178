"""`tabuah map print`: files of the wanted form, scale and extent; odd wishes refused."""

from pathlib import Path

import pytest
from command_lines import Line
from PySide6.QtGui import QImage


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Line:
    return Line(capsys, tmp_path / "data")


def test_the_map_is_printed_as_pdf_with_all_words(line: Line, tmp_path: Path):
    line.json("incident", "report", "--hazard", "banjir", "--title", "x", "--at", "100.65,-0.85")
    file = tmp_path / "peta.pdf"
    answer = line.json("map", "print", str(file), "--title", "Peta banjir", "--paper", "a3", "--scale", "1:50.000")
    assert file.read_bytes().startswith(b"%PDF")
    assert (answer["paper"], answer["orientation"], answer["scale"]) == ("A3", "landscape", 50_000)
    assert (answer["incidents"], answer["exercise"]) == (1, False)


def test_the_extent_is_shown_whole_at_a_round_scale(line: Line, tmp_path: Path):
    file = tmp_path / "peta.png"
    box = ("--extent", "100.6,-0.9,100.7,-0.8", "--orientation", "portrait", "--grid", "utm")
    answer = line.json("map", "print", str(file), *box)
    west, south, east, north = answer["bbox"]
    assert west <= 100.6 < 100.7 <= east
    assert south <= -0.9 < -0.8 <= north
    assert answer["scale"] == 60_000
    assert (QImage(str(file)).width(), QImage(str(file)).height()) == (2481, 3507)


def test_people_are_told_where_the_map_is(line: Line, tmp_path: Path):
    code, out, _err = line("map", "print", str(tmp_path / "peta.svg"), "--scale", "250000")
    assert code == 0
    assert "peta.svg" in out
    assert "1 : 250.000" in out


@pytest.mark.parametrize(
    "options",
    [
        ("--scale", "huge"),
        ("--scale", "1:10"),
        ("--scale", "99999999"),
        ("--extent", "101,0,100,1"),
        ("--paper", "A5"),
    ],
)
def test_odd_wishes_are_refused(options: tuple[str, str], line: Line, tmp_path: Path):
    code, _out, err = line("map", "print", str(tmp_path / "a.pdf"), *options)
    assert (code, bool(err)) == (2, True)
    assert not (tmp_path / "a.pdf").exists()


def test_another_ending_is_refused_with_what_is_possible(line: Line, tmp_path: Path):
    code, _out, err = line("map", "print", str(tmp_path / "a.jpg"))
    assert (code, ".pdf" in err) == (2, True)


def test_a_broken_office_file_is_told(line: Line, tmp_path: Path):
    line.data.mkdir()
    (line.data / "office.json").write_text("{")
    code, _out, err = line("map", "print", str(tmp_path / "a.pdf"))
    assert (code, "office.json" in err) == (2, True)
