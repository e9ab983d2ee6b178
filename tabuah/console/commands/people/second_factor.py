"""`tabuah second-factor set-up | confirm | recovery-codes | remove`: the second factor of the own log-in."""

from typing import TYPE_CHECKING

import click

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_facts, print_text
from tabuah.console.commands.people.login import read_password
from tabuah.console.commands.qr_code import print_qr
from tabuah.resources.localisation import N_, _

if TYPE_CHECKING:
    from tabuah.storage.cache.store import ConsoleStore
    from tabuah.storage.journal.people_protocol import SecondFactorSecret
    from tabuah.storage.sync.client import ServerClient

second_factor_group = TabuahGroup("second-factor", help=N_("The second factor of supervisors and administrators."))


@second_factor_group.command("set-up", help=N_("Get a secret for an authenticator app; a code then confirms it."))
@click.pass_obj
def set_up(call: Invocation) -> None:
    from tabuah.storage.journal.people_protocol import SecondFactorSetUp
    from tabuah.storage.sync.user_administration import ask_second_factor

    with call.open_store() as store, _client_of(store) as client:
        found = ask_second_factor(client, SecondFactorSetUp(password=read_password()))
    call.show(found, lambda: _print_secret(found))


def _print_secret(found: "SecondFactorSecret") -> None:
    print_qr(found.uri)
    print_facts(((_("Secret for the app"), found.secret), (_("The same for a QR code"), found.uri)))
    print_text(
        _(
            "It is not in force yet. Scan the code, or enter the secret, then confirm with a code of the app:"
            " tabuah second-factor confirm CODE"
        )
    )


@second_factor_group.command("confirm", help=N_("Put the second factor in force; prints the recovery codes."))
@click.argument("code")
@click.pass_obj
def confirm(call: Invocation, code: str) -> None:
    from tabuah.storage.journal.people_protocol import SecondFactorCode
    from tabuah.storage.sync.user_administration import confirm_second_factor

    with call.open_store() as store, _client_of(store) as client:
        issued = confirm_second_factor(client, SecondFactorCode(code=code))
    text = _("From now on you log in with a code, too. Each of these codes replaces it once; keep them on paper:")
    call.show(issued, lambda: print_text("\n".join((text, *issued.codes))))


@second_factor_group.command("recovery-codes", help=N_("Print other recovery codes; earlier ones become invalid."))
@click.argument("code")
@click.pass_obj
def recovery_codes(call: Invocation, code: str) -> None:
    from tabuah.storage.journal.people_protocol import RecoveryCodesRequest
    from tabuah.storage.sync.user_administration import ask_recovery_codes

    with call.open_store() as store, _client_of(store) as client:
        issued = ask_recovery_codes(client, RecoveryCodesRequest(password=read_password(), code=code))
    text = _("Each of these codes replaces the app once; earlier ones are invalid. Keep them on paper:")
    call.show(issued, lambda: print_text("\n".join((text, *issued.codes))))


@second_factor_group.command("remove", help=N_("Log in by the password alone again."))
@click.argument("code")
@click.pass_obj
def remove(call: Invocation, code: str) -> None:
    from tabuah.storage.journal.people_protocol import SecondFactorRemoval
    from tabuah.storage.sync.user_administration import remove_second_factor

    with call.open_store() as store, _client_of(store) as client:
        remove_second_factor(client, SecondFactorRemoval(password=read_password(), code=code))
    call.show({"second_factor": False}, lambda: print_text(_("From now on you log in by the password alone.")))


def _client_of(store: "ConsoleStore") -> "ServerClient":
    from tabuah.storage.sync.session import ConsoleSession

    return ConsoleSession(store).client
