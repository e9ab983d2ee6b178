"""`tabuah report`: export an incident, the incident list or a day as documents, tables and maps."""

import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from tabuah.console.commands.command_classes import Code, PastMoment, TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.reports.report_export import FileFormat, ListFormat
from tabuah.operations.codes import Status
from tabuah.operations.exercises.scope import scope_of
from tabuah.resources.localisation import N_, _, ngettext
from tabuah.text.exercises.exercise_text import ScopeFields, exercises_by_id, scope_fields

if TYPE_CHECKING:
    from tabuah.console.reports.report_export import ExportedFile

FormatT = TypeVar("FormatT", bound=StrEnum)

report_group = TabuahGroup("report", help=N_("Reports and exports: one incident, the list, or a day."))

output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), required=True,
    metavar="FILE", help=N_("The file to write; - writes to the standard output."),
)  # fmt: skip


class WrittenReport(msgspec.Struct, frozen=True, kw_only=True):
    """Record of a written file."""

    file: str
    format: str
    number: str
    incidents: int
    as_of: datetime
    exercise: str | None
    exercise_id: str | None
    with_exercises: bool


@report_group.command("incident", help=N_("Make the report of one incident."))
@click.argument("incident", metavar="ID")
@click.option(
    "--kind", type=click.Choice(["awal", "perkembangan", "akhir", "khusus"]), default="awal",
    help=N_("Kind of report: initial, progress, final or special."),
)  # fmt: skip
@click.option(
    "-f", "--format", "file_format", type=click.Choice([f.value for f in FileFormat]),
    help=N_("File format; default: from the file name."),
)  # fmt: skip
@click.option(
    "--since", type=PastMoment(), metavar="T",
    help=N_("For a progress report: start of the changes; default: the first report of the incident."),
)  # fmt: skip
@output_option
@click.pass_obj
def incident_report(
    call: Invocation, *, incident: str, kind: str, file_format: str | None, since: datetime | None, output: Path
) -> None:
    from tabuah.console.reports.incident_report import ReportKind
    from tabuah.console.reports.report_export import export_incident

    if since is not None and kind != ReportKind.PROGRESS:
        raise click.UsageError(_("--since requires --kind perkembangan"))
    if kind == ReportKind.SPECIAL:
        _write_special_report(call, incident, file_format, output)
        return
    wanted = choose_format(FileFormat, file_format, output)
    with call.open_store() as store:
        issued = export_incident(store, incident, kind=ReportKind(kind), file_format=wanted, since=since)
        fields = scope_fields(scope_of(store.incident(incident)), exercises_by_id(store.exercises()))
    write_report(call, issued, wanted, output, fields)


def _write_special_report(call: Invocation, incident: str, file_format: str | None, output: Path) -> None:
    from tabuah.console.reports.after_action_export import encode_after_action
    from tabuah.console.reports.after_action_report import AfterActionFormat
    from tabuah.console.reports.after_action_sources import read_incident_after_action

    wanted = choose_format(AfterActionFormat, file_format, output)
    with call.open_store() as store:
        report = read_incident_after_action(store, incident)
    write_report(
        call, encode_after_action(report, wanted), wanted, output, scope_fields(report.world, report.exercises)
    )


@report_group.command("list", help=N_("Write the list of incidents into a file, worst first."))
@click.option(
    "-f", "--format", "list_format", type=click.Choice([f.value for f in ListFormat]),
    help=N_("File format; default: from the file name."),
)  # fmt: skip
@click.option("--status", type=Code(Status), metavar="S", help=N_("Only those with this status."))
@scope_options
@output_option
@click.pass_obj
def list_report(
    call: Invocation, *, list_format: str | None, status: Status | None, worlds: ChosenWorlds,
    output: Path,
) -> None:  # fmt: skip
    from tabuah.console.reports.report_export import export_incident_list

    wanted = choose_format(ListFormat, list_format, output)
    with call.open_store() as store:
        worlds.check_not_wiped(store)
        scope = worlds.scope(store)
        issued = export_incident_list(store, list_format=wanted, status=status, scope=scope)
        fields = scope_fields(scope, exercises_by_id(store.exercises()))
    write_report(call, issued, wanted, output, fields)


@report_group.command("daily", help=N_("Make the report of one day as PDF."))
@click.option(
    "--date", "day", type=click.DateTime(formats=["%Y-%m-%d"]), metavar="D",
    help=N_("The local day, such as 2026-11-24; default: today."),
)  # fmt: skip
@scope_options
@output_option
@click.pass_obj
def daily_report(call: Invocation, *, day: Any, worlds: ChosenWorlds, output: Path) -> None:
    from tabuah.console.reports.daily_export import export_daily_report

    if output.suffix.lower() != ".pdf" and str(output) != "-":
        raise click.UsageError(_("{name} must end in .pdf").format(name=output.name))
    wanted: date | None = day.date() if day else None
    with call.open_store() as store:
        worlds.check_not_wiped(store)
        scope = worlds.scope(store)
        issued = export_daily_report(store, wanted, scope)
        fields = scope_fields(scope, exercises_by_id(store.exercises()))
    write_report(call, issued, FileFormat.PDF, output, fields)


def choose_format(formats: type[FormatT], named: str | None, output: Path) -> FormatT:
    """Return the named format, else that of the file name.

    Raises:
        click.UsageError: neither gives a format.
    """
    ending, known_names = output.suffix.lower()[1:], [known.value for known in formats]
    other = {"json": "geojson", "xml": "cap"}.get(ending, ending)
    name = named or (ending if ending in known_names else other)
    if name not in known_names:
        names = ", ".join(known.value for known in formats)
        raise click.UsageError(_("give the format with -f: {formats}").format(formats=names))
    return formats(name)


def write_report(
    call: Invocation, issued: "ExportedFile", file_format: StrEnum, output: Path, fields: ScopeFields
) -> None:
    """Write a finished file, and print its number and path."""
    from tabuah.console.reports.atomic_write import write_file

    for note in issued.notes:
        print_error(note)
    if str(output) == "-":
        sys.stdout.buffer.write(issued.content)
        sys.stdout.buffer.flush()
        return
    write_file(output, issued.content)
    written = WrittenReport(
        file=str(output.absolute()),
        format=file_format.value,
        number=issued.number,
        incidents=issued.incidents,
        as_of=issued.as_of,
        **fields,
    )
    call.show(written, lambda: print_text(_describe_written(issued, output)))


def _describe_written(issued: "ExportedFile", output: Path) -> str:
    if issued.number:
        return _("Report {number} saved to {file}.").format(number=issued.number, file=output)
    message = ngettext("{n} incident is in {file}.", "{n} incidents are in {file}.", issued.incidents)
    return message.format(n=issued.incidents, file=output)
