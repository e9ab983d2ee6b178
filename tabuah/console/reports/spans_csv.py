"""A series by minutes, hours or days as CSV: one span on a line, with unit, local time and zone."""

import csv
import io
from datetime import datetime
from typing import Final

from tabuah.console.reports.csv_file import ZONE, harmless
from tabuah.console.span_records import SpanLine, SpansRecord
from tabuah.resources.catalogue import N_, _, current_language
from tabuah.resources.formats import WIB

_TITLES: Final = (
    N_("Time"), N_("Time zone"), N_("Station code"), N_("Measured"), N_("Unit"), N_("Lowest"), N_("Highest"),
    N_("Mean"), N_("Sum"), N_("Readings"), N_("Newest"), N_("Age of the newest (s)"),
)  # fmt: skip
_DIGITS: Final = 6


def spans_as_csv(record: SpansRecord) -> bytes:
    """All spans of a record.

    In Indonesian the separator is a semicolon and the decimal sign a comma, as Excel expects it there.
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
        _local(line.at),
        ZONE,
        harmless(record.station),
        harmless(record.parameter),
        harmless(record.unit),
        *(number(value) for value in (line.low, line.high, line.mean)),
        number(line.total) if record.adds_up else "",
        str(line.count),
        _local(line.newest_at),
        number(line.age_s),
    ]


def _local(moment: datetime) -> str:
    return moment.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S")
