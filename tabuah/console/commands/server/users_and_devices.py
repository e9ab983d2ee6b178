"""`tabuah server user …` and `tabuah server device …`: work on the server's data, also while it runs."""

import os
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.people.login import PASSWORD_VARIABLE
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.role_type import RoleType
from tabuah.console.commands.server.data_directory import open_server_journal, read_server_journal
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import N_, _
from tabuah.resources.regency import current_regency

if TYPE_CHECKING:
    from tabuah.operations.people.authority import Device, User


_ROLE_NAMES: Final[dict[Role, str]] = {
    Role.VIEWER: "Viewer",
    Role.FIELD: "Field office",
    Role.OPERATOR: "Operator",
    Role.SUPERVISOR: "Supervisor",
    Role.AUDITOR: "Auditor",
    Role.ADMIN: "Administrator",
    Role.GATEWAY: "Gateway",
    Role.SERVER: "Server",
}


_KECAMATAN: Final = re.compile(r"([0-9]{2}\.[0-9]{2}\.[0-9]{2})?")


class UserRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of a user."""

    name: str
    full_name: str
    role: Role
    opd: str
    kecamatan: str
    active: bool
    second_factor: bool


class DeviceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of a device."""

    id: str
    tag: str
    name: str
    owner: str
    approved: bool
    revoked: bool
    stolen: bool
    retired: bool


database_option = click.option(
    "--database", default="", metavar="URL", help=N_("Database URL, sqlite:///FILE; default: in the server's data.")
)


class KecamatanCode(click.ParamType[str]):
    """The Kemendagri code of a kecamatan; an empty text for none."""

    name = "kecamatan"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not _KECAMATAN.fullmatch(value):
            message = _("{value} is not the code of a kecamatan, such as {example}")
            example = f"{current_regency().kemendagri_code}.07"
            self.fail(message.format(value=value, example=example), param, ctx)
        return value


kecamatan_option = click.option(
    "--kecamatan",
    type=KecamatanCode(),
    metavar="CODE",
    help=N_("Only incidents of the kecamatan with this Kemendagri code."),
)
user_group = TabuahGroup("user", help=N_("Users of the server."))
device_group = TabuahGroup("device", help=N_("Devices that write entries."))


@user_group.command("add", help=N_("Add a user; the password comes from a prompt or TABUAH_PASSWORD."))
@click.argument("name")
@click.option("--role", type=RoleType(), required=True, metavar="ROLE", help=N_("viewer, field, operator …"))
@click.option("--opd", required=True, metavar="OPD", help=N_("The OPD: BPBD, Damkar, a kecamatan …"))
@click.option("--full-name", default="", metavar="NAME", help=N_("The full name for reports."))
@kecamatan_option
@database_option
@click.pass_obj
def add_user(
    invocation: Invocation, name: str, role: Role, opd: str, full_name: str, kecamatan: str | None, database: str
) -> None:
    from tabuah.server.people.user_changes import create_user

    password = ask_for_new_password()
    with open_server_journal(invocation, database=database) as journal:
        user = create_user(
            journal,
            name=name,
            role=role,
            opd=opd,
            password=password,
            full_name=full_name,
            kecamatan=kecamatan or "",
        )
    message = _("{name} can log in as {role}.").format(name=user.name, role=_(_ROLE_NAMES[user.role]))
    invocation.show(make_user_record(user), lambda: print_text(message))


@user_group.command("list", help=N_("List all users."))
@database_option
@click.pass_obj
def list_users(invocation: Invocation, database: str) -> None:
    with read_server_journal(invocation, database=database) as journal:
        users = sorted(journal.authority.users.values(), key=lambda user: user.name.casefold())
    rows = [_user_cells(user) for user in users]
    headers = (_("User"), _("Full name"), _("Role"), _("Office"), _("Second factor"), _("State"))
    invocation.show_table(
        [make_user_record(user) for user in users], headers, rows, empty=_("There are no users yet.")
    )


def _user_cells(user: "User") -> tuple[str, ...]:
    factor = _("set up") if user.has_second_factor else _("none")
    state = _("active") if user.active else _("locked")
    return user.name, user.full_name, _(_ROLE_NAMES[user.role]), user.opd, factor, state


@device_group.command("list", help=N_("List all devices, those waiting for approval first."))
@database_option
@click.pass_obj
def list_devices(invocation: Invocation, database: str) -> None:
    with read_server_journal(invocation, database=database) as journal:
        devices = [device for device in journal.authority.devices.values() if not device.is_server]
    devices.sort(key=lambda device: (device.approved, device.revoked, device.owner.casefold(), device.id))
    rows = [(d.id, d.tag, d.name, d.owner, _describe_device_state(d)) for d in devices]
    headers = ("ID", _("Letters"), _("Device"), _("Owner"), _("State"))
    values = [_make_device_record(device) for device in devices]
    invocation.show_table(values, headers, rows, empty=_("No device is enrolled yet."))


@device_group.command("approve", help=N_("Approve waiting devices."))
@click.argument("device_ids", metavar="ID …", nargs=-1, required=True)
@database_option
@click.pass_obj
def approve(invocation: Invocation, device_ids: tuple[str, ...], database: str) -> None:
    """Approve devices by their ids, the beginning of them, or their four letters; all or none."""
    from tabuah.server.administration import approve_device, find_device

    with open_server_journal(invocation, database=database) as journal:
        found = [find_device(journal, wanted) for wanted in device_ids]
        devices = [approve_device(journal, device.id) for device in found]
    invocation.show([_make_device_record(device) for device in devices], lambda: _print_approved(devices))


def _print_approved(devices: Sequence["Device"]) -> None:
    for device in devices:
        print_text(_("Device {tag} of {owner} may write now.").format(tag=device.tag, owner=device.owner))


@device_group.command("revoke", help=N_("Revoke a device: its further entries are held for a supervisor."))
@click.argument("device_id", metavar="ID")
@click.option("--reason", type=ReasonType(), default="", metavar="TEXT", help=N_("The reason, for the journal."))
@click.option("--stolen", is_flag=True, help=N_("It hands in nothing any more, and erases its data."))
@database_option
@click.pass_obj
def revoke(invocation: Invocation, device_id: str, reason: str, database: str, *, stolen: bool) -> None:
    """Revoke a device by its id, the beginning of it, or its four letters."""
    from tabuah.server.administration import revoke_device

    with open_server_journal(invocation, database=database) as journal:
        device = revoke_device(journal, device_id, reason, stolen=stolen)
    text = _("Device {tag} of {owner} is locked.")
    if device.is_stolen:
        text = _("Device {tag} of {owner} is locked as stolen. It erases its data when it next reaches the server.")
    message = text.format(tag=device.tag, owner=device.owner)
    invocation.show(_make_device_record(device), lambda: print_text(message))


def ask_for_new_password() -> str:
    """Return the password from the environment, else from a prompt with confirmation.

    Raises:
        click.UsageError: there is neither.
    """
    password = os.environ.get(PASSWORD_VARIABLE, "")
    if password:
        return password
    if not sys.stdin.isatty():
        raise click.UsageError(_("there is no terminal to ask for the password: set TABUAH_PASSWORD"))
    asked: str = click.prompt(_("Password"), hide_input=True, confirmation_prompt=_("Repeat the password"))
    return asked


def _describe_device_state(device: "Device") -> str:
    if device.is_stolen:
        return _("stolen")
    if device.is_retired:
        return _("handed over or retired")
    if device.revoked:
        return _("locked")
    return _("approved") if device.approved else _("waits for approval")


def make_user_record(user: "User") -> UserRecord:
    return UserRecord(
        name=user.name,
        full_name=user.full_name,
        role=user.role,
        opd=user.opd,
        kecamatan=user.office.kecamatan,
        active=user.active,
        second_factor=user.has_second_factor,
    )


def _make_device_record(device: "Device") -> DeviceRecord:
    return DeviceRecord(
        id=device.id,
        tag=device.tag,
        name=device.name,
        owner=device.owner,
        approved=device.approved,
        revoked=device.revoked,
        stolen=device.is_stolen,
        retired=device.is_retired,
    )
