"""Tables of stations in CSV and XLSX files: reading, export and template."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tabuah.console.table_files import COMMENT, TableFormat, read_rows, safe_cell, write_rows
from tabuah.operations.import_table import TableRow
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.station_table import COLUMNS, REQUIRED_COLUMNS, STATION_COLUMNS, format_station
from tabuah.text.stations.table_text import explain_columns

STATION_TABLE: Final = TableFormat(columns=STATION_COLUMNS, sheet="stations", template="tabuah station template")


def read_table(path: Path) -> list[TableRow]:
    """Return the rows of a file. Lines that start with # are comments.

    Raises:
        UnreadableTable: the file cannot be read, lacks a column, or is too large.
    """
    return read_rows(path, STATION_TABLE)


def write_table(path: Path, stations: Iterable[Station]) -> None:
    """Write stations to a CSV or XLSX file, which `read_table` reads.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    write_rows(
        path,
        STATION_TABLE,
        [list(COLUMNS), *([safe_cell(cell) for cell in format_station(each)] for each in stations)],
    )


def write_template(path: Path) -> None:
    """Write a template: the columns, each explained in a comment, and an example.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    required = set(REQUIRED_COLUMNS)
    comments = [[f"{COMMENT} {name}{' *' if name in required else ''}: {text}"] for name, text in explain_columns()]
    examples = [[f"{COMMENT} {row[0]}", *row[1:]] for row in _EXAMPLES]
    write_rows(path, STATION_TABLE, [*comments, list(COLUMNS), *examples])


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
