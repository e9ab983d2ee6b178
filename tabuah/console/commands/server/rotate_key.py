"""`tabuah server rotate-key`: a new key of the server, which the present one certifies."""

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.server.data_directory import open_server_journal
from tabuah.resources.localisation import N_, _


class RotationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server rotate-key --json`: the device ids of the server, and of the new key."""

    server: str
    key: str


@click.command("rotate-key", cls=TabuahCommand, help=N_("Give a stopped server a new key, which consoles follow."))
@click.pass_obj
def rotate_key_command(invocation: Invocation) -> None:
    from tabuah.server.key_rotation import rotate_key

    with open_server_journal(invocation, serving=True) as journal:
        found = RotationRecord(server=journal.server_id, key=rotate_key(journal).device_id)
    invocation.show(found, lambda: _print(found))


def _print(found: RotationRecord) -> None:
    print_text(
        _("The server signs with a new key now: {key}. Consoles follow it by themselves.").format(key=found.key)
    )
    print_text(_("Make a backup now: earlier ones do not have this key."))
