"""Files of the aid ledger: the lines with all versions, or the balances, as CSV or XLSX."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tabuah.console.aid.aid_records import BalanceRecord, VersionRecord
from tabuah.console.record_files import RecordColumns, write_record_table

LEDGER_COLUMNS: Final = RecordColumns(
    names=tuple(name for name in VersionRecord.__struct_fields__ if name != "pending"), sheet="ledger"
)
BALANCE_COLUMNS: Final = RecordColumns(names=BalanceRecord.__struct_fields__, sheet="balance")


def write_ledger(path: Path, records: Sequence[VersionRecord]) -> None:
    """Write all versions of lines; raises like `write_record_table`."""
    write_record_table(path, records, LEDGER_COLUMNS)


def write_balances(path: Path, records: Sequence[BalanceRecord]) -> None:
    """Write balances; raises like `write_record_table`."""
    write_record_table(path, records, BALANCE_COLUMNS)
