"""`tabuah server holiday add`, `remove` and `import`: change the holidays in the profile of the regency."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.server.data_directory import open_server_journal
from tabuah.console.commands.table_commands import count_states, import_options, print_import, show_import
from tabuah.resources.localisation import N_, _, format_day, ngettext
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import MAX_HOLIDAYS, Holiday

if TYPE_CHECKING:
    from tabuah.operations.regency.holiday_table import HolidayImportPlan, HolidayRow
    from tabuah.server.journal import ServerJournal

holiday_group = TabuahGroup("holiday", help=N_("Change the holidays of the regency; all consoles follow."))
_REASON = click.option(
    "--reason", type=ReasonType(), default="", metavar="TEXT", help=N_("Why; kept in the journal.")
)
_DATABASE = click.option(
    "--database", default="", metavar="URL", help=N_("Database URL, sqlite:///FILE; default: in the server's data.")
)


class HolidayDate(click.ParamType[date]):
    """A date, like 2026-12-25 or 25/12/2026."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from tabuah.operations.import_table import parse_date

        if isinstance(value, date):
            return value
        found = parse_date(str(value).strip())
        if found is None:
            message = _("{text} is no date; write it like 2026-12-25 or 25/12/2026")
            self.fail(message.format(text=str(value)[:40]), param, ctx)
        return found.date()


class HolidayName(click.ParamType[str]):
    """The name of a holiday: one line, not empty, and short enough for the profile."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from tabuah.operations.regency.holiday_table import LONGEST_NAME

        text = " ".join(str(value).split())
        if not text or len(text) > LONGEST_NAME or not text.isprintable():
            message = _("write a name of one line with at most {longest} characters")
            self.fail(message.format(longest=LONGEST_NAME), param, ctx)
        return text


@holiday_group.command("add", help=N_("Add a holiday or a day of joint leave; a listed date gets the new name."))
@click.argument("day", type=HolidayDate(), metavar="DATE")
@click.argument("name", type=HolidayName(), metavar="NAME")
@_REASON
@_DATABASE
@click.pass_obj
def add(call: Invocation, *, day: date, name: str, reason: str, database: str) -> None:
    from tabuah.operations.regency.holiday_table import sort_holidays

    with open_server_journal(call, database=database) as journal:
        holidays = sort_holidays((*_present(journal), Holiday(date=day, name=name)))
        if len(holidays) > MAX_HOLIDAYS:
            message = _("The list is full: at most {most} holidays. Remove those of past years first.")
            raise click.UsageError(message.format(most=MAX_HOLIDAYS))
        changed = _write(journal, holidays, reason)
    text = _("{day} is a holiday: {name}.").format(day=format_day(day), name=name)
    call.show(_record(changed, holidays), lambda: print_text(text))


@holiday_group.command("remove", help=N_("Remove a holiday: the date is a working day again."))
@click.argument("day", type=HolidayDate(), metavar="DATE")
@_REASON
@_DATABASE
@click.pass_obj
def remove(call: Invocation, *, day: date, reason: str, database: str) -> None:
    with open_server_journal(call, database=database) as journal:
        present = _present(journal)
        holidays = tuple(each for each in present if each.date != day)
        if len(holidays) == len(present):
            message = _("{day} is not in the list of holidays: tabuah profile holiday list")
            raise click.UsageError(message.format(day=format_day(day)))
        changed = _write(journal, holidays, reason)
    text = _("{day} is no holiday any more.").format(day=format_day(day))
    call.show(_record(changed, holidays), lambda: print_text(text))


@holiday_group.command("import", help=N_("Add holidays from a CSV or XLSX file; all or nothing."))
@import_options
@_REASON
@_DATABASE
@click.pass_obj
def import_command(
    call: Invocation,
    *,
    file: Path,
    dry_run: bool,
    valid_only: bool,
    ignore_columns: bool,
    reason: str,
    database: str,
) -> ExitCode:
    from tabuah.console.regency.holiday_files import HOLIDAY_TABLE
    from tabuah.console.table_files import read_content
    from tabuah.operations.regency.holiday_table import plan_holiday_import

    content = read_content(file, HOLIDAY_TABLE, ignore_columns=ignore_columns)
    with open_server_journal(call, database=database) as journal:
        plan = plan_holiday_import(content.rows, _present(journal))
        writes = not dry_run and (valid_only or not plan.refused)
        if writes:
            _write(journal, plan.holidays, reason)
    return show_import(
        call,
        {**count_states(plan.count), "written": writes, "rows": [_row_record(row) for row in plan.rows]},
        lambda: _print_plan(plan, dry_run=dry_run, written=writes),
        ignored=content.ignored,
        refused=bool(plan.refused) and not valid_only,
    )


def _present(journal: "ServerJournal") -> tuple[Holiday, ...]:
    from tabuah.server.regency.journal_profile import journal_profile

    return (journal_profile(journal) or shipped_regency()).holidays


def _write(journal: "ServerJournal", holidays: Iterable[Holiday], reason: str) -> bool:
    """Write the profile with other holidays; its map stays."""
    from tabuah.server.people.user_changes import ADMINISTRATOR
    from tabuah.server.regency.journal_profile import change_profile, journal_profile
    from tabuah.storage.regency.profile_file import ProfileFolder

    profile = journal_profile(journal) or shipped_regency()
    new = ProfileFolder(profile=msgspec.structs.replace(profile, holidays=tuple(holidays)))
    return change_profile(journal, new, actor=ADMINISTRATOR, reason=reason)


def _record(changed: bool, holidays: tuple[Holiday, ...]) -> dict[str, Any]:
    return {"changed": changed, "holidays": len(holidays)}


def _row_record(row: "HolidayRow") -> dict[str, Any]:
    from tabuah.text.regency.holiday_text import describe_holiday_problem

    day = row.holiday.date.isoformat() if row.holiday else ""
    problem = {"code": row.problem, "text": describe_holiday_problem(row)} if row.problem else None
    return {"line": row.line, "date": day, "state": row.state, "problem": problem}


def _print_plan(plan: "HolidayImportPlan", *, dry_run: bool, written: bool) -> None:
    from tabuah.text.regency.holiday_text import describe_holiday_problem

    rows = [[str(row.line), row.value, describe_holiday_problem(row)] for row in plan.refused]
    headers = [_("Row"), _("Value"), _("Reason")]
    print_import(count_states(plan.count), headers, rows, dry_run=dry_run, written=written)
    if written:
        n = len(plan.holidays)
        print_text(ngettext("The list has {n} holiday.", "The list has {n} holidays.", n).format(n=n))
