"""`tabuah server personal …`: list and erase personal data, and apply their retention."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.server.data_directory import open_server_journal, read_server_journal, server_directory
from tabuah.resources.localisation import N_, _, format_moment, format_number

if TYPE_CHECKING:
    from tabuah.server.journal import ServerJournal
    from tabuah.storage.journal.personal_data_protocol import PersonalRecord

personal_group = TabuahGroup("personal", help=N_("Personal data of callers: list, erase and keep for a time."))


class ErasureRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `personal erase --json` and `personal retention --json`; `entries` is 0 unless `erased`."""

    keep_days: int
    erased: bool
    entries: int
    found: tuple["PersonalRecord", ...]


@personal_group.command("list", help=N_("List what has personal data, without the data."))
@click.pass_obj
def list_command(invocation: Invocation) -> None:
    from tabuah.server.people.personal_data import list_personal_data

    with read_server_journal(invocation) as journal:
        found = list_personal_data(journal)
    _show(invocation, found, found)


@personal_group.command("erase", help=N_("Erase the personal data of incidents here and on every console, for good."))
@click.argument("names", nargs=-1, required=True, metavar="NUMBER…")
@click.option(
    "--reason",
    type=ReasonType(),
    required=True,
    metavar="TEXT",
    help=N_("The ground, without a name; it is journalled."),
)
@click.option("--dry-run", is_flag=True, help=N_("Only show what would be erased."))
@click.pass_obj
def erase_command(invocation: Invocation, names: tuple[str, ...], reason: str, *, dry_run: bool) -> None:
    from tabuah.server.people.personal_data import find_personal_data

    if not 1 <= len(reason.strip()) <= 400:
        raise click.UsageError(_("The reason needs 1 to 400 characters."))
    with open_server_journal(invocation) as journal:
        found = find_personal_data(journal, names)
        entries = 0 if dry_run else _erase(journal, found, reason.strip())
    _finish(invocation, ErasureRecord(keep_days=0, erased=not dry_run, entries=entries, found=tuple(found)))


@personal_group.command("retention", help=N_("Show what is kept longer than the settings say, or erase it."))
@click.option(
    "--days", type=click.IntRange(1, 36_500), metavar="N", help=N_("Days after the end of an incident; server.toml.")
)
@click.option("--apply", "apply", is_flag=True, help=N_("Erase it now."))
@click.pass_obj
def retention_command(invocation: Invocation, days: int | None, *, apply: bool) -> None:
    from tabuah.server.configuration import read_configuration
    from tabuah.server.people.personal_data import RETENTION_REASON, expired_personal_data

    keep_days = days or read_configuration(server_directory(invocation)).personal.keep_days
    if not keep_days:
        raise click.UsageError(_("Personal data are kept for ever: set personal.keep_days in server.toml."))
    with open_server_journal(invocation) as journal:
        found = expired_personal_data(journal, keep_days=keep_days, now=journal.clock())
        entries = _erase(journal, found, RETENTION_REASON) if apply else 0
    _finish(invocation, ErasureRecord(keep_days=keep_days, erased=apply, entries=entries, found=tuple(found)))


def _erase(journal: "ServerJournal", found: Sequence["PersonalRecord"], reason: str) -> int:
    from tabuah.server.people.personal_data import erase_personal_data

    return erase_personal_data(journal, [each.subject for each in found], reason=reason)


def _finish(invocation: Invocation, result: ErasureRecord) -> None:
    _show(invocation, result, result.found)
    if invocation.as_json:
        return
    if not result.erased:
        print_text(_("Nothing was erased."))
        return
    text = _("Erased: the values of {n} entries. Consoles erase theirs at their next sync.")
    print_text(text.format(n=format_number(result.entries)))
    print_text(_("Older backups still have the values until they expire; reports that were exported keep them."))


def _show(invocation: Invocation, value: object, found: Sequence["PersonalRecord"]) -> None:
    headers = (_("Number"), _("Status"), _("Values"), _("Since"), _("Ended"))
    invocation.show_table(value, headers, [*map(_row, found)], empty=_("There are no personal data."))


def _row(found: "PersonalRecord") -> tuple[str, ...]:
    ended = format_moment(found.ended_at) if found.ended_at is not None else ""
    first = format_moment(found.first_at)
    return found.number or found.name or found.subject, found.status, format_number(found.values), first, ended
