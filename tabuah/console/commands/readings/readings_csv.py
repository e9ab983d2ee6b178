"""Readings in CSV files from loggers and spreadsheets; numbers are never guessed, times are in the regency's zone."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from math import isfinite
from typing import Final, NamedTuple

import click
import msgspec

from tabuah.operations.readings.reading import Quality, Reading
from tabuah.resources.localisation import _
from tabuah.resources.time_zone import home_zone

COLUMNS: Final = ("station", "parameter", "time", "value")
_COLUMN_NAMES: Final = {
    "station": "station",
    "stasiun": "station",
    "parameter": "parameter",
    "time": "time",
    "at": "time",
    "waktu": "time",
    "value": "value",
    "nilai": "value",
}
ZONES: Final = {"UTC": 0, "WIB": 7, "WITA": 8, "WIT": 9}
_MAX_SHOWN_ERRORS: Final = 5
_DECIMAL_COMMA: Final = re.compile(r"[-+]?\d+,\d+")


class ReadingLine(msgspec.Struct, frozen=True):
    """One reading with its line number."""

    line: int
    reading: Reading


class UnreadableLine(msgspec.Struct, frozen=True):
    """A line that cannot be read, and why."""

    line: int
    error: str


class ReadFile(NamedTuple):
    """The readings of a file, and its unreadable lines."""

    lines: list[ReadingLine]
    unreadable: list[UnreadableLine]


def read_readings_csv(text: str, *, zone: str = "") -> ReadFile:
    """Parse a CSV file with the columns station, parameter, time and value, in any order.

    A file with semicolons has decimal commas. A bad line does not affect the others.

    Args:
        text: the file, without byte order mark.
        zone: one of `ZONES`, for times without a zone; empty is that of the regency.

    Raises:
        click.UsageError: the first line does not name the columns, or no line can be read.
    """
    lines = text.splitlines()
    delimiter = ";" if lines and ";" in lines[0] else ","
    rows = csv.reader(lines, delimiter=delimiter)
    found: list[ReadingLine] = []
    wrong: list[UnreadableLine] = []
    try:
        header = next(rows, [])
        columns, width = _parse_header(header), len(header)
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            try:
                _check_width(row, width)
                found.append(ReadingLine(rows.line_num, _parse_row(row, columns, delimiter, zone)))
            except ValueError as error:
                wrong.append(UnreadableLine(rows.line_num, str(error)))
    except csv.Error as error:  # such as a cell of 128 KiB: the rest cannot be split into cells
        wrong.append(UnreadableLine(rows.line_num, str(error)))
    if wrong and not found:
        more = _(" … and {n} more").format(n=len(wrong) - _MAX_SHOWN_ERRORS) if len(wrong) > _MAX_SHOWN_ERRORS else ""
        shown = "; ".join(map(describe_unreadable, wrong[:_MAX_SHOWN_ERRORS])) + more
        raise click.UsageError(_("nothing was sent: {lines}").format(lines=shown))
    return ReadFile(found, wrong)


def split_into_batches(lines: Sequence[ReadingLine], size: int) -> Iterator[Sequence[ReadingLine]]:
    """Split the lines into batches of one request each."""
    for start in range(0, len(lines), size):
        yield lines[start : start + size]


def describe_unreadable(unreadable: UnreadableLine) -> str:
    return _("line {line}: {error}").format(line=unreadable.line, error=unreadable.error)


def _parse_header(header: Sequence[str]) -> dict[str, int]:
    columns = {
        _COLUMN_NAMES[name]: i for i, cell in enumerate(header) if (name := cell.strip().lower()) in _COLUMN_NAMES
    }
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        message = _("the first line must name the columns {columns}; missing: {missing}")
        raise click.UsageError(message.format(columns=", ".join(COLUMNS), missing=", ".join(missing)))
    return columns


def _check_width(row: Sequence[str], width: int) -> None:
    """Refuse a row with more cells than columns: its value may be the whole part of a number, such as 2 of 2,95."""
    if any(cell.strip() for cell in row[width:]):
        raise ValueError(_("too many columns; write decimal points (2.95), or separate the columns by semicolons"))


def _parse_row(row: Sequence[str], columns: dict[str, int], delimiter: str, zone: str) -> Reading:
    if len(row) <= max(columns.values()):
        raise ValueError(_("too few columns"))
    cells = {name: row[index].strip() for name, index in columns.items()}
    value = _parse_number(cells["value"], delimiter)
    return Reading(
        cells["station"], cells["parameter"], _parse_time(cells["time"], zone), value, int(Quality.TYPED_IN)
    )


def _parse_number(text: str, delimiter: str) -> float:
    plain = text.replace(".", "").replace(",", ".") if delimiter == ";" and "," in text else text
    try:
        value = float(plain)
    except ValueError:
        hint = _("{text} is not a number; write {example}, or separate the columns by semicolons")
        is_comma = _DECIMAL_COMMA.fullmatch(text) is not None
        message = hint if is_comma and delimiter == "," else _("{text} is not a number")
        raise ValueError(message.format(text=text or '""', example=text.replace(",", "."))) from None
    if not isfinite(value):
        raise ValueError(_("{text} is not a number").format(text=text))
    return value


def _parse_time(text: str, zone: str) -> datetime:
    assumed = timezone(timedelta(hours=ZONES[zone])) if zone else home_zone()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        example = datetime(2026, 11, 24, 14, 30, tzinfo=assumed).isoformat()
        raise ValueError(
            _("{text} is not a time; write {example}").format(text=text or '""', example=example)
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=assumed)
    return moment.astimezone(UTC)
