"""Tables in files: unknown columns, headings, thousands separators, and workbooks with far or disordered rows."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tabuah.console.stations.table_file import STATION_TABLE
from tabuah.console.table_files import TableContent, UnreadableTable, read_content
from tabuah.operations.stations.station_table import STATION_COLUMNS, read_station

NAMES = ("kode", "nama", "jenis", "bujur", "lintang", "elevasi", "parameter")
ROW = ("SLK-ARR-90", "ARR Contoh", "rain", "100,66", "-0,9", "365", "rain_mm")


def read(folder: Path, *lines: str, ignore_columns: bool = False) -> TableContent:
    file = folder / "stasiun.csv"
    file.write_text("\n".join(lines), "utf-8")
    return read_content(file, STATION_TABLE, ignore_columns=ignore_columns)


def workbook(folder: Path, *rows: tuple[str | float, ...], far: int = 0) -> Path:
    file = folder / "stasiun.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
        if far:
            sheet.write(far - 1, 0, "x")
    return file


def test_filled_unknown_columns_refuse_the_file_by_their_headings(tmp_path: Path):
    header = ";".join((*NAMES, "Nomor SK", "Keterangan", "Catatan"))
    lines = (header, ";".join((*ROW, "12/2026", "", "")), ";".join((*ROW, "", "", "baru")))
    with pytest.raises(UnreadableTable, match="“Nomor SK”, “Catatan”"):
        read(tmp_path, *lines)
    ignored = read(tmp_path, *lines, ignore_columns=True)
    assert (len(ignored.rows), ignored.ignored) == (2, ("Nomor SK", "Keterangan", "Catatan"))


def test_values_without_a_heading_refuse_the_file(tmp_path: Path):
    lines = (";".join(NAMES), ";".join((*ROW, "", "12")))
    with pytest.raises(UnreadableTable, match="tanpa judul, kolom 9"):
        read(tmp_path, *lines)
    assert len(read(tmp_path, *lines, ignore_columns=True).rows) == 1


def test_empty_unknown_columns_are_ignored(tmp_path: Path):
    found = read(tmp_path, ";".join((*NAMES, "Keterangan", "")), ";".join((*ROW, " ", "")))
    assert (len(found.rows), found.ignored) == (1, ("Keterangan",))


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Akun pengirim", "gateway"),
        ("Berlaku sejak", "thresholds_from"),
        ("Siaga 1 (m)", "siaga_1"),
        ("Elevasi (mdpl)", "elevation_m"),
        ("NAMA POS", "name"),
        ("Waktu tempuh (menit)", "lag_min"),
    ],
)
def test_indonesian_headings_are_read(heading: str, column: str):
    assert STATION_COLUMNS.read_header([heading]) == {0: column}


def test_heading_with_another_unit_is_unknown():
    assert STATION_COLUMNS.read_header(["Siaga 1 (cm)", "Waktu tempuh (m)"]) == {}


def test_missing_columns_name_the_headings_found_and_those_that_would_do(tmp_path: Path):
    with pytest.raises(UnreadableTable) as caught:
        read(tmp_path, "Kode Alat;Nama Pos;Jenis;Bujur;Lintang;Parameter", "A;B;C;D;E;F")
    message = str(caught.value)
    assert "“Kode Alat”, “Nama Pos”" in message
    assert "kode_stasiun" in message


@pytest.mark.parametrize(
    ("latitude", "elevation", "is_unclear"),
    [
        ("-0,9", "1.365", True),
        ("-0.9", "1,365", True),
        ("-0.9", "1.365", False),
        ("-0,9", "1,365", False),
        ("-0,9", "0.365", False),
        ("-0,9", "12.5", False),
    ],
)
def test_thousands_separator_is_judged_by_the_whole_file(
    tmp_path: Path, latitude: str, elevation: str, *, is_unclear: bool
):
    row = ";".join((*ROW[:3], "100", latitude, elevation, ROW[6]))
    (found,) = read(tmp_path, ";".join(NAMES), row).rows
    assert found.unclear == ({"elevation_m"} if is_unclear else frozenset())
    _station, problems = read_station(found)
    assert [(each.field, each.code.value) for each in problems] == (
        [("elevation_m", "number_unreadable")] if is_unclear else []
    )


def test_number_of_a_workbook_has_no_thousands_separator(tmp_path: Path):
    file = workbook(tmp_path, NAMES, (*ROW[:3], "100,66", -0.9, 1.365, ROW[6]))
    (row,) = read_content(file, STATION_TABLE).rows
    assert (row.cells["elevation_m"], row.unclear) == ("1.365", frozenset())


def test_workbook_with_a_cell_far_below_its_table_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableTable, match=r"20000|20\.000"):
        read_content(workbook(tmp_path, NAMES, ROW, far=1_048_576), STATION_TABLE)


def test_workbook_with_disordered_rows_is_refused(tmp_path: Path):
    file = workbook(tmp_path, NAMES, ROW, ROW)
    content = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b'<row r="3"', b'<row r="1"') if "worksheets" in name else part)
    file.write_bytes(content.getvalue())
    with pytest.raises(UnreadableTable, match="Urutan baris"):
        read_content(file, STATION_TABLE)


def test_workbook_of_unfinished_rows_is_refused_in_linear_time(tmp_path: Path):
    file = workbook(tmp_path, NAMES, ROW)
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b"<row " * 1_000_000  # hours, where each is searched to the end of the text
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    with pytest.raises(UnreadableTable):
        read_content(file, STATION_TABLE)


def test_accepted_headings_are_documented(project: Path):
    rows = (
        f"| `{name}` | {', '.join(f'`{each}`' for each in STATION_COLUMNS.headings_of(name)[1:]) or '–'} |"
        for name in STATION_COLUMNS.names
    )
    table = "\n".join(["| column | is also read as |", "| --- | --- |", *rows])
    assert table in (project / "docs" / "commands.md").read_text("utf-8")
