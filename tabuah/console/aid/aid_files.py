"""Files of the aid ledger: the lines with all versions, or the balances, as CSV or XLSX."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.console.aid.aid_records import BalanceRecord, VersionRecord
from tabuah.console.table_files import TableFormat, write_rows
from tabuah.operations.import_table import TableColumns, guard_cell

LEDGER_COLUMNS: Final = tuple(name for name in VersionRecord.__struct_fields__ if name != "pending")
BALANCE_COLUMNS: Final = BalanceRecord.__struct_fields__


def write_ledger(path: Path, records: Sequence[VersionRecord]) -> None:
    """Write all versions of lines.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    _write(path, records, LEDGER_COLUMNS, "ledger")


def write_balances(path: Path, records: Sequence[BalanceRecord]) -> None:
    """Write balances; raises like `write_ledger`."""
    _write(path, records, BALANCE_COLUMNS, "balance")


def _write(path: Path, records: Sequence[msgspec.Struct], columns: tuple[str, ...], sheet: str) -> None:
    table = TableFormat(columns=TableColumns(names=columns, required=()), sheet=sheet, template="")
    rows = [[guard_cell(_cell(getattr(record, name))) for name in columns] for record in records]
    write_rows(path, table, [list(columns), *rows])


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return "" if value is None else str(value)
