"""`tabuah backup` and `tabuah restore`: a verified copy of this console's data, made while it is in use."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.backup_choice import quoted, require_one_backup
from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.storage.backup.manifest import BackupKind
from tabuah.storage.data_files import is_server_directory

if TYPE_CHECKING:
    from tabuah.storage.backup.manifest import BackupManifest


class ConsoleBackupRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `backup --json`; `head` is the newest record of the server's journal in it."""

    file: str
    bytes: int
    head: int
    pending: int
    readings: int
    attachments: int
    damaged: tuple[str, ...] = ()


class ConsoleRestoreRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `restore --json`."""

    data: str
    copied_at: datetime
    head: int
    pending: int
    readings: int
    attachments: int
    damaged: tuple[str, ...] = ()


@click.command("backup", cls=TabuahCommand, help=N_("Save a verified copy of this console's data to FILE."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.pass_obj
def backup(call: Invocation, *, file: Path) -> None:
    from tabuah.storage.cache.console_backup import back_up_console
    from tabuah.storage.cache.errors import HoldsServer

    if is_server_directory(call.data):
        raise HoldsServer(call.data, f"tabuah server backup {file} --data {call.data}")
    with call.open_store() as store:
        manifest = back_up_console(store, file)
    answer = ConsoleBackupRecord(
        file=str(file.expanduser().absolute()),
        bytes=file.expanduser().stat().st_size,
        head=manifest.seq,
        pending=manifest.pending,
        readings=manifest.readings,
        attachments=manifest.attachments,
        damaged=manifest.damaged,
    )
    megabytes = format_number(answer.bytes / 1_000_000, digits=1)
    saved = _("Saved and checked: {file} ({size} MB)").format(file=file, size=megabytes)
    call.show(answer, lambda: _print_contents(saved, manifest))


@click.command("restore", cls=TabuahCommand, help=N_("Restore a backup of a console into an empty data directory."))
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def restore(call: Invocation, *, file: Path) -> None:
    from tabuah.storage.cache.console_backup import restore_console

    data = f" --data {quoted(call.data)}"
    require_one_backup(file, BackupKind.CONSOLE, lambda found: f"tabuah restore {quoted(found.path)}{data}")
    manifest = restore_console(file, call.data)
    answer = ConsoleRestoreRecord(
        data=str(call.data.expanduser().absolute()),
        copied_at=manifest.copied_at,
        head=manifest.seq,
        pending=manifest.pending,
        readings=manifest.readings,
        attachments=manifest.attachments,
        damaged=manifest.damaged,
    )
    call.show(answer, lambda: _print_restored(call.data, manifest))


def _print_restored(directory: Path, manifest: "BackupManifest") -> None:
    restored = _("Restored and verified in {directory}, as of {moment}.")
    _print_contents(restored.format(directory=directory, moment=format_moment(manifest.copied_at)), manifest)
    print_text(
        _(
            "Work since then that was not sent to the server is not in the copy. Readings come from the server again,"
            " tile archives from their source. This console has a new key: log in and sync."
        )
    )
    print_text(_("Log in: tabuah login --server URL --user NAME"))


def _print_contents(title: str, manifest: "BackupManifest") -> None:
    print_text(title)
    message = _(
        "The journal up to record {seq}, {pending} unsent changes, {readings} manual readings,"
        " {attachments} attachments."
    )
    print_text(
        message.format(
            seq=format_number(manifest.seq),
            pending=format_number(manifest.pending),
            readings=format_number(manifest.readings),
            attachments=format_number(manifest.attachments),
        )
    )
    if manifest.damaged:
        message = _("{n} attachments were damaged when the copy was made and are missing.")
        print_text(message.format(n=format_number(len(manifest.damaged))))
