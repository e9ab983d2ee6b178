"""`tabuah setup`: users, units, stations, rules, mappings and profile of a server as one folder of TOML and CSV."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.server.data_directory import open_server_journal, read_server_journal, server_directory
from tabuah.resources.localisation import N_, _, ngettext
from tabuah.text.field_differences_text import describe_differences

if TYPE_CHECKING:
    from tabuah.server.regency.setup_changes import SetupChange

setup_group = TabuahGroup("setup", help=N_("Users, units, stations, rules and profile of a server as one folder."))
_PARTS: Final = {
    "profile": N_("Profile"),
    "users": N_("User"),
    "stations": N_("Station"),
    "units": N_("Unit"),
    "rules": N_("Rule"),
    "mappings": N_("Mappings"),
    "feeds": N_("Feeds"),
    "settings": N_("Server settings"),
    "notices": N_("Outgoing notices"),
    "messages": N_("Incoming messages"),
    "contacts": N_("Contact"),
}


@setup_group.command("export", help=N_("Write the setup into a folder that can be kept in Git; without secrets."))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER")
@click.option(
    "--database", default="", metavar="URL", help=N_("Database URL, sqlite:///FILE; default: in the server's data.")
)
@click.option(
    "--personal",
    "with_personal",
    is_flag=True,
    help=N_(
        "Include the personal numbers of contacts and their addresses in channels. Such a folder does not belong "
        "into Git."
    ),
)
@click.pass_obj
def export(call: Invocation, *, folder: Path, database: str, with_personal: bool) -> None:
    """Write all parts; the same setup gives the same files."""
    from tabuah.resources.regency import kept_map_file, shipped_regency
    from tabuah.server.regency.journal_profile import journal_profile
    from tabuah.server.regency.portable_documents import withheld_values
    from tabuah.server.regency.setup_changes import current_setup
    from tabuah.server.regency.setup_folder import write_setup

    _check_server_is_here(call)
    with read_server_journal(call, database=database) as journal:
        profile, setup = (
            journal_profile(journal) or shipped_regency(),
            current_setup(journal, with_personal=with_personal),
        )
        map_file = kept_map_file(journal.directory.path, profile) if profile.map else None
        write_setup(folder, setup, profile=profile, map_file=map_file)
    counts = {
        name: len(part)
        for name, part in (
            ("users", setup.users or ()),
            ("stations", setup.stations or ()),
            ("units", setup.units or ()),
            ("rules", setup.rules or ()),
            ("contacts", setup.contacts or ()),
        )
    }
    withheld = withheld_values(setup.notices) if setup.notices is not None else ()
    record = {"folder": str(folder), **counts, "withheld": withheld}
    call.show(record, lambda: _print_export(folder, withheld))


@setup_group.command("import", help=N_("Create and change what a folder says; nothing is removed."))
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER")
@click.option("--dry-run", is_flag=True, help=N_("Only show what would change."))
@click.option("--reason", default="", metavar="TEXT", help=N_("Why; kept in the journal."))
@click.option(
    "--database", default="", metavar="URL", help=N_("Database URL, sqlite:///FILE; default: in the server's data.")
)
@click.pass_obj
def import_(call: Invocation, *, folder: Path, dry_run: bool, reason: str, database: str) -> None:
    """Check everything, then write all changes in one transaction."""
    from tabuah.server.people.user_changes import ADMINISTRATOR
    from tabuah.server.regency.portable_documents import missing_files
    from tabuah.server.regency.setup_changes import import_setup
    from tabuah.server.regency.setup_folder import read_setup

    _check_server_is_here(call)
    setup = read_setup(folder)
    with open_server_journal(call, database=database) as journal:
        changes = import_setup(journal, folder, setup, actor=ADMINISTRATOR, reason=reason, dry_run=dry_run)
        directory = journal.directory.path
    missing = missing_files(directory, setup.notices, setup.messages)
    record = {
        "written": not dry_run,
        "changes": [_change_record(change) for change in changes],
        "missing_files": missing,
    }
    call.show(record, lambda: _print_import(changes, directory, missing, dry_run=dry_run))


def _print_export(folder: Path, withheld: Sequence[str]) -> None:
    print_text(_("Written: {path}").format(path=folder))
    if withheld:
        message = _(
            "Secrets in notices.toml were not exported: {keys}. Put each into a file that secret_file names, and "
            "write its placeholder in its place."
        )
        print_text(message.format(keys=", ".join(withheld)))


def _check_server_is_here(call: Invocation) -> None:
    """Check that the data of a server are here.

    Raises:
        NotInitialised: this is another computer; a new server would be another one.
    """
    from tabuah.server.directory import ServerDirectory
    from tabuah.server.errors import NotInitialised

    directory = ServerDirectory(server_directory(call))
    if not directory.key_path.exists():
        text = _(
            "There is no server data in {directory}. The setup is that of the server: run this command on the "
            "computer of the server, with --data DIR for its directory. Nothing was changed."
        )
        raise NotInitialised(text.format(directory=directory.path))


def _change_record(change: "SetupChange") -> dict[str, Any]:
    differences = [msgspec.to_builtins(each) for each in change.differences]
    return {
        "part": change.part,
        "name": change.name,
        "new": change.is_new,
        "fields": change.fields,
        "differences": differences,
    }


def _print_import(
    changes: "tuple[SetupChange, ...]", directory: Path, missing: Sequence[str], *, dry_run: bool
) -> None:
    _print_changes(changes, dry_run=dry_run)
    if not dry_run and any(change.part == "notices" for change in changes):
        print_text(_("A running server reads notices.toml at its start: start it again."))
    if missing:
        message = _(
            "Missing in {directory}: {files}. Write these files, readable by the user of the server only, before it "
            "starts again."
        )
        print_text(message.format(directory=directory, files=", ".join(missing)))


def _print_changes(changes: "tuple[SetupChange, ...]", *, dry_run: bool) -> None:
    for change in changes:
        lines = describe_differences(change.differences)
        what = _("new") if change.is_new else "" if lines else ", ".join(change.fields)
        print_text(f"{_(_PARTS[change.part])} {change.name}: {what}".rstrip())
        for line in lines:
            print_text(f"  {line}")
        for field in _hidden_fields(change) if lines else ():
            print_text(f"  {field}: " + _("changed; the values are not shown"))
    if not changes:
        print_text(_("The server has this setup already."))
        return
    counted = ngettext("{n} change", "{n} changes", len(changes)).format(n=len(changes))
    done = _("{changes}; nothing was written.") if dry_run else _("{changes} written.")
    print_text(done.format(changes=counted))
    names = [change.name for change in changes if change.part == "users" and change.is_new]
    if names and not dry_run:
        message = _(
            "These users have no password yet: {names}. Give each a code: tabuah server user password NAME --code"
        )
        print_text(message.format(names=", ".join(names)))


def _hidden_fields(change: "SetupChange") -> list[str]:
    """Return the fields without a difference to show: secrets and addresses."""
    shown = [each.path for each in change.differences]
    return [
        field
        for field in change.fields
        if not any(path == field or path.startswith(f"{field}.") or field.startswith(f"{path}.") for path in shown)
    ]
