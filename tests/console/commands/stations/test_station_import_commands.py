"""`tabuah station import`, `export` and `template`: refusals by line, all or nothing, and round trips."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from support.command_line import CommandLineConsole
from support.console_stores import add_users, enrol, open_store, pull

from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import set_language
from tabuah.server.journal import ServerJournal

HEADER = "kode;nama;jenis;bujur;lintang;parameter;sungai;hilir;siaga_2;siaga_1;sumber_ambang;gerbang"
UPPER = "SLK-AWLR-90;AWLR Hulu;sungai;100,72;-0,95;stage_m;Batang Contoh;SLK-AWLR-91;2,6;3,2;BWS;pupr"
LOWER = "SLK-AWLR-91;AWLR Hilir;sungai;100,71;-0,94;stage_m @600 -1,5..12;Batang Contoh;;;;;pupr"
RAIN = "SLK-ARR-90;ARR Contoh;hujan;100,70;-0,95;rain_mm;;;;;;"


@pytest.fixture
def console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[CommandLineConsole]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, admin=Role.ADMIN, pupr=Role.GATEWAY)
        with open_store(tmp_path / "admin") as store:
            enrol(journal, store, "admin")
            pull(store, journal)
        yield CommandLineConsole(tmp_path / "admin", capsys)


def csv_file(folder: Path, *lines: str, encoding: str = "utf-8-sig") -> str:
    file = folder / "stasiun.csv"
    file.write_bytes("\r\n".join(lines).encode(encoding))
    return str(file)


def codes(console: CommandLineConsole) -> list[str]:
    return sorted(row["code"] for row in console.json("station", "list"))


def test_import_registers_all_rows(console: CommandLineConsole, tmp_path: Path):
    file = csv_file(tmp_path, "# daftar 2026", "", HEADER, UPPER, LOWER, "", RAIN)
    told = console.json("station", "import", file)
    assert (told["new"], told["refused"], told["written"]) == (3, 0, True)
    assert [row["line"] for row in told["rows"]] == [4, 5, 7]
    assert codes(console) == ["SLK-ARR-90", "SLK-AWLR-90", "SLK-AWLR-91"]
    again = console.json("station", "import", file)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_import_reads_files_of_windows(console: CommandLineConsole, tmp_path: Path, encoding: str):
    file = csv_file(tmp_path, HEADER, RAIN.replace("Contoh", "Café"), encoding=encoding)
    console.run("station", "import", file)
    assert console.json("station", "show", "SLK-ARR-90")["name"] == "ARR Café"


def test_import_refuses_by_line_and_saves_nothing(console: CommandLineConsole, tmp_path: Path):
    swapped = RAIN.replace("100,70;-0,95", "-0,95;100,70")
    low = UPPER.replace("3,2", "2,0")
    file = csv_file(tmp_path, HEADER, swapped, low, LOWER, LOWER)
    told = console.json("station", "import", file, code=2)
    refused = {(row["line"], problem["code"]) for row in told["rows"] for problem in row["problems"]}
    assert refused == {(2, "coordinates_swapped"), (3, "thresholds_not_ascending"), (5, "code_repeated")}
    assert told["written"] is False
    assert codes(console) == []
    printed = console.run("station", "import", file, code=2)
    assert "tertukar" in printed
    assert "--valid-only" in printed


def test_dry_run_shows_both_values(console: CommandLineConsole, tmp_path: Path):
    console.run("station", "import", csv_file(tmp_path, HEADER, UPPER, LOWER))
    file = csv_file(tmp_path, HEADER, UPPER.replace("3,2", "3,4"), LOWER)
    printed = console.run("station", "import", file, "--dry-run")
    assert "SLK-AWLR-90 river.thresholds_m.siaga_1: 3,2 → 3,4" in printed
    rows = console.json("station", "import", file, "--dry-run")["rows"]
    assert [row["differences"] for row in rows] == [
        [{"path": "river.thresholds_m.siaga_1", "before": 3.2, "after": 3.4}],
        [],
    ]


def test_import_of_valid_rows_only(console: CommandLineConsole, tmp_path: Path):
    file = csv_file(tmp_path, HEADER, UPPER, LOWER.replace("stage_m", "stage"), RAIN)
    told = console.json("station", "import", file, "--valid-only")
    assert (told["new"], told["refused"], told["written"]) == (1, 2, True)
    assert codes(console) == ["SLK-ARR-90"]


def test_import_before_the_first_sync_names_unchecked_gateways(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    fresh = CommandLineConsole(tmp_path / "fresh", capsys)
    file = csv_file(tmp_path, HEADER, LOWER)
    assert fresh.json("station", "import", file, "--dry-run")["unchecked_gateways"] == ["pupr"]
    fresh.run("station", "import", file, "--dry-run")
    assert "sebelum sinkronisasi pertama: pupr" in fresh.errors


def test_synchronised_console_checks_gateways(console: CommandLineConsole, tmp_path: Path):
    file = csv_file(tmp_path, HEADER, LOWER)
    assert console.json("station", "import", file, "--dry-run")["unchecked_gateways"] == []
    misspelt = csv_file(tmp_path, HEADER, LOWER.replace(";pupr", ";PUPR"))
    console.run("station", "import", misspelt, code=2)


def test_dry_run_saves_nothing(console: CommandLineConsole, tmp_path: Path):
    told = console.json("station", "import", csv_file(tmp_path, HEADER, RAIN), "--dry-run")
    assert (told["new"], told["written"]) == (1, False)
    assert codes(console) == []


def test_import_changes_known_stations_with_a_reason(console: CommandLineConsole, tmp_path: Path):
    console.run("station", "import", csv_file(tmp_path, HEADER, LOWER))
    moved = csv_file(tmp_path, HEADER, LOWER.replace("100,71", "100,69"))
    assert console.json("station", "import", moved, "--reason", "survei")["changed"] == 1
    assert console.json("station", "show", "SLK-AWLR-91")["changes"]["positions"][0]["reason"] == "survei"


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_export_is_imported_unchanged(console: CommandLineConsole, tmp_path: Path, suffix: str, language: str):
    console.run("station", "import", csv_file(tmp_path, HEADER, UPPER, LOWER, RAIN.replace("ARR Contoh", "=1+1")))
    file = str(tmp_path / f"keluar.{suffix}")
    console.run("station", "export", file, "--language", language)
    set_language("id")
    told = console.json("station", "import", file, "--dry-run")
    assert (told["unchanged"], told["new"], told["changed"], told["refused"]) == (3, 0, 0, 0)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_template_is_an_empty_table(console: CommandLineConsole, tmp_path: Path, suffix: str):
    file = str(tmp_path / f"contoh.{suffix}")
    console.run("station", "template", file)
    assert console.json("station", "import", file)["rows"] == []
    console.run("station", "template", str(tmp_path / "contoh.pdf"), code=2)


def test_workbook_with_numbers_is_imported(console: CommandLineConsole, tmp_path: Path):
    file = tmp_path / "stasiun.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["kode", "nama", "jenis", "bujur", "lintang", "parameter", "ketinggian"])
        sheet.write_row(1, 0, ["SLK-ARR-90", 12, "hujan", 100.7, -0.95, "rain_mm", 400])
    console.run("station", "import", str(file))
    shown = console.json("station", "show", "SLK-ARR-90")
    assert (shown["name"], shown["lon_deg"], shown["elevation_m"]) == ("12", 100.7, 400.0)


def zip_of(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "kosong"),
        (b"kode;nama\nA1;B", "tidak memuat kolom"),
        (b"kode;kode;nama", "dua kali"),
        (b"\x00\x01\x02", "bukan CSV"),
        (b"PK\x03\x04 tidak lengkap", "rusak"),
        (zip_of(x=b"y"), "rusak"),
        (zip_of(x=bytes(201 << 20)), "terlalu besar"),
        (HEADER.encode() + b"\n" + b"x" * 200_000, "bukan baris CSV"),
        (HEADER.encode() + ("\n" + RAIN).encode() * 5_001, "lebih dari"),
    ],
)
def test_unusable_file_is_refused_with_a_next_step(
    console: CommandLineConsole, tmp_path: Path, content: bytes, said: str
):
    file = tmp_path / "berkas.csv"
    file.write_bytes(content)
    console.run("station", "import", str(file), code=2)
    assert said in console.errors
