"""Tables of stations in CSV and XLSX files: reading, export and template."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from tabuah.operations.stations.station import Station
from tabuah.operations.stations.station_table import (
    COLUMNS,
    FORMULA_STARTS,
    NUMBER_COLUMNS,
    REQUIRED_COLUMNS,
    StationTableRow,
    format_plain,
    format_station,
    missing_columns,
    parse_number,
    read_header,
)
from tabuah.resources.localisation import _, current_language
from tabuah.text.stations.table_text import explain_columns

MAX_ROWS: Final = 5_000
MAX_BYTES: Final = 20 * 1024 * 1024
_MAX_UNPACKED_BYTES: Final = 200 * 1024 * 1024  # of a workbook, which is a ZIP file
_MAX_CELLS: Final = 200  # in a row
_COMMENT: Final = "#"
SUFFIXES: Final = (".csv", ".xlsx")
_SHEET: Final = "stations"


class UnreadableTable(Exception):
    """The file is no table of stations; the message says what to do. Nothing was changed."""


def read_table(path: Path) -> list[StationTableRow]:
    """Return the rows of a file. Lines that start with # are comments.

    Raises:
        UnreadableTable: the file cannot be read, lacks a column, or is too large.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableTable(_("{file} is larger than {n} MB.").format(file=path.name, n=MAX_BYTES >> 20))
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableTable(_("{file} cannot be read: {reason}").format(file=path, reason=error)) from error
    lines = _workbook_lines(content) if content[:2] == b"PK" else _csv_lines(content)
    return _rows_of(lines)


def _rows_of(lines: Iterator[tuple[int, list[str]]]) -> list[StationTableRow]:
    columns: dict[int, str] = {}
    rows: list[StationTableRow] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells) or cells[0].lstrip("'\ufeff ").startswith(_COMMENT):
            continue
        if not columns:
            columns = _columns_of(cells)
            continue
        if len(rows) >= MAX_ROWS:
            raise UnreadableTable(_("The file has more than {n} stations. Divide it.").format(n=MAX_ROWS))
        rows.append(StationTableRow(line=line, cells={n: cells[i] for i, n in columns.items() if i < len(cells)}))
    if not columns:
        raise UnreadableTable(_("The file is empty. A template: tabuah station template FILE"))
    return rows


def _columns_of(cells: Sequence[str]) -> dict[int, str]:
    columns = read_header(cells)
    names = list(columns.values())
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise UnreadableTable(_("The column {column} occurs twice.").format(column=doubled[0]))
    if missing := missing_columns(columns):
        message = _("The first line lacks the columns {missing}. A template: tabuah station template FILE")
        raise UnreadableTable(message.format(missing=", ".join(missing)))
    return columns


def _csv_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decode(content)
    if "\0" in text:
        raise UnreadableTable(_("The file is neither CSV nor XLSX."))
    header = next((line for line in text.splitlines() if line.strip() and not _is_comment(line)), "")
    delimiter = max(";\t,", key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in rows:
            yield rows.line_num, row[:_MAX_CELLS]
    except csv.Error as error:
        message = _("Line {line} is no line of a CSV file: {reason}")
        raise UnreadableTable(message.format(line=rows.line_num, reason=error)) from error


def _is_comment(line: str) -> bool:
    return line.lstrip("\"' \ufeff").startswith(_COMMENT)


def _decode(content: bytes) -> str:
    """Return the text of a CSV file: UTF-8, UTF-16 with a byte order mark, or what Windows programs write."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _workbook_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - only for imports of workbooks

    _check_size(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever it meets in a damaged file
        raise UnreadableTable(_("The file is no XLSX workbook, or it is damaged.")) from error
    try:
        sheet = book.worksheets[0]
        for line, row in enumerate(sheet.iter_rows(values_only=True, max_col=_MAX_CELLS), start=1):
            yield line, [_cell_text(value) for value in row]
    except UnreadableTable:
        raise
    except Exception as error:
        raise UnreadableTable(_("The file is no XLSX workbook, or it is damaged.")) from error
    finally:
        book.close()


def _check_size(content: bytes) -> None:
    """Refuse a small file that unpacks to a huge one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableTable(_("The file is no XLSX workbook, or it is damaged.")) from error
    if size > _MAX_UNPACKED_BYTES:
        raise UnreadableTable(_("The workbook is too large."))


def _cell_text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value)
    if isinstance(value, float):
        return format_plain(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


def write_table(path: Path, stations: Iterable[Station]) -> None:
    """Write stations to a CSV or XLSX file, which `read_table` reads.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    _write(path, [list(COLUMNS), *([_safe(cell) for cell in format_station(each)] for each in stations)])


def write_template(path: Path) -> None:
    """Write a template: the columns, each explained in a comment, and an example.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    required = set(REQUIRED_COLUMNS)
    comments = [[f"{_COMMENT} {name}{' *' if name in required else ''}: {text}"] for name, text in explain_columns()]
    examples = [[f"{_COMMENT} {row[0]}", *row[1:]] for row in _EXAMPLES]
    _write(path, [*comments, list(COLUMNS), *examples])


_EXAMPLES: Final = (
    (
        *("SLK-AWLR-90", "AWLR Batang Contoh", "river", "100.72", "-0.95", "365", "Sumani", "BWS Sumatera V", "bws"),
        *("stage_m @300 -1..15 | battery_v", "Batang Contoh", "", "", "0.5", "2", "2.6", "3.2"),
        *("BWS Sumatera V", "2026-01-01", ""),
    ),
    (
        *("SLK-ARR-90", "ARR Contoh", "rain", "100.70", "-0.95", "", "", "BMKG", ""),
        *("rain_mm", "", "", "", "", "", "", "", "", "", ""),
    ),
)


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; a number may start with a minus."""
    is_number = parse_number(cell) is not None
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and not is_number else cell


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UnreadableTable(_("The name of the file must end with .csv or .xlsx."))
    path.write_bytes(_workbook(rows) if suffix == ".xlsx" else _csv(rows))


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a CSV file as spreadsheets expect it: in Indonesian with semicolons and decimal commas."""
    is_local = current_language() == "id"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if is_local else ",", lineterminator="\r\n")
    writer.writerows([_local_number(place, cell) if is_local else cell for place, cell in enumerate(r)] for r in rows)
    return text.getvalue().encode("utf-8-sig")


def _local_number(place: int, cell: str) -> str:
    return cell.replace(".", ",") if _number_of(place, cell) is not None else cell


def _number_of(place: int, cell: str) -> float | None:
    return parse_number(cell) if COLUMNS[place] in NUMBER_COLUMNS else None


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - only for workbooks

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_SHEET)
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                number = _number_of(place, cell)
                if number is None:
                    sheet.write_string(line, place, cell)
                else:
                    sheet.write_number(line, place, number)
    return content.getvalue()
