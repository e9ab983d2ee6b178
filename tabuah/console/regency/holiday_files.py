"""Tables of the holidays in CSV and XLSX files: format, export and template."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tabuah.console import table_files
from tabuah.console.table_files import TableFormat, write_rows
from tabuah.operations.import_table import guard_cell
from tabuah.operations.regency.holiday_table import COLUMNS, HOLIDAY_COLUMNS, format_holidays
from tabuah.resources.regency_profile import Holiday
from tabuah.text.regency.holiday_text import explain_holiday_columns

HOLIDAY_TABLE: Final = TableFormat(
    columns=HOLIDAY_COLUMNS, sheet="holidays", template="tabuah profile holiday template"
)
_EXAMPLES: Final = (
    ("2026-12-24", "Cuti bersama Kelahiran Yesus Kristus"),
    ("2026-12-25", "Kelahiran Yesus Kristus"),
)


def write_holiday_table(path: Path, holidays: Iterable[Holiday]) -> None:
    """Write holidays to a CSV or XLSX file that can be imported again.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    rows = [[guard_cell(cell) for cell in row] for row in format_holidays(holidays)]
    write_rows(path, HOLIDAY_TABLE, [list(COLUMNS), *rows])


def write_holiday_template(path: Path) -> None:
    """Write a template: the columns, each explained in a comment, and examples; raises like `write_holiday_table`."""
    table_files.write_template(path, HOLIDAY_TABLE, explain_holiday_columns(), _EXAMPLES)
