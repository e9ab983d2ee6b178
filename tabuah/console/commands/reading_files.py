"""Readings in a CSV file, as loggers and spreadsheets write them: a zone or a number is never guessed silently."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from math import isfinite
from typing import Final

import click
import msgspec

from tabuah.operations.stations.readings import Quality, Reading
from tabuah.resources.catalogue import _

COLUMNS: Final = ("station", "parameter", "time", "value")
_NAMES: Final = {
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
_MOST_TOLD: Final = 5


class ReadingLine(msgspec.Struct, frozen=True):
    """One reading with the number of its line."""

    line: int
    reading: Reading


def read_csv(text: str, *, zone: str | None) -> list[ReadingLine]:
    """The readings of a CSV file with the columns station, parameter, time and value, in any order.

    A file with semicolons has decimal commas. Times carry a zone, or `zone` says which one is meant.

    Args:
        text: the file, without byte order mark.
        zone: one of `ZONES`, for times without a zone.

    Raises:
        click.UsageError: something in it cannot be read; names the lines. Nothing is sent then.
    """
    lines = text.splitlines()
    delimiter = ";" if lines and ";" in lines[0] else ","
    rows = csv.reader(lines, delimiter=delimiter)
    found: list[ReadingLine] = []
    wrong: list[str] = []
    try:
        columns = _columns(next(rows, []))
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            try:
                found.append(ReadingLine(rows.line_num, _reading(row, columns, delimiter, zone)))
            except ValueError as error:
                wrong.append(_told(rows.line_num, error))
    except csv.Error as error:  # such as a cell of 128 KiB: from there on nothing can be told apart
        wrong.append(_told(rows.line_num, error))
    if wrong:
        more = _(" … and {n} more").format(n=len(wrong) - _MOST_TOLD) if len(wrong) > _MOST_TOLD else ""
        told = "; ".join(wrong[:_MOST_TOLD]) + more
        raise click.UsageError(_("nothing was sent: {lines}").format(lines=told))
    return found


def batches(lines: Sequence[ReadingLine], size: int) -> Iterator[Sequence[ReadingLine]]:
    """The lines in pieces that one request may have."""
    for start in range(0, len(lines), size):
        yield lines[start : start + size]


def _told(line: int, error: Exception) -> str:
    return _("line {line}: {error}").format(line=line, error=error)


def _columns(header: Sequence[str]) -> dict[str, int]:
    columns = {_NAMES[name]: i for i, cell in enumerate(header) if (name := cell.strip().lower()) in _NAMES}
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        message = _("the first line must name the columns {columns}; missing: {missing}")
        raise click.UsageError(message.format(columns=", ".join(COLUMNS), missing=", ".join(missing)))
    return columns


def _reading(row: Sequence[str], columns: dict[str, int], delimiter: str, zone: str | None) -> Reading:
    if len(row) <= max(columns.values()):
        raise ValueError(_("too few columns"))
    cells = {name: row[index].strip() for name, index in columns.items()}
    value = _number(cells["value"], delimiter)
    return Reading(cells["station"], cells["parameter"], _moment(cells["time"], zone), value, int(Quality.TYPED_IN))


def _number(text: str, delimiter: str) -> float:
    plain = text.replace(".", "").replace(",", ".") if delimiter == ";" and "," in text else text
    try:
        value = float(plain)
    except ValueError:
        raise ValueError(_("{text} is no number").format(text=text or '""')) from None
    if not isfinite(value):
        raise ValueError(_("{text} is no number").format(text=text))
    return value


def _moment(text: str, zone: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        example = "2026-11-24T14:30:00+07:00"
        raise ValueError(_("{text} is no time; write {example}").format(text=text or '""', example=example)) from None
    if moment.tzinfo is None:
        if zone is None:
            raise ValueError(_("{text} names no zone; say which with --zone, such as --zone WIB").format(text=text))
        moment = moment.replace(tzinfo=timezone(timedelta(hours=ZONES[zone])))
    return moment.astimezone(UTC)
