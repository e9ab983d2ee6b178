"""`tabuah roster import`, `export` and `template`: the duty roster in CSV and XLSX files."""

from pathlib import Path
from typing import Any

import click

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.roster.roster import Week, roster_group
from tabuah.console.commands.table_commands import (
    WRITABLE_FILE,
    count_states,
    import_options,
    print_import,
    show_import,
    write_file,
)
from tabuah.console.roster.roster_files import ROSTER_TABLE, write_roster_table, write_roster_template
from tabuah.console.table_files import read_content
from tabuah.operations.roster.iso_week import IsoWeek
from tabuah.operations.roster.roster_table import PlannedShiftRow, RosterImportPlan, plan_roster_import
from tabuah.resources.localisation import N_, _, ngettext
from tabuah.text.roster.roster_columns import describe_row_problem, roster_field_label


@roster_group.command("import", help=N_("Plan shifts from a CSV or XLSX file; all or nothing."))
@import_options
@click.pass_obj
def import_command(
    call: Invocation, *, file: Path, dry_run: bool, valid_only: bool, ignore_columns: bool
) -> ExitCode:
    content = read_content(file, ROSTER_TABLE, ignore_columns=ignore_columns)
    with call.open_store() as store:
        rosters = store.rosters()
        plan = plan_roster_import(content.rows, rosters, store.authority().users)
        writes = not dry_run and (valid_only or not plan.refused)
        if writes:
            store.save_all(plan.drafts(rosters))
    return show_import(
        call,
        _record(plan, written=writes),
        lambda: _print_plan(plan, dry_run=dry_run, written=writes),
        ignored=content.ignored,
        refused=bool(plan.refused) and not valid_only,
    )


@roster_group.command("export", help=N_("Write the roster to a CSV or XLSX file that can be imported again."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@click.option("--week", type=Week(), metavar="W", help=N_("Only this week; default: all weeks."))
@click.pass_obj
def export_command(call: Invocation, *, file: Path, week: IsoWeek | None) -> None:
    with call.open_store() as store:
        rosters = [each for key, each in store.rosters().items() if week is None or key == str(week)]
    n = sum(len(each.planned_shifts) for each in rosters)
    write_file(file, lambda: write_roster_table(file, rosters))
    text = ngettext("{n} shift is written to {file}.", "{n} shifts are written to {file}.", n)
    call.show({"file": str(file), "shifts": n}, lambda: print_text(text.format(n=n, file=file)))


@roster_group.command("template", help=N_("Write an empty CSV or XLSX file for import, with the columns explained."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@click.pass_obj
def template_command(call: Invocation, *, file: Path) -> None:
    write_file(file, lambda: write_roster_template(file))
    text = _("Template: {file}. Fill it in, then: tabuah roster import {file} --dry-run").format(file=file)
    call.show({"file": str(file)}, lambda: print_text(text))


def _record(plan: RosterImportPlan, *, written: bool) -> dict[str, Any]:
    return {**count_states(plan.count), "written": written, "rows": [_row_record(row) for row in plan.rows]}


def _row_record(row: PlannedShiftRow) -> dict[str, Any]:
    problems = [{"field": each.field, "code": each.code, "text": describe_row_problem(each)} for each in row.problems]
    return {"line": row.line, "day": _day(row), "state": row.state, "problems": problems}


def _day(row: PlannedShiftRow) -> str:
    return row.ref.week.day(row.ref.shift.day).isoformat() if row.ref else ""


def _print_plan(plan: RosterImportPlan, *, dry_run: bool, written: bool) -> None:
    rows = [
        [str(row.line), _day(row), roster_field_label(each.field), describe_row_problem(each)]
        for row in plan.refused
        for each in row.problems
    ]
    headers = [_("Row"), _("Day"), _("Field"), _("Reason")]
    print_import(count_states(plan.count), headers, rows, dry_run=dry_run, written=written)
