"""`tabuah server profile`: change the profile of the regency at the server."""

from pathlib import Path

import click

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.server.data_directory import open_server_journal
from tabuah.resources.localisation import N_, _


@click.command("profile", cls=TabuahCommand, help=N_("Change the profile of the regency; all consoles follow."))
@click.argument("file", type=click.Path(path_type=Path, exists=True), metavar="FILE")
@click.option("--reason", type=ReasonType(), default="", metavar="TEXT", help=N_("Why; kept in the journal."))
@click.option(
    "--database", default="", metavar="URL", help=N_("Database URL, sqlite:///FILE; default: in the server's data.")
)
@click.pass_obj
def profile_command(invocation: Invocation, *, file: Path, reason: str, database: str) -> None:
    """Write a checked profile as an entry; the same profile changes nothing."""
    from tabuah.server.people.user_changes import ADMINISTRATOR
    from tabuah.server.regency.journal_profile import change_profile
    from tabuah.storage.regency.profile_file import read_profile

    found = read_profile(file)
    with open_server_journal(invocation, database=database) as journal:
        changed = change_profile(journal, found, actor=ADMINISTRATOR, reason=reason)
    message = _("The profile of {regency} is in force.") if changed else _("{regency} has this profile already.")
    record = {"regency": found.profile.name, "changed": changed}
    invocation.show(record, lambda: print_text(message.format(regency=found.profile.name)))
