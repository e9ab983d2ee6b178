"""Records of calls, and their table in CSV and XLSX files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.console.incidents.incident_numbers import incident_number
from tabuah.console.table_files import TableFormat, write_rows
from tabuah.operations.calls.call import Call
from tabuah.operations.codes import CallClass, Channel
from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.import_table import TableColumns, guard_cell
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercise_id_json, exercise_json

COLUMNS: Final = (
    *("id", "received_at", "call_class", "channel", "taken_by", "note", "incident", "exercise"),
    "caller",  # last, so that a file without callers lacks only this one
)


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """A call in `call list --json`. `caller` is null without one, or where it is sealed for this user."""

    id: str
    call_class: CallClass
    channel: Channel
    taken_by: str
    received_at: datetime
    changed_at: datetime
    note: str
    incident: str  # number of the incident; its id while it is not here
    has_caller: bool
    caller: str | None
    pending: bool
    exercise: str | None
    exercise_id: str | None


def make_call_row(store: ConsoleStore, found: Call, known: Mapping[str, Exercise]) -> CallRow:
    """Return the record of a call."""
    return CallRow(
        id=found.id,
        call_class=found.call_class,
        channel=found.channel,
        taken_by=found.taken_by,
        received_at=found.received_at,
        changed_at=found.changed_at,
        note=found.note,
        incident=incident_number(store, found.incident),
        has_caller=bool(found.caller_entry),
        caller=caller_of_call(store, found),
        pending=store.is_pending(subject_of("call", found.id)),
        exercise=exercise_json(found, known),
        exercise_id=exercise_id_json(found),
    )


def caller_of_call(store: ConsoleStore, found: Call) -> str | None:
    """Return the caller of a call; None if there is none, or it is sealed for this user, erased or not here."""
    return store.personal_of(found.caller_entry).get("caller") if found.caller_entry else None


def write_call_table(path: Path, rows: Sequence[CallRow], *, with_callers: bool) -> None:
    """Write calls to a CSV or XLSX file.

    Raises:
        UnreadableTable: the file name has another ending.
    """
    columns = COLUMNS if with_callers else COLUMNS[:-1]
    table = TableFormat(columns=TableColumns(names=columns, required=()), sheet="calls", template="")
    records = [[guard_cell(_cell_text(row, name)) for name in columns] for row in rows]
    write_rows(path, table, [list(columns), *records])


def _cell_text(row: CallRow, name: str) -> str:
    value = getattr(row, name)
    return value.isoformat() if isinstance(value, datetime) else str(value or "")
