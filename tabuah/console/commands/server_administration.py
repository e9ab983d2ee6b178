"""`tabuah server user …` and `tabuah server device …`: on the server's own data, while it runs or not."""

import os
import sys
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import say
from tabuah.console.commands.parameters import Code
from tabuah.console.commands.server_data import opened_journal
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.operations.authority.roles import Role
from tabuah.resources.catalogue import N_, _

if TYPE_CHECKING:
    from tabuah.operations.authority.records import Device, User

PASSWORD_VARIABLE: Final = "TABUAH_PASSWORD"  # noqa: S105 - the name of the variable

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


class UserListed(msgspec.Struct, frozen=True, kw_only=True):
    """A user as `--json` prints it."""

    name: str
    full_name: str
    role: Role
    opd: str
    active: bool


class DeviceListed(msgspec.Struct, frozen=True, kw_only=True):
    """A device as `--json` prints it."""

    id: str
    tag: str
    name: str
    owner: str
    approved: bool
    revoked: bool


user_group = TabuahGroup("user", help=N_("The people who log in."))
device_group = TabuahGroup("device", help=N_("The devices that write entries."))


@user_group.command("add", help=N_("Add a user; the password comes from a prompt or TABUAH_PASSWORD."))
@click.argument("name")
@click.option("--role", type=Code(Role), required=True, metavar="ROLE", help=N_("viewer, field, operator …"))
@click.option("--opd", required=True, metavar="OPD", help=N_("The office: BPBD, Damkar, a kecamatan …"))
@click.option("--full-name", default="", metavar="NAME", help=N_("The name as it stands in reports."))
@click.option("--database", default="", metavar="URL", help=N_("Another database: sqlite:///FILE."))
@click.pass_obj
def add_user(invocation: Invocation, name: str, role: Role, opd: str, full_name: str, database: str) -> None:
    """Create a user."""
    from tabuah.server.administration import create_user

    password = ask_for_new_password()
    with opened_journal(invocation, database=database) as journal:
        user = create_user(journal, name=name, role=role, opd=opd, password=password, full_name=full_name)
    told = _("{name} can log in as {role}.").format(name=user.name, role=_(_ROLE_NAMES[user.role]))
    invocation.show(_listed_user(user), lambda: say(told))


@user_group.command("list", help=N_("All users."))
@click.option("--database", default="", metavar="URL", help=N_("Another database: sqlite:///FILE."))
@click.pass_obj
def list_users(invocation: Invocation, database: str) -> None:
    """Print the users by name."""
    with opened_journal(invocation, database=database) as journal:
        users = sorted(journal.authority.users.values(), key=lambda user: user.name.casefold())
    rows = [
        (u.name, u.full_name, _(_ROLE_NAMES[u.role]), u.opd, _("active") if u.active else _("locked")) for u in users
    ]
    headers = (_("User"), _("Full name"), _("Role"), _("Office"), _("State"))
    invocation.show_table([_listed_user(user) for user in users], headers, rows, empty=_("There are no users yet."))


@device_group.command("list", help=N_("All devices; those that wait for approval come first."))
@click.option("--database", default="", metavar="URL", help=N_("Another database: sqlite:///FILE."))
@click.pass_obj
def list_devices(invocation: Invocation, database: str) -> None:
    """Print the devices."""
    with opened_journal(invocation, database=database) as journal:
        devices = [device for device in journal.authority.devices.values() if not device.is_server]
    devices.sort(key=lambda device: (device.approved, device.revoked, device.owner.casefold(), device.id))
    rows = [(d.id, d.tag, d.name, d.owner, _state_of(d)) for d in devices]
    headers = ("ID", _("Letters"), _("Device"), _("Owner"), _("State"))
    values = [_listed_device(device) for device in devices]
    invocation.show_table(values, headers, rows, empty=_("No device is enrolled yet."))


@device_group.command("approve", help=N_("Let a device in that waits."))
@click.argument("device_id", metavar="ID")
@click.option("--database", default="", metavar="URL", help=N_("Another database: sqlite:///FILE."))
@click.pass_obj
def approve(invocation: Invocation, device_id: str, database: str) -> None:
    """Approve a device by its id, the beginning of it, or its four letters."""
    from tabuah.server.administration import approve_device

    with opened_journal(invocation, database=database) as journal:
        device = approve_device(journal, device_id)
    told = _("Device {tag} of {owner} may write now.").format(tag=device.tag, owner=device.owner)
    invocation.show(_listed_device(device), lambda: say(told))


@device_group.command("revoke", help=N_("Lock a device: what it writes from now on waits for a supervisor."))
@click.argument("device_id", metavar="ID")
@click.option("--reason", default="", metavar="TEXT", help=N_("Why; it stands in the journal."))
@click.option("--database", default="", metavar="URL", help=N_("Another database: sqlite:///FILE."))
@click.pass_obj
def revoke(invocation: Invocation, device_id: str, reason: str, database: str) -> None:
    """Revoke a device by its id, the beginning of it, or its four letters."""
    from tabuah.server.administration import revoke_device

    with opened_journal(invocation, database=database) as journal:
        device = revoke_device(journal, device_id, reason)
    told = _("Device {tag} of {owner} is locked.").format(tag=device.tag, owner=device.owner)
    invocation.show(_listed_device(device), lambda: say(told))


def ask_for_new_password() -> str:
    """From the environment, else from the person at the terminal, twice.

    Raises:
        click.UsageError: there is neither.
    """
    password = os.environ.get(PASSWORD_VARIABLE, "")
    if password:
        return password
    if not sys.stdin.isatty():
        raise click.UsageError(_("there is no terminal to ask for the password: set TABUAH_PASSWORD"))
    asked: str = click.prompt(_("Password"), hide_input=True, confirmation_prompt=_("Once more"))
    return asked


def _state_of(device: "Device") -> str:
    if device.revoked:
        return _("locked")
    return _("approved") if device.approved else _("waits for approval")


def _listed_user(user: "User") -> UserListed:
    return UserListed(name=user.name, full_name=user.full_name, role=user.role, opd=user.opd, active=user.active)


def _listed_device(device: "Device") -> DeviceListed:
    return DeviceListed(
        id=device.id,
        tag=device.tag,
        name=device.name,
        owner=device.owner,
        approved=device.approved,
        revoked=device.revoked,
    )
