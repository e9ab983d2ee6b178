"""Tables in CSV and XLSX files: reading, and writing in the form that spreadsheets expect."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Final

import msgspec
from msgspec.structs import replace

from tabuah.operations.import_table import TableColumns, TableRow, format_plain, unclear_numbers, visible_cell
from tabuah.resources.localisation import _, current_language

MAX_ROWS: Final = 5_000
MAX_BYTES: Final = 20 * 1024 * 1024
_MAX_UNPACKED_BYTES: Final = 200 * 1024 * 1024  # of a workbook, which is a ZIP file
_MAX_CELLS: Final = 200  # in a row
_MAX_LINES: Final = 4 * MAX_ROWS  # of a workbook, empty ones included: each costs time
# Neither part may run past the tag: a crafted sheet would cost time that grows with its square.
_ROW_NUMBER: Final = re.compile(rb"<(?:\w+:)?row\b[^<>]*?\sr=[\"']([^\"'<>]*)[\"']")
_LONGEST_TAG: Final = 65_536
_CHUNK_BYTES: Final = 1 << 20
_LONGEST_SHOWN: Final = 60
_MAX_SHOWN: Final = 20
COMMENT: Final = "#"
SUFFIXES: Final = (".csv", ".xlsx")


class UnreadableTable(Exception):
    """The file is no table of its kind; the message says what to do. Nothing was changed."""


class TableFormat(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of table in files.

    Attributes:
        columns: its columns.
        sheet: the name of the sheet in a workbook.
        template: the command that writes a template.
    """

    columns: TableColumns
    sheet: str
    template: str


class TableContent(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a file; `ignored` has the headings of its unknown columns."""

    rows: list[TableRow]
    ignored: tuple[str, ...] = ()


class _NumberText(str):
    """The text of a number in a workbook: its point is a decimal point, whatever the rest of the file has."""

    __slots__ = ()


def read_rows(path: Path, table: TableFormat) -> list[TableRow]:
    """Return the rows of a file, like `read_content`."""
    return read_content(path, table).rows


def read_content(path: Path, table: TableFormat, *, ignore_columns: bool = False) -> TableContent:
    """Return the content of a file. Lines that start with # are comments.

    Args:
        path: the file.
        table: its format.
        ignore_columns: whether unknown columns may have values, which are lost; empty ones always may be there.

    Raises:
        UnreadableTable: the file cannot be read, lacks a column, has an unknown one, or is too large.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableTable(_("{file} is larger than {n} MB.").format(file=path.name, n=MAX_BYTES >> 20))
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableTable(_("{file} cannot be read: {reason}").format(file=path, reason=error)) from error
    lines = _workbook_lines(content) if content[:2] == b"PK" else _csv_lines(content)
    return _content_of(_filled(lines), table, ignore_columns=ignore_columns)


def _filled(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Return the lines that are neither empty nor comments."""
    for line, cells in lines:
        if any(cell.strip() for cell in cells) and not cells[0].lstrip("'\ufeff ").startswith(COMMENT):
            yield line, cells


def _content_of(lines: Iterator[tuple[int, list[str]]], table: TableFormat, *, ignore_columns: bool) -> TableContent:
    _line, header = next(lines, (0, []))
    if not header:
        raise UnreadableTable(_("The file is empty. A template: {command} FILE").format(command=table.template))
    columns = _columns_of(header, table)
    unknown = {place: cell.strip() for place, cell in enumerate(header) if cell.strip() and place not in columns}
    rows: list[TableRow] = []
    filled: set[int] = set()
    for line, cells in lines:
        if len(rows) >= MAX_ROWS:
            raise UnreadableTable(_("The file has more than {n} lines. Divide it.").format(n=MAX_ROWS))
        filled.update(place for place, cell in enumerate(cells) if place not in columns and cell.strip())
        rows.append(TableRow(line=line, cells={n: cells[i] for i, n in columns.items() if i < len(cells)}))
    if filled and not ignore_columns:
        raise UnreadableTable(_refuse_unknown([unknown.get(n) or _nameless(n) for n in sorted(filled)]))
    return TableContent(rows=_mark_unclear(rows, table), ignored=tuple(unknown.values()))


def _nameless(place: int) -> str:
    return _("no heading, column {n}").format(n=place + 1)


def _refuse_unknown(headings: Sequence[str]) -> str:
    text = _(
        "Unknown columns: {columns}. Their values would be lost. Rename or delete them; the command ignores them "
        "with --ignore-columns."
    )
    return text.format(columns=_quoted(headings))


def _quoted(headings: Sequence[str]) -> str:
    shown = [f"“{each.strip()[:_LONGEST_SHOWN]}”" for each in headings if each.strip()]
    return ", ".join(shown[:_MAX_SHOWN]) + (" …" if len(shown) > _MAX_SHOWN else "")


def _mark_unclear(rows: list[TableRow], table: TableFormat) -> list[TableRow]:
    """Mark the numbers whose separator is one of thousands in this file."""
    numbers = table.columns.numbers
    texts = (cell for row in rows for name, cell in row.cells.items() if name in numbers)
    unclear = unclear_numbers(cell for cell in texts if not isinstance(cell, _NumberText))
    if not unclear:
        return rows
    return [replace(row, unclear=_unclear_columns(row, numbers, unclear)) for row in rows]


def _unclear_columns(row: TableRow, numbers: frozenset[str], unclear: frozenset[str]) -> frozenset[str]:
    cells = {name: row.cells[name] for name in numbers if name in row.cells}
    return frozenset(n for n, cell in cells.items() if not isinstance(cell, _NumberText) and cell.strip() in unclear)


def _columns_of(cells: Sequence[str], table: TableFormat) -> dict[int, str]:
    columns = table.columns.read_header(cells)
    names = list(columns.values())
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise UnreadableTable(_("The column {column} occurs twice.").format(column=doubled[0]))
    if missing := table.columns.missing_in(columns):
        message = _(
            "The first line lacks the columns {missing}. It has: {found}. The columns {missing} are also read as: "
            "{headings}. A template: {command} FILE"
        )
        headings = "; ".join(", ".join(table.columns.headings_of(name)[1:]) or name for name in missing)
        values = {"missing": ", ".join(missing), "found": _quoted(cells), "headings": headings}
        raise UnreadableTable(message.format(**values, command=table.template))
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
    return line.lstrip("\"' \ufeff").startswith(COMMENT)


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

    _check_package(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever it meets in a damaged file
        raise UnreadableTable(_("The file is no XLSX workbook, or it is damaged.")) from error
    try:
        sheet = book.worksheets[0]
        for line, row in enumerate(sheet.iter_rows(values_only=True, max_col=_MAX_CELLS), start=1):
            if line > _MAX_LINES:
                message = _("The sheet has cells below line {n}. Delete what is below the table, or divide it.")
                raise UnreadableTable(message.format(n=_MAX_LINES))
            yield line, [_cell_text(value) for value in row]
    except UnreadableTable:
        raise
    except Exception as error:
        raise UnreadableTable(_("The file is no XLSX workbook, or it is damaged.")) from error
    finally:
        book.close()


def _check_package(content: bytes) -> None:
    """Refuse a small file that unpacks to a huge one, and rows out of order, which openpyxl drops silently."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _MAX_UNPACKED_BYTES:
                raise UnreadableTable(_("The workbook is too large."))
            for name in packed.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with packed.open(name) as part:
                        _check_row_order(part)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise UnreadableTable(_("The file is no XLSX workbook, or it is damaged.")) from error


def _check_row_order(part: IO[bytes]) -> None:
    last, rest = 0, b""
    while chunk := part.read(_CHUNK_BYTES):
        text, _mark, begun = (rest + chunk).rpartition(b">")
        for found in _ROW_NUMBER.finditer(text):
            number = int(found[1])
            if number <= last:
                raise UnreadableTable(_("The rows of the workbook are out of order. Save it again in a spreadsheet."))
            last = number
        rest = begun[-_LONGEST_TAG:]


def _cell_text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value)
    if isinstance(value, int | float):
        return _NumberText(format_plain(value) if isinstance(value, float) else value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


def write_rows(path: Path, table: TableFormat, rows: Sequence[Sequence[str]]) -> None:
    """Write rows, the header included.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UnreadableTable(_("The name of the file must end with .csv or .xlsx."))
    rows = [[*map(visible_cell, row)] for row in rows]
    path.write_bytes(_workbook(rows, table) if suffix == ".xlsx" else _csv(rows, table.columns))


def write_template(
    path: Path, table: TableFormat, explained: Iterable[tuple[str, str]], examples: Iterable[Sequence[str]]
) -> None:
    """Write a template: the columns, each explained in a comment, and examples as comments.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    required = set(table.columns.required)
    comments = [[f"{COMMENT} {name}{' *' if name in required else ''}: {text}"] for name, text in explained]
    shown = [[f"{COMMENT} {row[0]}", *row[1:]] for row in examples]
    write_rows(path, table, [*comments, list(table.columns.names), *shown])


def _csv(rows: Sequence[Sequence[str]], columns: TableColumns) -> bytes:
    """Return a CSV file as spreadsheets expect it: in Indonesian with semicolons and decimal commas."""
    is_local = current_language() == "id"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if is_local else ",", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_local_number(columns, *each) if is_local else each[1] for each in enumerate(row)])
    return text.getvalue().encode("utf-8-sig")


def _local_number(columns: TableColumns, place: int, cell: str) -> str:
    return cell.replace(".", ",") if columns.number_of(place, cell) is not None else cell


def _workbook(rows: Sequence[Sequence[str]], table: TableFormat) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - only for workbooks

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(table.sheet)
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                number = table.columns.number_of(place, cell)
                if number is None:
                    sheet.write_string(line, place, cell)
                else:
                    sheet.write_number(line, place, number)
    return content.getvalue()
