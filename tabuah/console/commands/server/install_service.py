"""`tabuah server install-service`: a unit of systemd for this server, or a script for Windows."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.server.data_directory import server_directory
from tabuah.console.commands.server.data_owner import give_to_owner
from tabuah.resources.localisation import N_, _

if TYPE_CHECKING:
    from tabuah.server.service_unit import ServiceUnit

UNIT_FOLDER: Final = Path("/etc/systemd/system")
UNIT_NAME: Final = "tabuah.service"


class ServiceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server install-service --json`."""

    file: str
    user: str
    data: str
    changed: bool


@click.command("install-service", cls=TabuahCommand, help=N_("Write the unit with which systemd runs this server."))
@click.option("--user", default="tabuah", metavar="NAME", help=N_("User that runs it and owns the data; tabuah."))
@click.option(
    "--unit-folder", default=UNIT_FOLDER, type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help=N_("Folder of the unit; /etc/systemd/system."),
)  # fmt: skip
@click.option("--print", "only_print", is_flag=True, help=N_("Only print the unit."))
@click.option("--windows", is_flag=True, help=N_("Print a PowerShell script for Windows instead."))
@click.pass_obj
def install_service_command(
    invocation: Invocation, *, user: str, unit_folder: Path, only_print: bool, windows: bool
) -> None:
    unit = _unit_of(server_directory(invocation).expanduser().absolute(), user)
    if windows:
        click.echo(unit.windows_script(), nl=False)
        return
    if only_print:
        click.echo(unit.systemd_text(), nl=False)
        return
    give_to_owner(unit.directory, _check_owner(unit), with_attachments=True)
    file = unit_folder / UNIT_NAME
    changed = _write(file, unit.systemd_text())
    found = ServiceRecord(file=str(file), user=user, data=str(unit.directory), changed=changed)
    invocation.show(found, lambda: _print_next(found))


def _unit_of(directory: Path, user: str) -> "ServiceUnit":
    """Return the unit of a server.

    Raises:
        ServerError: the directory has no server, or its settings cannot be used.
        click.UsageError: no user can have this name.
    """
    from tabuah.server.configuration import read_configuration
    from tabuah.server.directory import ServerDirectory
    from tabuah.server.service_unit import ServiceUnit

    if not user or not all(letter.isalnum() or letter in "_-." for letter in user) or user.startswith("-"):
        raise click.UsageError(_("{name} cannot be the name of a user.").format(name=user))
    folder = ServerDirectory(directory)
    folder.check(has_journal=folder.key_path.is_file(), create=False)
    settings = read_configuration(directory)
    writable = [(directory / settings.backup.directory).resolve()] if settings.backup.directory else []
    if settings.log.file:
        writable.append((directory / settings.log.file).resolve().parent)
    return ServiceUnit(
        command=(sys.executable, "-m", "tabuah", "server", "--data", str(directory)),
        user=user,
        directory=directory,
        port=settings.port,
        writable=[path for path in writable if path != directory],
    )


def _check_owner(unit: "ServiceUnit") -> int:
    """Return the id of the user, who owns the data: a service that cannot write them fails at every start.

    Raises:
        click.UsageError: the message has the commands to run.
    """
    if sys.platform == "win32":
        raise click.UsageError(_("Windows has no systemd: print a script with --windows."))
    import pwd

    try:
        account = pwd.getpwnam(unit.user)
    except KeyError as error:
        command = f"useradd --system --home-dir {unit.directory} --shell /usr/sbin/nologin {unit.user}"
        text = _("There is no user {user}. Create it first: {command}")
        raise click.UsageError(text.format(user=unit.user, command=command)) from error
    if unit.directory.stat().st_uid != account.pw_uid:
        text = _("{directory} does not belong to {user}. Stop the server, then: {command}")
        command = f"chown -R {unit.user} {unit.directory}"
        raise click.UsageError(text.format(directory=unit.directory, user=unit.user, command=command))
    return account.pw_uid


def _write(file: Path, text: str) -> bool:
    """Write the unit as a whole or not at all; return whether it differs from before.

    Raises:
        click.UsageError: it cannot be written.
    """
    try:
        if file.is_file() and file.read_text("utf-8") == text:
            return False
        unfinished = file.with_name(f"{file.name}.new")
        unfinished.write_text(text, "utf-8")
        unfinished.chmod(0o644)
        unfinished.replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        text = _("{file} cannot be written: {reason}. Nothing was changed; run it as root, or use --print.")
        raise click.UsageError(text.format(file=file, reason=reason)) from error
    return True


def _print_next(found: ServiceRecord) -> None:
    written = _("Written: {file}.") if found.changed else _("{file} is up to date.")
    print_text(written.format(file=found.file))
    print_text(
        _("Start it now and with the computer: {command}").format(
            command="systemctl daemon-reload && systemctl enable tabuah && systemctl restart tabuah"
        )
    )
    print_text(_("Its log: {command}").format(command="journalctl -u tabuah -f"))
