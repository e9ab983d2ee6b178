"""The list of incidents as CSV that Excel opens as it is: BOM, local times with their zone, and no formulas."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tabuah.console.reports.incident_table import COLUMNS, Form, ListedIncident, Value, shown_value, value_of
from tabuah.resources.catalogue import _, current_language
from tabuah.resources.formats import WIB

ZONE: Final = "WIB"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def incidents_as_csv(items: Sequence[ListedIncident]) -> bytes:
    """All of `items`, one line each.

    In Indonesian the separator is a semicolon and the decimal sign a comma, as Excel expects it there; in English
    comma and point.
    """
    indonesian = current_language() == "id"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if indonesian else ",", lineterminator="\r\n")
    writer.writerow([*(_(column.title) for column in COLUMNS), _("Time zone")])
    numbers = {item.incident.id: item.incident.number for item in items}
    for item in items:
        values = [shown_value(column, value_of(column, item, numbers)) for column in COLUMNS]
        cells = [
            _cell(value, column.form, decimal_comma=indonesian) for value, column in zip(values, COLUMNS, strict=True)
        ]
        writer.writerow([*cells, ZONE])
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it."""
    clean = text.replace("\0", "")
    return f"'{clean}" if clean.lstrip(" ").startswith(_FORMULA) else clean


def _cell(value: Value, form: Form, *, decimal_comma: bool) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S")
        case float():
            text = f"{value:.6f}"
            return text.replace(".", ",") if decimal_comma else text
        case str() if form is Form.TEXT:
            return harmless(value)
    return str(value)
