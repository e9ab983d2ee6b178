"""Receipts of notices in CSV and XLSX files."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from tabuah.console.table_files import TableFormat, write_rows
from tabuah.operations.import_table import TableColumns, guard_cell
from tabuah.storage.journal.notices_protocol import NoticeReceipt

COLUMNS: Final = (
    *("id", "created_at", "contact_name", "contact", "channel", "occasion", "title", "subjects", "exercise", "state"),
    *("attempts", "due_at", "ended_at", "acknowledged_at", "changed_by", "receipt", "error", "address"),
)
_OPEN: Final = COLUMNS[:-3]  # without the address, and the answers that may contain it


def write_receipt_table(path: Path, receipts: Sequence[NoticeReceipt], *, with_personal: bool) -> None:
    """Write receipts to a CSV or XLSX file; addresses and answers of channels only `with_personal`.

    Raises:
        UnreadableTable: the file name has another ending.
    """
    columns = COLUMNS if with_personal else _OPEN
    table = TableFormat(columns=TableColumns(names=columns, required=()), sheet="notices", template="")
    rows = [[guard_cell(_cell_text(each, name)) for name in columns] for each in receipts]
    write_rows(path, table, [list(columns), *rows])


def _cell_text(receipt: NoticeReceipt, name: str) -> str:
    value = getattr(receipt, name)
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat()
        case tuple():
            return ";".join(value)
    return str(value)
