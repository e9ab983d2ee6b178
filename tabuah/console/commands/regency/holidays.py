"""`tabuah profile holiday list`, `export` and `template`: the holidays of the regency; works offline."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, ItemTable, print_text
from tabuah.console.commands.table_commands import WRITABLE_FILE, write_file
from tabuah.resources.localisation import N_, _, format_day, ngettext
from tabuah.resources.regency import current_regency

if TYPE_CHECKING:
    from tabuah.resources.regency_profile import Holiday

holiday_group = TabuahGroup("holiday", help=N_("Holidays, which limits in working days leave out; works offline."))
_YEAR = click.option("--year", type=click.IntRange(1970, 2100), metavar="Y", help=N_("Only this year."))


@holiday_group.command("list", help=N_("List the holidays of the regency."))
@_YEAR
@click.pass_obj
def list_holidays(call: Invocation, *, year: int | None) -> None:
    table = ItemTable["Holiday"](
        kind="holiday",
        headers=[_("Day"), _("Holiday")],
        name=lambda each: each.date.isoformat(),
        record=lambda each: each,
        cells=lambda each: [format_day(each.date), each.name],
    )
    call.show_items(_holidays(year), table, empty=_("No holidays. Add them at the server: tabuah server holiday add"))


@holiday_group.command("export", help=N_("Write the holidays to a CSV or XLSX file that can be imported again."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@_YEAR
@click.pass_obj
def export_command(call: Invocation, *, file: Path, year: int | None) -> None:
    from tabuah.console.regency.holiday_files import write_holiday_table

    holidays = _holidays(year)
    write_file(file, lambda: write_holiday_table(file, holidays))
    n = len(holidays)
    text = ngettext("{n} holiday is written to {file}.", "{n} holidays are written to {file}.", n)
    call.show({"file": str(file), "holidays": n}, lambda: print_text(text.format(n=n, file=file)))


@holiday_group.command("template", help=N_("Write an empty CSV or XLSX file for import, with the columns explained."))
@click.argument("file", type=WRITABLE_FILE, metavar="FILE")
@click.pass_obj
def template_command(call: Invocation, *, file: Path) -> None:
    from tabuah.console.regency.holiday_files import write_holiday_template

    write_file(file, lambda: write_holiday_template(file))
    text = _("Template: {file}. Fill it in, then: tabuah server holiday import {file} --dry-run").format(file=file)
    call.show({"file": str(file)}, lambda: print_text(text))


def _holidays(year: int | None) -> "tuple[Holiday, ...]":
    from tabuah.operations.regency.holiday_table import sort_holidays

    return tuple(each for each in sort_holidays(current_regency().holidays) if year is None or each.date.year == year)
