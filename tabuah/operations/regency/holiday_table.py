"""The holidays of the profile as rows of a table, and the plan of an import."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.import_table import RowState, TableColumns, TableRow, parse_date, plain_cell
from tabuah.resources.regency_profile import MAX_HOLIDAYS, Holiday

COLUMNS: Final = ("date", "name")
HOLIDAY_COLUMNS: Final = TableColumns(
    names=COLUMNS,
    required=COLUMNS,
    aliases={"tanggal": "date", "hari": "date", "nama": "name", "hari_libur": "name", "keterangan": "name"},
)
LONGEST_NAME: Final = 80


class HolidayProblem(StrEnum):
    """Why a row of an import is refused; `text.regency.holiday_text` has the sentences."""

    DATE_UNREADABLE = "date_unreadable"
    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    REPEATED = "repeated"
    LIST_FULL = "list_full"


class HolidayRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of an import; a refused one has its problem, and no holiday."""

    line: int
    state: RowState
    holiday: Holiday | None = None
    problem: HolidayProblem | None = None
    value: str = ""  # the cell of a refused row


class HolidayImportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of an import in the order of the file, and the holidays after it."""

    rows: tuple[HolidayRow, ...]
    holidays: tuple[Holiday, ...]

    def count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)

    @property
    def refused(self) -> tuple[HolidayRow, ...]:
        return tuple(row for row in self.rows if row.state is RowState.REFUSED)


def sort_holidays(holidays: Iterable[Holiday]) -> tuple[Holiday, ...]:
    """Return holidays in the order of their dates; of two on one date the later one."""
    by_date = {each.date: each for each in holidays}
    return tuple(by_date[day] for day in sorted(by_date))


def plan_holiday_import(rows: Sequence[TableRow], present: Iterable[Holiday]) -> HolidayImportPlan:
    """Add the rows of a file to the present holidays; a date that is listed gets the name of the file."""
    by_date = {each.date: each for each in present}
    seen: set[date] = set()
    planned = []
    for row in rows:
        read = _read_row(row)
        if read.holiday is not None:
            read = _compared(read, read.holiday, by_date, seen)
        if read.holiday is not None:
            by_date[read.holiday.date] = read.holiday
            seen.add(read.holiday.date)
        planned.append(read)
    return HolidayImportPlan(rows=tuple(planned), holidays=sort_holidays(by_date.values()))


def format_holidays(holidays: Iterable[Holiday]) -> list[list[str]]:
    """Return holidays as rows that an import reads."""
    return [[each.date.isoformat(), each.name] for each in holidays]


def _read_row(row: TableRow) -> HolidayRow:
    cells = {name: plain_cell(cell) for name, cell in row.cells.items()}
    text, name = cells.get("date", ""), cells.get("name", "")
    day = parse_date(text)
    if day is None:
        return _refused(row.line, HolidayProblem.DATE_UNREADABLE, text)
    if not name:
        return _refused(row.line, HolidayProblem.NAME_MISSING, text)
    if len(name) > LONGEST_NAME:
        return _refused(row.line, HolidayProblem.NAME_TOO_LONG, name)
    if not name.isprintable():
        return _refused(row.line, HolidayProblem.NAME_MISSING, text)
    return HolidayRow(line=row.line, state=RowState.NEW, holiday=Holiday(date=day.date(), name=name))


def _compared(row: HolidayRow, holiday: Holiday, by_date: dict[date, Holiday], seen: set[date]) -> HolidayRow:
    listed = by_date.get(holiday.date)
    if holiday.date in seen:
        return _refused(row.line, HolidayProblem.REPEATED, holiday.date.isoformat())
    if listed is None:
        is_full = len(by_date) >= MAX_HOLIDAYS
        return _refused(row.line, HolidayProblem.LIST_FULL, holiday.date.isoformat()) if is_full else row
    state = RowState.UNCHANGED if listed == holiday else RowState.CHANGED
    return msgspec.structs.replace(row, state=state)


def _refused(line: int, problem: HolidayProblem, value: str) -> HolidayRow:
    return HolidayRow(line=line, state=RowState.REFUSED, problem=problem, value=value)
