"""Tables of stations in CSV and XLSX files: reading, export and template."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tabuah.console import table_files
from tabuah.console.table_files import TableFormat, read_rows, write_rows
from tabuah.operations.import_table import TableRow, guard_cell
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.station_table import COLUMNS, STATION_COLUMNS, format_station
from tabuah.resources.regency import current_regency
from tabuah.text.stations.table_text import explain_columns

STATION_TABLE: Final = TableFormat(columns=STATION_COLUMNS, sheet="stations", template="tabuah station template")


def read_table(path: Path) -> list[TableRow]:
    """Return the rows of a file. Lines that start with # are comments.

    Raises:
        UnreadableTable: the file cannot be read, lacks a column, has an unknown one, or is too large.
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
        [list(COLUMNS), *([guard_cell(cell) for cell in format_station(each)] for each in stations)],
    )


def write_template(path: Path) -> None:
    """Write a template: the columns, each explained in a comment, and an example.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    table_files.write_template(path, STATION_TABLE, explain_columns(), _examples())


def _examples() -> tuple[tuple[str, ...], ...]:
    """Return a river gauge and a rain gauge in the middle of the regency."""
    regency = current_regency()
    lon, lat = (f"{side:.2f}" for side in regency.centre_deg)
    return (
        (
            *(f"{regency.number_prefix}-AWLR-90", "AWLR Sungai Contoh", "river", lon, lat, "365", "", "BWS", "bws"),
            *("stage_m @300 -1..15 | battery_v", "Sungai Contoh", "", "", "0.5", "2", "2.6", "3.2"),
            *("BWS", "2026-01-01", ""),
        ),
        (
            *(f"{regency.number_prefix}-ARR-90", "ARR Contoh", "rain", lon, lat, "", "", "BMKG", ""),
            *("rain_mm", "", "", "", "", "", "", "", "", "", ""),
        ),
    )
