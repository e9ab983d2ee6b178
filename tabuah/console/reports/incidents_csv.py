"""The incident list as CSV for Excel: BOM, local times with a zone column, and no formulas."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tabuah.console.reports.incident_columns import (
    COLUMNS,
    ColumnType,
    ListedIncident,
    Value,
    format_value,
    read_value,
)
from tabuah.resources.catalogue import _, current_language
from tabuah.resources.time_zone import WIB

ZONE: Final = "WIB"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def encode_incidents_csv(items: Sequence[ListedIncident]) -> bytes:
    """Return all `items`, one per line.

    In Indonesian the separator is a semicolon and the decimal sign a comma, as Excel expects there; in
    English they are comma and point.
    """
    indonesian = current_language() == "id"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if indonesian else ",", lineterminator="\r\n")
    writer.writerow([*(_(column.title) for column in COLUMNS), _("Time zone")])
    numbers = {item.incident.id: item.incident.number for item in items}
    for item in items:
        values = [format_value(column, read_value(column, item, numbers)) for column in COLUMNS]
        cells = [
            _format_cell(value, column.form, decimal_comma=indonesian)
            for value, column in zip(values, COLUMNS, strict=True)
        ]
        writer.writerow([*cells, ZONE])
    return text.getvalue().encode("utf-8-sig")


def escape_formula(text: str) -> str:
    """Prefix an apostrophe to a text that a spreadsheet would read as a formula."""
    clean = text.replace("\0", "")
    return f"'{clean}" if clean.lstrip(" ").startswith(_FORMULA_STARTS) else clean


def _format_cell(value: Value, form: ColumnType, *, decimal_comma: bool) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S")
        case float():
            text = f"{value:.6f}"
            return text.replace(".", ",") if decimal_comma else text
        case str() if form is ColumnType.TEXT:
            return escape_formula(value)
    return str(value)
