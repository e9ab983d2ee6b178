"""`tabuah server holiday` and `tabuah profile holiday`: a list that is changed at the server and read anywhere."""

from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.regencies import eastern_regency, write_profile_folder

from tabuah.resources.regency import regency_map_file


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    line = CommandLine(capsys, tmp_path / "data")
    line("server", "init", "--profile", str(write_profile_folder(tmp_path / "profile", eastern_regency())))
    return line


def test_holiday_is_added_renamed_and_removed(line: CommandLine):
    add = ("server", "holiday", "add", "25/12/2026")
    assert line.json(*add, "Natal") == {"changed": True, "holidays": 1}
    assert not line.json(*add, "Natal")["changed"]
    assert line.json(*add, "Kelahiran Yesus Kristus", "--reason", "SKB")["changed"]
    assert line.json("profile", "holiday", "list") == [{"date": "2026-12-25", "name": "Kelahiran Yesus Kristus"}]
    assert "Jumat, 25 Desember 2026" in line("profile", "holiday", "list")[1]
    assert line.json("profile", "holiday", "list", "--year", "2027") == []
    assert (map_file := regency_map_file()) is not None
    assert map_file.exists()  # the list changes nothing else
    assert line.json("server", "holiday", "remove", "2026-12-25") == {"changed": True, "holidays": 0}
    code, _out, err = line("server", "holiday", "remove", "2026-12-25")
    assert (code, "tidak ada dalam daftar" in err) == (2, True)


@pytest.mark.parametrize("wrong", [("25/13/2026", "x"), ("2026-12-25", " "), ("2026-12-25", "n" * 81)])
def test_wrong_holiday_is_refused(line: CommandLine, wrong: tuple[str, str]):
    assert line("server", "holiday", "add", *wrong)[0] == 2
    assert line.json("profile", "holiday", "list") == []


def test_holidays_are_exported_and_imported(line: CommandLine, tmp_path: Path):
    template, copy = tmp_path / "libur.csv", tmp_path / "copy.xlsx"
    line("profile", "holiday", "template", str(template))
    template.write_text(template.read_text("utf-8-sig") + "24/12/2026;Cuti bersama\n25/12/2026;Natal\n", "utf-8")
    read = ("server", "holiday", "import")
    assert not line.json(*read, str(template), "--dry-run")["written"]
    assert line.json("profile", "holiday", "list") == []
    imported = line.json(*read, str(template))
    assert (imported["new"], imported["refused"], imported["written"]) == (2, 0, True)
    assert line.json("profile", "holiday", "export", str(copy))["holidays"] == 2
    assert line.json(*read, str(copy))["unchanged"] == 2


def test_import_with_a_wrong_row_saves_nothing(line: CommandLine, tmp_path: Path):
    file = tmp_path / "libur.csv"
    file.write_text("tanggal,nama\n2026-12-25,Natal\nbesok,Libur\n", "utf-8")
    code, out, _err = line("server", "holiday", "import", str(file))
    assert (code, "besok" in out, line.json("profile", "holiday", "list")) == (2, True, [])
    assert line("server", "holiday", "import", str(file), "--valid-only")[0] == 0
    assert len(line.json("profile", "holiday", "list")) == 1


def test_holidays_are_part_of_the_exported_profile(line: CommandLine, tmp_path: Path):
    line("server", "holiday", "add", "2026-12-25", "Natal")
    line("profile", "export", str(tmp_path / "copy"))
    text = (tmp_path / "copy" / "regency.toml").read_text("utf-8")
    assert 'date = "2026-12-25", name = "Natal"' in text
    assert line("profile", "check", str(tmp_path / "copy"))[0] == 0
    (tmp_path / "copy" / "regency.toml").write_text(text.replace('"2026-12-25"', "2026-12-25"), "utf-8")
    assert line.json("server", "profile", str(tmp_path / "copy"))["changed"] is False
