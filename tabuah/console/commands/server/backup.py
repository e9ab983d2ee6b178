"""`tabuah server backup` and `tabuah server restore`."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.server.data_directory import server_directory
from tabuah.resources.localisation import N_, _, format_moment, format_number

if TYPE_CHECKING:
    from tabuah.storage.backup.archive import BackupManifest


_NICENESS: Final = 5  # lower priority than the server, yet high enough that SQLite can soon reuse its log


class ServerBackupRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server backup --json` and `server restore --json`; `path` is the backup, or the new directory."""

    path: str
    server: str
    copied_at: str
    seq: int
    hash: str
    subjects: int
    readings: int
    attachments: int
    damaged: tuple[str, ...] = ()


@click.command("backup", cls=TabuahCommand, help=N_("Save a verified copy of the server's data while it runs."))
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE_OR_DIR")
@click.option(
    "--database", default="", metavar="URL", help=N_("Database URL, sqlite:///FILE; default: in the server's data.")
)
@click.pass_obj
def backup_command(invocation: Invocation, target: Path, database: str) -> None:
    from tabuah.storage.worker_process import lower_priority

    lower_priority(_NICENESS)  # before the imports, which take half a second of a core that the server needs
    from tabuah.server.backup import back_up_server
    from tabuah.server.configuration import configured_database
    from tabuah.server.security_log import SecurityLog

    database = database or configured_database(server_directory(invocation))
    manifest = back_up_server(server_directory(invocation), target, database=database)
    SecurityLog(server_directory(invocation)).record("backup_made")
    invocation.show(_record(target, manifest), lambda: _print_saved(target, manifest))


@click.command("restore", cls=TabuahCommand, help=N_("Restore a backup of a server into a new directory."))
@click.argument("backup", type=click.Path(path_type=Path), metavar="BACKUP")
@click.option(
    "--into", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help=N_("New directory of the server; it must not exist or be empty."),
)  # fmt: skip
@click.pass_obj
def restore_command(invocation: Invocation, backup: Path, into: Path) -> None:
    from tabuah.server.backup import restore_server
    from tabuah.server.security_log import SecurityLog

    manifest = restore_server(backup, into)
    SecurityLog(into).record("backup_restored")
    invocation.show(_record(into, manifest), lambda: _print_restored(into, manifest))


def _record(path: Path, manifest: "BackupManifest") -> ServerBackupRecord:
    return ServerBackupRecord(
        path=str(path.expanduser().absolute()),
        server=manifest.server,
        copied_at=manifest.copied_at.isoformat(),
        seq=manifest.seq,
        hash=manifest.hash,
        subjects=manifest.subjects,
        readings=manifest.readings,
        attachments=manifest.attachments,
        damaged=manifest.damaged,
    )


def _print_saved(target: Path, manifest: "BackupManifest") -> None:
    print_text(_("Saved and verified: {path}").format(path=target))
    print_text(_contents(manifest))
    if manifest.damaged:
        message = _("{n} attachments are damaged on the server and are not in the copy: tabuah doctor --data DIR")
        print_text(message.format(n=format_number(len(manifest.damaged))))
    print_text(_("The copy contains the key of the server: keep it where nobody else can read it."))


def _print_restored(into: Path, manifest: "BackupManifest") -> None:
    print_text(
        _("Restored and verified in {directory}, as of {moment}.").format(
            directory=into, moment=format_moment(manifest.copied_at)
        )
    )
    print_text(_contents(manifest))
    lost = _(
        "Lost: readings, passwords and log-ins since then. Entries and photos since then come back from the consoles:"
        " until one has handed them back, the server takes no new ones. To end that wait: {command}"
    )
    print_text(lost.format(command=f"tabuah server handback --end-wait --data {into}"))
    if manifest.damaged:
        message = _("{n} attachments were damaged when the copy was made and are missing.")
        print_text(message.format(n=format_number(len(manifest.damaged))))
    print_text(_("Start it: {command}").format(command=f"tabuah server --data {into}"))


def _contents(manifest: "BackupManifest") -> str:
    message = _("{entries} entries, {subjects} subjects, {readings} readings, {attachments} attachments.")
    return message.format(
        entries=format_number(manifest.seq),
        subjects=format_number(manifest.subjects),
        readings=format_number(manifest.readings),
        attachments=format_number(manifest.attachments),
    )
