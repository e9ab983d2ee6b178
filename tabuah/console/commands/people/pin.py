"""`tabuah pin …`: the certificate authority and the server that this console trusts."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_error, print_facts, print_text
from tabuah.console.commands.people.pin_options import PinOptions
from tabuah.resources.localisation import N_, _, format_moment

if TYPE_CHECKING:
    from tabuah.storage.sync.server_pin import ServerPin

pin_group = TabuahGroup("pin", help=N_("The server that this console trusts."))


class PinRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `pin --json`; empty values where nothing is pinned. `authority` is the SHA-256 of its public key.

    `server` is the id of the server, and `server_key` its first public key.
    """

    pinned: bool
    source: str = ""
    authority: str = ""
    server: str = ""
    server_key: str = ""
    pinned_at: datetime | None = None


@pin_group.command("show", help=N_("Show the pinned certificate authority and server."))
@click.pass_obj
def show_pin(call: Invocation) -> None:
    from tabuah.storage.sync.server_pin import PinFile

    with call.open_store() as store:
        found = _make_record(PinFile(store.directory).read())
    call.show(found, lambda: _print_pin(found))


@pin_group.command("set", help=N_("Trust the server of a new pairing code or authority, after it was replaced."))
@click.option("--server", "url", metavar="URL", help=N_("The server's address; default: that of the last log-in."))
@click.option("--code", metavar="CODE", help=N_("The new pairing code of the server: its words, or the QR text."))
@click.option("--code-file", type=click.Path(path_type=Path), metavar="FILE", help=N_("The file of a pairing code."))
@click.option(
    "--ca", type=click.Path(path_type=Path), metavar="FILE", help=N_("The certificate of the server's authority.")
)
@click.pass_obj
def set_pin(call: Invocation, *, url: str | None, code: str | None, code_file: Path | None, ca: Path | None) -> None:
    """Replace the pin; nothing is changed unless the server proves itself."""
    from tabuah.storage.sync.server_pin import PinFile, check_pin

    given = PinOptions(code=code, code_file=code_file, ca=ca)
    with call.open_store() as store:
        known = store.identity
        address = url or given.address or (known.server_url if known else "")
        if not address:
            raise click.UsageError(_("name the server with --server"))
        pin = given.make_pin(address)
        if pin is None:
            raise click.UsageError(_("give the new code with --code or --code-file, or the authority with --ca"))
        check_pin(pin, address, server=store.server)
        PinFile(store.directory).write(pin)
    found = _make_record(pin)
    call.show(found, lambda: _print_pin(found))
    print_error(
        _(
            "From now on this console trusts this authority alone. If the administrator has not confirmed the"
            " change, others may read along: ask first, and pair again with `tabuah pin set`."
        )
    )


@pin_group.command("remove", help=N_("Trust the authorities of the system again, for a public certificate."))
@click.pass_obj
def remove_pin(call: Invocation) -> None:
    from tabuah.storage.sync.server_pin import PinFile

    with call.open_store() as store:
        PinFile(store.directory).remove()
    message = _("Nothing is pinned: the server needs a certificate that this system trusts.")
    call.show(PinRecord(pinned=False), lambda: print_text(message))


def _make_record(pin: "ServerPin | None") -> PinRecord:
    if pin is None:
        return PinRecord(pinned=False)
    return PinRecord(
        pinned=True,
        source=pin.source.value,
        authority=pin.fingerprint,
        server=pin.server,
        server_key=pin.public_key,
        pinned_at=pin.pinned_at,
    )


def _print_pin(found: PinRecord) -> None:
    if not found.pinned:
        print_text(_("Nothing is pinned: the server needs a certificate that this system trusts."))
        return
    print_facts(
        [
            (_("Authority (SHA-256)"), found.authority),
            (_("Server key"), found.server or _("not in the pin: it came from a file")),
            (_("Public key of the server"), found.server_key),
            (_("Pinned"), format_moment(found.pinned_at) if found.pinned_at else ""),
        ]
    )
