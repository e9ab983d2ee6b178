"""`tabuah server user lock | unlock | role | edit | password | sessions | end-session`: on the server's data."""

from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.invocation import Invocation, print_facts, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.role_type import RoleType
from tabuah.console.commands.server.data_directory import open_server_journal, read_server_journal, server_directory
from tabuah.console.commands.server.users_and_devices import (
    ask_for_new_password,
    database_option,
    kecamatan_option,
    make_user_record,
    user_group,
)
from tabuah.operations.people.entry_bodies import PasswordChangeCause, UserChanged
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.text.people.permissions import role_label

if TYPE_CHECKING:
    from tabuah.operations.people.authority import User
    from tabuah.server.people.refresh_tokens import OpenSession

BY = "administrator"  # a command on the server's data knows no user


reason_option = click.option(
    "--reason", type=ReasonType(), default="", metavar="TEXT", help=N_("The reason, for the journal.")
)


class SessionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of an open session."""

    session: str
    device: str
    opened_at: str
    renewed_at: str
    expires_at: str


@user_group.command("lock", help=N_("Lock a user out; open sessions end at once."))
@click.argument("name")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("The reason, for the journal."))
@database_option
@click.pass_obj
def lock(invocation: Invocation, name: str, reason: str, database: str) -> None:
    user = _change(invocation, name, UserChanged(active=False, by=BY, reason=reason), database=database)
    _show(invocation, user, _("{name} is locked out. Open sessions have ended.").format(name=name))


@user_group.command("unlock", help=N_("Let a locked user log in again."))
@click.argument("name")
@reason_option
@database_option
@click.pass_obj
def unlock(invocation: Invocation, name: str, reason: str, database: str) -> None:
    user = _change(invocation, name, UserChanged(active=True, by=BY, reason=reason), database=database)
    _show(invocation, user, _("{name} can log in again.").format(name=name))


@user_group.command("role", help=N_("Give a user another role."))
@click.argument("name")
@click.argument("role", type=RoleType(), metavar="ROLE")
@reason_option
@database_option
@click.pass_obj
def change_role(invocation: Invocation, name: str, role: Role, reason: str, database: str) -> None:
    user = _change(invocation, name, UserChanged(role=role, by=BY, reason=reason), database=database)
    _show(invocation, user, _("{name} has the role {role}.").format(name=name, role=role_label(user.role)))


@user_group.command("edit", help=N_("Change OPD, kecamatan or full name of a user."))
@click.argument("name")
@click.option("--opd", metavar="OPD", help=N_("The OPD: BPBD, Damkar, a kecamatan …"))
@click.option("--full-name", metavar="NAME", help=N_("The full name for reports."))
@kecamatan_option
@reason_option
@database_option
@click.pass_obj
def edit(
    invocation: Invocation,
    name: str,
    opd: str | None,
    full_name: str | None,
    kecamatan: str | None,
    reason: str,
    database: str,
) -> None:
    """Change what is given; the role has a command of its own.

    Raises:
        click.UsageError: nothing is given.
    """
    if opd is None and full_name is None and kecamatan is None:
        raise click.UsageError(_("name what to change: --opd, --full-name or --kecamatan"))
    change = UserChanged(
        opd=msgspec.UNSET if opd is None else opd,
        full_name=msgspec.UNSET if full_name is None else full_name,
        kecamatan=msgspec.UNSET if kecamatan is None else kecamatan,
        by=BY,
        reason=reason,
    )
    user = _change(invocation, name, change, database=database)
    _show(invocation, user, _("{name} was changed.").format(name=name))


@user_group.command("password", help=N_("Give a user another password, or a one-time code to choose one."))
@click.argument("name")
@click.option("--code", "with_code", is_flag=True, help=N_("Print a one-time code, with which the user chooses."))
@click.option("--generate", "generates", is_flag=True, help=N_("Print a generated password of a gateway."))
@reason_option
@database_option
@click.pass_obj
def change_password(
    invocation: Invocation, name: str, reason: str, database: str, *, with_code: bool, generates: bool
) -> None:
    """Set a password from the prompt, print a generated one, or print a one-time code.

    Raises:
        click.UsageError: both of the latter are asked for.
    """
    from tabuah.server.configuration import read_configuration
    from tabuah.server.people.user_changes import find_user, issue_reset_code, set_password

    if with_code and generates:
        raise click.UsageError(_("give --code or --generate, not both"))
    if generates:
        _generate_password(invocation, name, reason=reason, database=database)
        return
    if with_code:
        term = read_configuration(server_directory(invocation)).accounts.code_term
        with open_server_journal(invocation, database=database) as journal:
            issued = issue_reset_code(journal, name, by=BY, reason=reason, term=term)
        until = format_moment(issued.expires_at)
        facts = ((_("User"), name), (_("One-time code"), issued.code), (_("Valid until"), until))
        invocation.show(issued, lambda: print_facts(facts))
        return
    password = ask_for_new_password()
    with open_server_journal(invocation, database=database) as journal:
        cause = PasswordChangeCause.ADMINISTRATOR
        set_password(journal, name, password, cause=cause, by=BY, reason=reason)
        user = find_user(journal, name)
    _show(invocation, user, _("{name} has another password. Open sessions have ended.").format(name=name))


def _generate_password(invocation: Invocation, name: str, *, reason: str, database: str) -> None:
    from tabuah.server.people.user_changes import generate_gateway_secret

    with open_server_journal(invocation, database=database) as journal:
        secret = generate_gateway_secret(journal, name, by=BY, reason=reason)
    facts = ((_("User"), name), (_("Password"), secret))
    invocation.show({"user": name, "password": secret}, lambda: print_facts(facts))


@user_group.command("reset-second-factor", help=N_("Let a user who has lost the app log in by the password alone."))
@click.argument("name")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("The reason, for the journal."))
@database_option
@click.pass_obj
def reset_second_factor_of(invocation: Invocation, name: str, reason: str, database: str) -> None:
    from tabuah.server.people.second_factor_routes import reset_second_factor

    with open_server_journal(invocation, database=database) as journal:
        user = reset_second_factor(journal, name, by=BY, reason=reason)
    _show(invocation, user, _("{name} logs in by the password alone.").format(name=name))


@user_group.command("sessions", help=N_("List the open sessions of a user."))
@click.argument("name")
@database_option
@click.pass_obj
def list_sessions(invocation: Invocation, name: str, database: str) -> None:
    from tabuah.server.people.user_changes import find_user, sessions_of

    with read_server_journal(invocation, database=database) as journal:
        sessions = sessions_of(journal, find_user(journal, name))
        tags = {device.id: device.tag for device in journal.authority.devices.values()}
    rows = [_cells(session, tags) for session in sessions]
    headers = (_("Session"), _("Device"), _("Logged in"), _("Last seen"), _("Ends"))
    records = [_record(session) for session in sessions]
    invocation.show_table(records, headers, rows, empty=_("{name} has no open session.").format(name=name))


@user_group.command("end-session", help=N_("End a session of a user, or all of them."))
@click.argument("name")
@click.argument("session", required=False, default="")
@click.option("--all", "ends_all", is_flag=True, help=N_("All sessions of the user."))
@reason_option
@database_option
@click.pass_obj
def end_session(
    invocation: Invocation, name: str, session: str, reason: str, database: str, *, ends_all: bool
) -> None:
    """End the session with this id or beginning of it, or all.

    Raises:
        click.UsageError: neither or both are named.
    """
    from tabuah.server.people.user_changes import end_sessions, find_session

    if bool(session) == ends_all:
        raise click.UsageError(_("name a session (tabuah server user sessions), or --all"))
    with open_server_journal(invocation, database=database) as journal:
        session = find_session(journal, name, session) if session else ""
        end_sessions(journal, name, by=BY, reason=reason, session=session)
    text = _("The sessions of {name} have ended.") if ends_all else _("The session of {name} has ended.")
    invocation.show({"user": name, "session": session}, lambda: print_text(text.format(name=name)))


def _change(invocation: Invocation, name: str, change: UserChanged, *, database: str) -> "User":
    from tabuah.server.people.user_changes import change_user

    with open_server_journal(invocation, database=database) as journal:
        return change_user(journal, name, change)


def _show(invocation: Invocation, user: "User", message: str) -> None:
    invocation.show(make_user_record(user), lambda: print_text(message))


def _cells(session: "OpenSession", tags: dict[str, str]) -> tuple[str, ...]:
    moments = (session.opened_at, session.renewed_at, session.expires_at)
    return (session.session, tags.get(session.device, session.device[:8]), *map(format_moment, moments))


def _record(session: "OpenSession") -> SessionRecord:
    return SessionRecord(
        session=session.session,
        device=session.device,
        opened_at=session.opened_at.isoformat(),
        renewed_at=session.renewed_at.isoformat(),
        expires_at=session.expires_at.isoformat(),
    )
