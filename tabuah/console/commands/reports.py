"""`tabuah report`: one incident, the list, or a day as documents, tables and maps."""

import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.parameters import Code, PastMoment
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.console.reports.issuing import FileFormat, ListFormat
from tabuah.operations.codes import Status
from tabuah.resources.catalogue import N_, _, ngettext

if TYPE_CHECKING:
    from tabuah.console.reports.issuing import IssuedFile

FormatT = TypeVar("FormatT", bound=StrEnum)

report_group = TabuahGroup("report", help=N_("Reports and exports: one incident, the list, or a day."))

_OUTPUT = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), required=True,
    metavar="FILE", help=N_("The file to write; - writes to the standard output."),
)  # fmt: skip


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints of a written file."""

    file: str
    format: str
    number: str
    incidents: int
    as_of: datetime


@report_group.command("incident", help=N_("Make the report of one incident."))
@click.argument("incident", metavar="ID")
@click.option(
    "--kind", type=click.Choice(["awal", "perkembangan", "akhir", "khusus"]), default="awal",
    help=N_("Which report: initial, progress, final or special."),
)  # fmt: skip
@click.option(
    "-f", "--format", "file_format", type=click.Choice([f.value for f in FileFormat]),
    help=N_("The format; else as the file's name ends."),
)  # fmt: skip
@click.option(
    "--since", type=PastMoment(), metavar="T",
    help=N_("For a progress report: tell what has changed since then; else since the incident was reported."),
)  # fmt: skip
@_OUTPUT
@click.pass_obj
def incident_report(
    call: Invocation, *, incident: str, kind: str, file_format: str | None, since: datetime | None, output: Path
) -> None:
    """Make the report of one incident."""
    from tabuah.console.reports.incident_report import ReportKind
    from tabuah.console.reports.issuing import issue_incident

    if since is not None and kind != ReportKind.PROGRESS:
        raise click.UsageError(_("--since goes with --kind perkembangan only"))
    wanted = format_of(FileFormat, file_format, output)
    with call.open_store() as store:
        issued = issue_incident(store, incident, kind=ReportKind(kind), file_format=wanted, since=since)
    _deliver(call, issued, wanted, output)


@report_group.command("list", help=N_("Write the list of incidents into a file, worst first."))
@click.option(
    "-f", "--format", "list_format", type=click.Choice([f.value for f in ListFormat]),
    help=N_("The format; else as the file's name ends."),
)  # fmt: skip
@click.option("--status", type=Code(Status), metavar="S", help=N_("Only those with this status."))
@_OUTPUT
@click.pass_obj
def list_report(call: Invocation, *, list_format: str | None, status: Status | None, output: Path) -> None:
    """Write the list of incidents."""
    from tabuah.console.reports.issuing import issue_list

    wanted = format_of(ListFormat, list_format, output)
    with call.open_store() as store:
        issued = issue_list(store, list_format=wanted, status=status)
    _deliver(call, issued, wanted, output)


@report_group.command("daily", help=N_("Make the report of one day as PDF."))
@click.option(
    "--date", "day", type=click.DateTime(formats=["%Y-%m-%d"]), metavar="D",
    help=N_("The day in WIB, such as 2026-11-24; else today."),
)  # fmt: skip
@_OUTPUT
@click.pass_obj
def daily_report(call: Invocation, *, day: Any, output: Path) -> None:
    """Make the report of one day."""
    from tabuah.console.reports.daily_issuing import issue_day

    if output.suffix.lower() != ".pdf" and str(output) != "-":
        raise click.UsageError(_("{name} must end in .pdf").format(name=output.name))
    wanted: date | None = day.date() if day else None
    with call.open_store() as store:
        issued = issue_day(store, wanted)
    _deliver(call, issued, FileFormat.PDF, output)


def format_of(formats: type[FormatT], named: str | None, output: Path) -> FormatT:
    """The format that is named, else the one that the file's name tells.

    Raises:
        click.UsageError: neither says it.
    """
    told = named or {"json": "geojson", "xml": "cap"}.get(output.suffix.lower()[1:], output.suffix.lower()[1:])
    if told not in [known.value for known in formats]:
        names = ", ".join(known.value for known in formats)
        raise click.UsageError(_("say the format with -f: {formats}").format(formats=names))
    return formats(told)


def _deliver(call: Invocation, issued: "IssuedFile", file_format: StrEnum, output: Path) -> None:
    from tabuah.console.reports.whole_file import write_file

    for note in issued.notes:
        print_error(note)
    if str(output) == "-":
        sys.stdout.buffer.write(issued.content)
        sys.stdout.buffer.flush()
        return
    write_file(output, issued.content)
    written = Written(
        file=str(output.absolute()),
        format=file_format.value,
        number=issued.number,
        incidents=issued.incidents,
        as_of=issued.as_of,
    )
    call.show(written, lambda: say(_tell(issued, output)))


def _tell(issued: "IssuedFile", output: Path) -> str:
    if issued.number:
        return _("Report {number} is in {file}.").format(number=issued.number, file=output)
    told = ngettext("{n} incident is in {file}.", "{n} incidents are in {file}.", issued.incidents)
    return told.format(n=issued.incidents, file=output)
