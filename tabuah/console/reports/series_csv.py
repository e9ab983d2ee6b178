"""A series by minute, hour or day as CSV: one span per line, with unit, local time and zone."""

import csv
import io
from datetime import datetime
from typing import Final

from tabuah.console.readings.span_records import SpanLine, SpansRecord
from tabuah.console.reports.incidents_csv import ZONE, escape_formula
from tabuah.resources.catalogue import N_, _, current_language
from tabuah.resources.time_zone import WIB

_TITLES: Final = (
    N_("Time"), N_("Time zone"), N_("Station code"), N_("Measured"), N_("Unit"), N_("Lowest"), N_("Highest"),
    N_("Mean"), N_("Sum"), N_("Readings"), N_("Newest"), N_("Age of the newest (s)"),
)  # fmt: skip
_DIGITS: Final = 6


def encode_spans_csv(record: SpansRecord) -> bytes:
    """Return all spans of a record.

    In Indonesian the separator is a semicolon and the decimal sign a comma, as Excel expects there.
    """
    indonesian = current_language() == "id"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if indonesian else ",", lineterminator="\r\n")
    writer.writerow([_(title) for title in _TITLES])
    for line in record.spans:
        writer.writerow(_row(line, record, decimal_comma=indonesian))
    return text.getvalue().encode("utf-8-sig")


def _row(line: SpanLine, record: SpansRecord, *, decimal_comma: bool) -> list[str]:
    def number(value: float) -> str:
        plain = f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")
        return plain.replace(".", ",") if decimal_comma else plain

    return [
        _format_time(line.at),
        ZONE,
        escape_formula(record.station),
        escape_formula(record.parameter),
        escape_formula(record.unit),
        *(number(value) for value in (line.low, line.high, line.mean)),
        number(line.total) if record.adds_up else "",
        str(line.count),
        _format_time(line.newest_at),
        number(line.age_s),
    ]


def _format_time(moment: datetime) -> str:
    return moment.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S")
