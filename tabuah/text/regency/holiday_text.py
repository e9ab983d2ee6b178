"""Texts about holidays: problems of an import, and the columns of its file."""

from typing import Final

from tabuah.operations.regency.holiday_table import LONGEST_NAME, HolidayProblem, HolidayRow
from tabuah.resources.localisation import N_, _
from tabuah.resources.regency_profile import MAX_HOLIDAYS

_PROBLEMS: Final[dict[HolidayProblem, str]] = {
    HolidayProblem.DATE_UNREADABLE: N_("the date cannot be read; write it like 2026-12-25 or 25/12/2026"),
    HolidayProblem.NAME_MISSING: N_("write the name of the holiday"),
    HolidayProblem.NAME_TOO_LONG: N_("the name is longer than {longest} characters"),
    HolidayProblem.REPEATED: N_("the date is in the file twice"),
    HolidayProblem.LIST_FULL: N_("the list is full: at most {most} holidays; remove those of past years first"),
}


def describe_holiday_problem(row: HolidayRow) -> str:
    """Return why a row of an import is refused; empty for one that is not."""
    text = _(_PROBLEMS[row.problem]) if row.problem is not None else ""
    return text.format(longest=LONGEST_NAME, most=MAX_HOLIDAYS)


def explain_holiday_columns() -> list[tuple[str, str]]:
    """Return the columns of an import with their meaning."""
    return [
        ("date", _("Local date, like 2026-12-25 or 25/12/2026")),
        ("name", _("Name of the public holiday or the joint leave (cuti bersama)")),
    ]
