"""`tabuah map print`: format, scale and extent of the files; invalid options are rejected."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from support.command_line import CommandLine


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    return CommandLine(capsys, tmp_path / "data")


def test_map_print_pdf_contains_all_texts(line: CommandLine, tmp_path: Path):
    line.json("incident", "report", "--hazard", "banjir", "--title", "x", "--at", "100.65,-0.85")
    file = tmp_path / "peta.pdf"
    answer = line.json("map", "print", str(file), "--title", "Peta banjir", "--paper", "a3", "--scale", "1:50.000")
    assert file.read_bytes().startswith(b"%PDF")
    assert (answer["paper"], answer["orientation"], answer["scale"]) == ("A3", "landscape", 50_000)
    assert (answer["incidents"], answer["exercise"]) == (1, None)


def test_map_print_fits_extent_at_round_scale(line: CommandLine, tmp_path: Path):
    file = tmp_path / "peta.png"
    box = ("--extent", "100.6,-0.9,100.7,-0.8", "--orientation", "portrait", "--grid", "utm")
    answer = line.json("map", "print", str(file), *box)
    west, south, east, north = answer["bbox"]
    assert west <= 100.6 < 100.7 <= east
    assert south <= -0.9 < -0.8 <= north
    assert answer["scale"] == 60_000
    assert (QImage(str(file)).width(), QImage(str(file)).height()) == (2481, 3507)


def test_map_print_names_file_and_scale(line: CommandLine, tmp_path: Path):
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
def test_map_print_rejects_invalid_options(options: tuple[str, str], line: CommandLine, tmp_path: Path):
    code, _out, err = line("map", "print", str(tmp_path / "a.pdf"), *options)
    assert (code, bool(err)) == (2, True)
    assert not (tmp_path / "a.pdf").exists()


def test_map_print_rejects_other_formats(line: CommandLine, tmp_path: Path):
    code, _out, err = line("map", "print", str(tmp_path / "a.jpg"))
    assert (code, ".pdf" in err) == (2, True)


def test_map_print_reports_malformed_office_file(line: CommandLine, tmp_path: Path):
    line.data.mkdir()
    (line.data / "office.json").write_text("{")
    code, _out, err = line("map", "print", str(tmp_path / "a.pdf"))
    assert (code, "office.json" in err) == (2, True)
