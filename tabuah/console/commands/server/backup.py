"""`tabuah server backup`, `backups`, `backup-key` and `restore`."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.backup_choice import quoted, require_one_backup
from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.server.data_directory import server_directory
from tabuah.console.commands.server.data_owner import give_to_owner, owner_of
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.storage.backup.manifest import BackupKind

if TYPE_CHECKING:
    from tabuah.server.backups.backup_folder import BackupFolder, ListedBackup
    from tabuah.storage.backup.backup_list import FoundBackup
    from tabuah.storage.backup.manifest import BackupManifest


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
@click.argument("target", required=False, type=click.Path(path_type=Path), metavar="[FILE_OR_DIR]")
@click.option(
    "--database", default="", metavar="URL", help=N_("Database URL, sqlite:///FILE; default: in the server's data.")
)
@click.option("--seal-to", default="", metavar="KEY", help=N_("Public line of a backup key, to which it is sealed."))
@click.pass_obj
def backup_command(invocation: Invocation, target: Path | None, database: str, seal_to: str) -> None:
    """Make a copy; without a target the next of the scheduled ones."""
    from tabuah.storage.worker_process import lower_priority

    lower_priority(_NICENESS)  # before the imports, which take half a second of a core that the server needs
    from tabuah.server.backup import back_up_server
    from tabuah.server.configuration import configured_database
    from tabuah.server.security_log import SecurityLog
    from tabuah.storage.backup.backup_key import parse_public_key

    directory = server_directory(invocation)
    if target is None:
        if database or seal_to:
            raise click.UsageError(_("Without FILE_OR_DIR, server.toml names database and key."))
        _make_scheduled(invocation)
        return
    database = database or configured_database(directory)
    recipient = parse_public_key(seal_to) if seal_to else None
    manifest = back_up_server(directory, target, database=database, recipient=recipient)
    SecurityLog(directory).record("backup_made")
    invocation.show(_record(target, manifest), lambda: _print_saved(target, manifest))


def _make_scheduled(invocation: Invocation) -> None:
    from tabuah.server.security_log import SecurityLog
    from tabuah.storage.backup.archive import BackupReader

    made = Path(_scheduled_folder(invocation).make().path)
    SecurityLog(server_directory(invocation)).record("backup_made")
    with BackupReader(made) as reader:
        manifest = reader.manifest
    invocation.show(_record(made, manifest), lambda: _print_saved(made, manifest))


def _scheduled_folder(invocation: Invocation) -> "BackupFolder":
    """Return the folder of the scheduled backups.

    Raises:
        click.UsageError: none is configured.
    """
    from tabuah.server.backups.backup_folder import BackupFolder
    from tabuah.server.configuration import read_configuration

    directory = server_directory(invocation)
    configuration = read_configuration(directory)
    if not configuration.backup.directory:
        text = _("No backups are scheduled: name FILE_OR_DIR, or set backup.directory in {file}.")
        raise click.UsageError(text.format(file=directory / "server.toml"))
    return BackupFolder(directory, configuration.backup, database=configuration.database)


@click.command("backups", cls=TabuahCommand, help=N_("List the scheduled backups of this server."))
@click.option("--verify", is_flag=True, help=N_("Read every file and compare it with its SHA-256."))
@click.pass_obj
def backups_command(invocation: Invocation, *, verify: bool) -> int:
    found = _scheduled_folder(invocation).list_backups(verify=verify)
    headers = (_("Time"), _("Entries"), _("Attachments"), _("Sealed"), _("Folder"))
    invocation.show_table(found, headers, [*map(_row, found)], empty=_("There are no backups yet."))
    return ExitCode.DAMAGED if any(backup.problem for backup in found) else ExitCode.DONE


def _row(backup: "ListedBackup") -> tuple[str, ...]:
    moment = format_moment(backup.copied_at) if backup.copied_at is not None else ""
    sealed = _("yes") if backup.sealed else _("no")
    if backup.problem:
        return moment, "", "", "", backup.problem
    return moment, format_number(backup.seq), format_number(backup.attachments), sealed, backup.path


class BackupKeyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server backup-key --json`."""

    file: str
    public: str


@click.command("backup-key", cls=TabuahCommand, help=N_("Create a private key that opens sealed backups."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.pass_obj
def backup_key_command(invocation: Invocation, file: Path) -> None:
    from tabuah.storage.backup.backup_key import create_key_file

    found = BackupKeyRecord(file=str(file.expanduser().absolute()), public=create_key_file(file.expanduser()))
    invocation.show(found, lambda: _print_key(found))


def _print_key(found: BackupKeyRecord) -> None:
    text = _(
        "The private key is in {file}. Keep two copies of it away from the server: without it no sealed backup opens."
    )
    print_text(text.format(file=found.file))
    print_text(_("Put this line into server.toml, table [backup]:"))
    print_text(f'seal_to = "{found.public}"')


@click.command("restore", cls=TabuahCommand, help=N_("Restore a backup of a server into a new directory."))
@click.argument("backup", type=click.Path(path_type=Path), metavar="BACKUP")
@click.option(
    "--into", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help=N_("New directory of the server; it must not exist or be empty."),
)  # fmt: skip
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help=N_("Private key of a sealed backup."))
@click.option("--server", default="", metavar="ID", help=N_("Refuse the backup of any other server."))
@click.pass_obj
def restore_command(invocation: Invocation, backup: Path, into: Path, key: Path | None, server: str) -> None:
    from tabuah.server.backup import restore_server
    from tabuah.server.security_log import SecurityLog
    from tabuah.storage.backup.backup_key import read_key_file

    require_one_backup(backup, BackupKind.SERVER, lambda found: _restore_line(found, into=into, key=key))
    opening = read_key_file(key) if key is not None else None
    owner = owner_of(into)
    manifest = restore_server(backup, into, key=opening, server=server)
    SecurityLog(into).record("backup_restored")
    give_to_owner(into, owner, with_attachments=True)
    invocation.show(_record(into, manifest), lambda: _print_restored(into, manifest))


def _restore_line(found: "FoundBackup", *, into: Path, key: Path | None) -> str:
    """Return the command that restores a backup, with the options of this one."""
    line = f"tabuah server restore {quoted(found.path)} --into {quoted(into)}"
    if key is not None or found.manifest.sealed_to:
        line += f" --key {quoted(key) if key is not None else 'FILE'}"
    return line


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
    if manifest.sealed_to:
        print_text(_("It is sealed: only the private backup key opens it."))
    else:
        print_text(_("The copy contains the key of the server: keep it where nobody else can read it."))


def _print_restored(into: Path, manifest: "BackupManifest") -> None:
    print_text(
        _("Restored and verified in {directory}, as of {moment}.").format(
            directory=into, moment=format_moment(manifest.copied_at)
        )
    )
    print_text(_("It is the data of server {server}.").format(server=manifest.server))
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
