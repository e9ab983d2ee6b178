"""Tables of the duty roster in CSV and XLSX files: format, export and template."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tabuah.console import table_files
from tabuah.console.table_files import TableFormat, write_rows
from tabuah.operations.import_table import guard_cell
from tabuah.operations.roster.roster_table import COLUMNS, ROSTER_COLUMNS, format_roster
from tabuah.operations.roster.week_roster import WeekRoster
from tabuah.text.roster.roster_columns import explain_roster_columns

ROSTER_TABLE: Final = TableFormat(columns=ROSTER_COLUMNS, sheet="roster", template="tabuah roster template")
_EXAMPLES: Final = (
    ("2026-12-07", "08:00", "24", "Regu A", "rina", "budi | sari", "", ""),
    ("2026-12-08", "08:00", "24", "Regu B", "yusuf", "joni", "", "Siaga banjir"),
)


def write_roster_table(path: Path, rosters: Iterable[WeekRoster]) -> None:
    """Write the planned shifts to a CSV or XLSX file that can be imported again.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    rows = [[guard_cell(cell) for cell in row] for roster in rosters for row in format_roster(roster)]
    write_rows(path, ROSTER_TABLE, [list(COLUMNS), *rows])


def write_roster_template(path: Path) -> None:
    """Write a template: the columns, each explained in a comment, and examples.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    table_files.write_template(path, ROSTER_TABLE, explain_roster_columns(), _EXAMPLES)
