"""`tabuah clock list` and `export`: the running limits of all incidents and tasks; works offline."""

from pathlib import Path

import click

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, ItemTable, print_text
from tabuah.console.commands.table_commands import WRITABLE_FILE, write_file
from tabuah.console.tasks.limit_records import LimitRecord, read_limit_records, write_limit_table
from tabuah.resources.localisation import N_, _, format_recent_moment, ngettext

clock_group = TabuahGroup("clock", help=N_("Time limits of incidents and tasks; works offline."))


@clock_group.command("list", help=N_("List the running time limits, overdue ones first."))
@click.option("--overdue", is_flag=True, help=N_("Only overdue ones."))
@scope_options
@click.pass_obj
def list_clocks(call: Invocation, *, overdue: bool, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        records, now = read_limit_records(store, worlds.scope(store)), store.now()
    table = ItemTable[LimitRecord](
        kind="clock",
        headers=[_("Incident"), _("Clock"), _("Done by"), _("Until"), "", _("Escalated to")],
        name=lambda row: row.incident,
        record=lambda row: row,
        cells=lambda row: [
            row.incident,
            row.name,
            row.owner,
            format_recent_moment(row.due_at, now),
            row.text,
            row.escalated_to,
        ],
    )
    shown = [row for row in records if row.overdue or not overdue]
    call.show_items(shown, table, empty=_("No running clocks."))


@clock_group.command("export", help=N_("Write the running time limits to a CSV or XLSX file."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@scope_options
@click.pass_obj
def export_clocks(call: Invocation, *, file: Path, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        records = read_limit_records(store, worlds.scope(store))
    write_file(file, lambda: write_limit_table(file, records))
    n = len(records)
    text = ngettext("{n} time limit is written to {file}.", "{n} time limits are written to {file}.", n)
    call.show({"file": str(file), "limits": n}, lambda: print_text(text.format(n=n, file=file)))
