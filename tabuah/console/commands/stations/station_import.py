"""`tabuah station import`, `export` and `template`: stations in CSV and XLSX files."""

from pathlib import Path
from typing import Any

import click
import msgspec

from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.stations.stations import station_group
from tabuah.console.commands.table_commands import (
    WRITABLE_FILE,
    count_states,
    import_options,
    print_import,
    show_import,
    write_file,
)
from tabuah.console.stations.registration_context import registration_context
from tabuah.console.stations.table_file import STATION_TABLE, write_table, write_template
from tabuah.console.table_files import read_content
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.field_differences import FieldDifference, field_differences
from tabuah.operations.import_table import RowState
from tabuah.operations.stations.differences import CHANGEABLE
from tabuah.operations.stations.import_plan import ImportPlan, PlannedRow, plan_import
from tabuah.resources.localisation import N_, _, ngettext
from tabuah.text.field_differences_text import describe_differences
from tabuah.text.stations.registration_text import describe_problem, describe_unchecked_gateways, station_field_label


@station_group.command(
    "import", help=N_("Register and change stations from a CSV or XLSX file; all or nothing. For administrators.")
)
@import_options
@click.option(
    "--reason",
    type=ReasonType(),
    default="",
    metavar="TEXT",
    help=N_("Why stations change; default: the name of the file."),
)
@exercise_option
@click.pass_obj
def import_command(
    call: Invocation,
    *,
    file: Path,
    dry_run: bool,
    valid_only: bool,
    ignore_columns: bool,
    reason: str,
    worlds: ChosenWorlds,
) -> ExitCode:
    content = read_content(file, STATION_TABLE, ignore_columns=ignore_columns)
    with call.open_store() as store:
        scope = worlds.scope(store)
        plan = plan_import(content.rows, registration_context(store, scope), exercise_id=scope.exercise_id or "")
        writes = not dry_run and (valid_only or not plan.refused)
        if writes:
            why = reason.strip() or _("Import of {file}").format(file=file.name)
            store.save_all(plan.drafts(reason=why))
    return show_import(
        call,
        _record(plan, written=writes),
        lambda: _print_plan(plan, dry_run=dry_run, written=writes),
        ignored=content.ignored,
        refused=bool(plan.refused) and not valid_only,
    )


@station_group.command("export", help=N_("Write the stations to a CSV or XLSX file that can be imported again."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@click.option("--all", "with_retired", is_flag=True, help=N_("Include retired stations."))
@exercise_option
@click.pass_obj
def export_command(call: Invocation, *, file: Path, with_retired: bool, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        found = worlds.scope(store).select(store.stations())
    stations = [station for station in found if with_retired or station.retired is None]
    write_file(file, lambda: write_table(file, stations))
    n = len(stations)
    text = ngettext("{n} station is written to {file}.", "{n} stations are written to {file}.", n)
    call.show({"file": str(file), "stations": n}, lambda: print_text(text.format(n=n, file=file)))


@station_group.command("template", help=N_("Write an empty CSV or XLSX file for import, with the columns explained."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@click.pass_obj
def template_command(call: Invocation, *, file: Path) -> None:
    write_file(file, lambda: write_template(file))
    text = _("Template: {file}. Fill it in, then: tabuah station import {file} --dry-run").format(file=file)
    call.show({"file": str(file)}, lambda: print_text(text))


def _record(plan: ImportPlan, *, written: bool) -> dict[str, Any]:
    return {
        **count_states(plan.count),
        "written": written,
        "rows": [_row_record(row) for row in plan.rows],
        "unchecked_gateways": plan.unchecked_gateways,
    }


def _row_record(row: PlannedRow) -> dict[str, Any]:
    problems = [{"field": each.field, "code": each.code, "text": describe_problem(each)} for each in row.problems]
    return {
        "line": row.line,
        "code": plain_code(row.station.code),
        "state": row.state,
        "problems": problems,
        "differences": [msgspec.to_builtins(each) for each in _differences(row)],
    }


def _differences(row: PlannedRow) -> tuple[FieldDifference, ...]:
    if row.before is None or row.state is not RowState.CHANGED:
        return ()
    return field_differences(row.before, row.station, CHANGEABLE)


def _print_changes(plan: ImportPlan) -> None:
    """Print each value that would change, the old and the new one."""
    for row in plan.rows:
        for line in describe_differences(_differences(row)):
            print_text(f"{plain_code(row.station.code)} {line}")


def _print_plan(plan: ImportPlan, *, dry_run: bool, written: bool) -> None:
    rows = [
        [str(row.line), plain_code(row.station.code), station_field_label(each.field), describe_problem(each)]
        for row in plan.refused
        for each in row.problems
    ]
    if dry_run:
        _print_changes(plan)
    headers = [_("Row"), _("Code"), _("Field"), _("Reason")]
    print_import(count_states(plan.count), headers, rows, dry_run=dry_run, written=written)
    if plan.unchecked_gateways:
        print_error(describe_unchecked_gateways(plan.unchecked_gateways))
