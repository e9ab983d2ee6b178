"""`tabuah server migrate`: a dry run of the migrations of a new version, or the migrations themselves."""

from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.server.data_directory import open_server_journal, server_directory
from tabuah.resources.localisation import N_, _, format_number
from tabuah.text.sync.audit_findings import describe_finding

if TYPE_CHECKING:
    from tabuah.server.migration_trial import MigrationTrial


class MigrationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server migrate --json`; the trial is that before the migration."""

    migrated: bool
    trial: "MigrationTrial"


@click.command(
    "migrate",
    cls=TabuahCommand,
    help=N_("Bring the data of a stopped server to this version, after a dry run."),
)
@click.option("--dry-run", is_flag=True, help=N_("Only try it on a copy; the server may run."))
@click.pass_obj
def migrate_command(invocation: Invocation, *, dry_run: bool) -> int:
    from tabuah.server.configuration import configured_database
    from tabuah.server.migration_trial import migrate_readings, try_migrations

    directory = server_directory(invocation)
    trial = try_migrations(directory, database=configured_database(directory))
    may_migrate = not dry_run and not trial.findings
    if may_migrate:
        with open_server_journal(invocation, serving=True):  # a server that runs has the lock
            migrate_readings(directory)
    found = MigrationRecord(migrated=may_migrate, trial=trial)
    invocation.show(found, lambda: _print(found))
    return ExitCode.DAMAGED if trial.findings else ExitCode.DONE


def _print(found: MigrationRecord) -> None:
    from tabuah.server.migration_trial import is_current

    for each in found.trial.databases:
        print_text(
            _("{file}: format {found}, after it {after}").format(file=each.file, found=each.found, after=each.after)
        )
    for finding in found.trial.findings:
        print_text(describe_finding(finding.check, seq=finding.seq, detail=finding.detail))
    if found.trial.findings:
        print_text(_("The journal does not verify: nothing was changed. Keep the old version and restore a backup."))
        return
    verified = _("On a copy: {seconds} s, and all {head} records verify.")
    print_text(
        verified.format(seconds=format_number(found.trial.took_s, digits=1), head=format_number(found.trial.head))
    )
    if is_current(found.trial):
        print_text(_("The data are of this version already."))
    elif found.migrated:
        print_text(_("Migrated. An older version of Tabuah cannot open the data any more; a backup of before can."))
    else:
        print_text(_("Nothing was changed. Make a backup, stop the server, then: tabuah server migrate"))
