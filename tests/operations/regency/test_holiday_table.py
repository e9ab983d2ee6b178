"""Holidays as a table: the plan of an import, its refusals, and the round trip of an export."""

from datetime import date, timedelta

from tabuah.operations.import_table import RowState, TableRow
from tabuah.operations.regency.holiday_table import (
    HolidayProblem,
    format_holidays,
    plan_holiday_import,
    sort_holidays,
)
from tabuah.resources.regency_profile import MAX_HOLIDAYS, Holiday
from tabuah.text.regency.holiday_text import describe_holiday_problem

CHRISTMAS = Holiday(date=date(2026, 12, 25), name="Natal")


def rows_of(*cells: tuple[str, str]) -> list[TableRow]:
    return [TableRow(line=n, cells={"date": day, "name": name}) for n, (day, name) in enumerate(cells, start=2)]


def test_import_adds_renames_and_keeps_holidays():
    rows = rows_of(("24/12/2026", "Cuti bersama"), ("2026-12-25", "Kelahiran Yesus Kristus"), ("1.1.2027", "Baru"))
    new_year = Holiday(date=date(2027, 1, 1), name="Baru")
    plan = plan_holiday_import(rows, [CHRISTMAS, new_year])
    assert [row.state for row in plan.rows] == [RowState.NEW, RowState.CHANGED, RowState.UNCHANGED]
    assert [each.name for each in plan.holidays] == ["Cuti bersama", "Kelahiran Yesus Kristus", "Baru"]


def test_import_refuses_rows_with_their_reason():
    rows = rows_of(("31/02/2026", "x"), ("2026-12-24", " "), ("2026-12-26", "n" * 81), ("2026-12-25", "a\u200eb"))
    plan = plan_holiday_import([*rows, *rows_of(("2026-12-31", "a"), ("31-12-2026", "b"))], [CHRISTMAS])
    assert [row.problem for row in plan.refused] == [
        HolidayProblem.DATE_UNREADABLE,
        HolidayProblem.NAME_MISSING,
        HolidayProblem.NAME_TOO_LONG,
        HolidayProblem.NAME_MISSING,
        HolidayProblem.REPEATED,
    ]
    assert all(describe_holiday_problem(row) for row in plan.refused)
    assert [each.name for each in plan.holidays] == ["Natal", "a"]


def test_import_into_a_full_list_only_renames():
    full = [Holiday(date=date(2000, 1, 1) + timedelta(days=n), name="Libur") for n in range(MAX_HOLIDAYS)]
    plan = plan_holiday_import(rows_of(("2000-01-01", "Tahun Baru"), ("2026-12-25", "Natal")), full)
    assert [(row.state, row.problem) for row in plan.rows] == [
        (RowState.CHANGED, None),
        (RowState.REFUSED, HolidayProblem.LIST_FULL),
    ]
    assert len(plan.holidays) == MAX_HOLIDAYS


def test_exported_holidays_are_imported_unchanged():
    holidays = sort_holidays([CHRISTMAS, Holiday(date=date(2026, 3, 20), name="Idul Fitri"), CHRISTMAS])
    assert [each.date.month for each in holidays] == [3, 12]
    plan = plan_holiday_import(rows_of(*(tuple(row) for row in format_holidays(holidays))), holidays)
    assert {row.state for row in plan.rows} == {RowState.UNCHANGED}
    assert plan.holidays == holidays
