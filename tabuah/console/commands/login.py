"""`tabuah login`: open a session with a server and enrol this device there."""

import os
import sys
from typing import Final

import click

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.resources.catalogue import N_, _

PASSWORD_VARIABLE: Final = "TABUAH_PASSWORD"  # noqa: S105 - the name of a variable


@click.command("login", cls=TabuahCommand, help=N_("Log in to a server and enrol this device there."))
@click.option(
    "--server", "url", metavar="URL", help=N_("The server's address; the one of the last log-in if not said.")
)
@click.option("--user", required=True, metavar="NAME", help=N_("The user's name."))
@click.pass_obj
def login(call: Invocation, *, url: str | None, user: str) -> None:
    """Log in."""
    from tabuah.console.clock_words import early_clock_words
    from tabuah.storage.sync.session import log_in

    with call.open_store() as store:
        known = store.identity
        address = url or (known.server_url if known else "")
        if not address:
            raise click.UsageError(_("name the server with --server"))
        was_measured = store.clock_was_measured
        identity = log_in(store, url=address, user=user, password=read_password())
        answer = {
            "user": identity.user,
            "role": identity.role,
            "server": identity.server_url,
            "device": store.device,
            "approved": identity.approved,
            "grant_expires_at": identity.grant.expires_at if identity.grant else None,
        }
        message = _("Logged in as {user} ({role}).").format(user=identity.user, role=identity.role.value)
        call.show(answer, lambda: say(message))
        early = store.early_clock
        if early is not None and not was_measured:
            print_error(early_clock_words(early))
        if not identity.approved:
            print_error(
                _("This device waits for approval: tabuah server device approve {device}").format(device=store.device)
            )


def read_password() -> str:
    """The password from `TABUAH_PASSWORD`, else asked for.

    Raises:
        click.UsageError: it is empty, or nobody is there to be asked.
    """
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    if given is not None or not sys.stdin.isatty():
        raise click.UsageError(_("there is no terminal to ask for the password: set TABUAH_PASSWORD"))
    answer: str = click.prompt(_("Password"), hide_input=True, err=True)
    return answer
