"""`tabuah password` and `tabuah logout`: the own account at the server."""

import os
import sys
from pathlib import Path
from typing import Final

import click

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.people.login import read_password
from tabuah.resources.localisation import N_, _

NEW_PASSWORD_VARIABLE: Final = "TABUAH_NEW_PASSWORD"  # noqa: S105 - the name of a variable


@click.command("password", cls=TabuahCommand, help=N_("Replace the own password, or choose one with a code."))
@click.option("--code", metavar="CODE", help=N_("The one-time code of an administrator."))
@click.option("--user", metavar="NAME", help=N_("The user's name, with --code."))
@click.option("--server", "url", metavar="URL", help=N_("The server's address; default: that of the last log-in."))
@click.option(
    "--pairing-code",
    metavar="CODE",
    help=N_("The pairing code of the server, on a new computer: its words, or the QR text."),
)
@click.option("--code-file", type=click.Path(path_type=Path), metavar="FILE", help=N_("The file of a pairing code."))
@click.option(
    "--ca", type=click.Path(path_type=Path), metavar="FILE", help=N_("The certificate of the server's authority.")
)
@click.pass_obj
def password_command(
    call: Invocation,
    *,
    code: str | None,
    user: str | None,
    url: str | None,
    pairing_code: str | None,
    code_file: Path | None,
    ca: Path | None,
) -> None:
    """Ask for the passwords, or take them from TABUAH_PASSWORD and TABUAH_NEW_PASSWORD.

    Raises:
        click.UsageError: something is missing, or does not go together.
    """
    from tabuah.console.commands.people.pin_options import PinOptions
    from tabuah.storage.sync.account import change_password, reset_password
    from tabuah.storage.sync.errors import NotLoggedIn

    if code is None and (user or url or pairing_code or code_file or ca):
        raise click.UsageError(_("--user, --server and the pairing code belong to --code"))
    given = PinOptions(code=pairing_code, code_file=code_file, ca=ca)
    with call.open_store() as store:
        identity = store.identity
        if code is None:
            if identity is None:
                raise NotLoggedIn
            name = identity.user
            change_password(store, password=read_password(), new_password=read_new_password())
        else:
            name = user or ""
            address = url or given.address or (identity.server_url if identity else "")
            if not name or not address:
                raise click.UsageError(_("name the user with --user, and the server with --server"))
            pin = given.make_pin(address)
            reset_password(store, url=address, user=name, code=code, new_password=read_new_password(), pin=pin)
    message = _("{user} has another password. Other sessions have ended.").format(user=name)
    call.show({"user": name}, lambda: print_text(message))


@click.command("logout", cls=TabuahCommand, help=N_("Log out; work that is not sent stays here."))
@click.pass_obj
def logout(call: Invocation) -> None:
    from tabuah.storage.sync.account import log_out
    from tabuah.storage.sync.session import has_session

    with call.open_store() as store:
        was_logged_in = has_session(call.data)
        ended = log_out(store) if was_logged_in else False
        unsent = store.counts().pending
        user = store.identity.user if store.identity else ""
        answer = {"user": user, "ended_at_server": ended, "unsent": unsent}
        text = _("{user} is logged out.").format(user=user) if was_logged_in else _("No user is logged in.")
        call.show(answer, lambda: print_text(text))
        if was_logged_in and not ended:
            print_error(_("The server did not answer: the session ends there by itself."))
        if unsent:
            print_error(_("Changes that are not sent: {n}. They stay here until the next log-in.").format(n=unsent))


def read_new_password() -> str:
    """Return the new password from `TABUAH_NEW_PASSWORD`, else from a prompt with confirmation.

    Raises:
        click.UsageError: it is empty, or there is no terminal.
    """
    given = os.environ.get(NEW_PASSWORD_VARIABLE)
    if given:
        return given
    if given is not None or not sys.stdin.isatty():
        raise click.UsageError(_("there is no terminal to ask for the password: set TABUAH_NEW_PASSWORD"))
    prompt, again = _("New password"), _("Repeat the password")
    answer: str = click.prompt(prompt, hide_input=True, confirmation_prompt=again, err=True)
    return answer
