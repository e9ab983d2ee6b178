"""A series by minutes, hours or days, as `tabuah readings query --by` prints it or writes it into a file."""

from datetime import datetime, timedelta
from pathlib import Path

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, say
from tabuah.console.reports.spans_csv import spans_as_csv
from tabuah.console.reports.whole_file import write_file
from tabuah.console.span_records import SpanLine, SpansRecord
from tabuah.operations.stations.spans import Span
from tabuah.operations.stations.units import format_value
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_age, format_moment


def show_spans(call: Invocation, record: SpansRecord, *, since: datetime, output: Path | None) -> None:
    """Print them, or write them into a file for a spreadsheet; say where minutes are no longer told.

    Raises:
        FileNotWritten: the file cannot be written.
    """
    if output is None:
        headers = [_("Time"), _("Lowest"), _("Highest"), _("Mean"), _("Sum"), _("Readings"), _("Age of the newest")]
        rows = [_cells(line, record) for line in record.spans]
        call.show_table(record, headers, rows, empty=_("No readings in this time."))
    else:
        write_file(output, spans_as_csv(record))
        written = {"file": str(output), "spans": len(record.spans), "source": record.source}
        call.show(written, lambda: say(_told(len(record.spans), output)))
    _tell_forgotten(record, since)


def _told(lines: int, file: Path) -> str:
    return ngettext("{n} line is in {file}.", "{n} lines are in {file}.", lines).format(n=lines, file=file)


def _tell_forgotten(record: SpansRecord, since: datetime) -> None:
    if record.by is Span.MINUTE and record.values_from is not None and since < record.values_from:
        told = _("Before {time} only hours and days are kept: ask with --by hour.")
        print_error(told.format(time=format_moment(record.values_from)))


def _cells(line: SpanLine, record: SpansRecord) -> list[str]:
    def told(value: float) -> str:
        return format_value(record.parameter, value, unit=record.unit)

    return [
        format_moment(line.at),
        told(line.low),
        told(line.high),
        told(line.mean),
        told(line.total) if record.adds_up else "",
        str(line.count),
        format_age(timedelta(seconds=line.age_s)),
    ]
