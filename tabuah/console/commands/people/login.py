"""`tabuah login`: log in to a server and enrol this device."""

import os
import sys
from pathlib import Path
from typing import Final

import click

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.resources.localisation import N_, _
from tabuah.text.people.permissions import role_label

PASSWORD_VARIABLE: Final = "TABUAH_PASSWORD"  # noqa: S105 - the name of a variable


@click.command("login", cls=TabuahCommand, help=N_("Log in to a server and enrol this device there."))
@click.option("--server", "url", metavar="URL", help=N_("The server's address; default: that of the last log-in."))
@click.option("--user", required=True, metavar="NAME", help=N_("The user's name."))
@click.option(
    "--code",
    metavar="CODE",
    help=N_("The pairing code of the server, at the first log-in: its words, or the QR text."),
)
@click.option("--code-file", type=click.Path(path_type=Path), metavar="FILE", help=N_("The file of a pairing code."))
@click.option(
    "--ca", type=click.Path(path_type=Path), metavar="FILE", help=N_("The certificate of the server's authority.")
)
@click.option("--second-factor", default="", metavar="CODE", help=N_("The code of the authenticator app."))
@click.option("--new-key", is_flag=True, help=N_("Go on as a new device, after this one was revoked."))
@click.pass_obj
def login(
    call: Invocation,
    *,
    url: str | None,
    user: str,
    code: str | None,
    code_file: Path | None,
    ca: Path | None,
    second_factor: str,
    new_key: bool,
) -> None:
    from tabuah.console.commands.people.pin_options import PinOptions
    from tabuah.storage.sync.session import log_in
    from tabuah.text.sync.device_notices import describe_clock_error

    with call.open_store() as store:
        known = store.identity
        given = PinOptions(code=code, code_file=code_file, ca=ca)
        address = url or given.address or (known.server_url if known else "")
        if not address:
            raise click.UsageError(_("name the server with --server"))
        was_measured = store.clock_was_measured
        pin = given.make_pin(address)
        identity = log_in(
            store, url=address, user=user, password=read_password(), code=second_factor, new_key=new_key, pin=pin
        )
        answer = {
            "user": identity.user,
            "role": identity.role,
            "server": identity.server_url,
            "device": store.device,
            "approved": identity.approved,
            "grant_expires_at": identity.grant.expires_at if identity.grant else None,
        }
        message = _("Logged in as {user} ({role}).").format(user=identity.user, role=role_label(identity.role))
        call.show(answer, lambda: print_text(message))
        early = store.misdated_range
        if early is not None and not was_measured:
            print_error(describe_clock_error(offset_s=early.offset_s, entries=early.until))
        if not identity.approved:
            print_error(
                _("This device waits for approval: tabuah server device approve {device}").format(device=store.device)
            )


def read_password() -> str:
    """Return the password from `TABUAH_PASSWORD`, else from a prompt.

    Raises:
        click.UsageError: it is empty, or there is no terminal.
    """
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    if given is not None or not sys.stdin.isatty():
        raise click.UsageError(_("there is no terminal to ask for the password: set TABUAH_PASSWORD"))
    answer: str = click.prompt(_("Password"), hide_input=True, err=True)
    return answer
