"""`tabuah server device verify-receipt`: on the server's data."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.people.receipt_verification import show_verified
from tabuah.console.commands.server.data_directory import read_server_journal
from tabuah.console.commands.server.users_and_devices import database_option, device_group
from tabuah.resources.localisation import N_
from tabuah.storage.journal.retirement_receipt import TrustedServer, read_receipt_file, verify_receipt
from tabuah.storage.journal.wipe_order import WipeClaim

if TYPE_CHECKING:
    from tabuah.operations.people.authority import Authority
    from tabuah.storage.journal.retirement_receipt import VerifiedReceipt


@device_group.command(
    "verify-receipt", help=N_("Verify the receipt of a retired or wiped computer by the key of this server.")
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@database_option
@click.pass_obj
def verify_receipt_command(invocation: Invocation, file: Path, database: str) -> int:
    receipt = read_receipt_file(file)
    with read_server_journal(invocation, database=database) as journal:
        authority, server_id = journal.authority, journal.server_id
    keys = [bytes.fromhex(device.public_key) for device in authority.devices.values() if device.is_server]
    found = verify_receipt(receipt, TrustedServer(ids=(server_id,), keys=keys))
    return show_verified(invocation, receipt, found, in_journal=_has_it(authority, found))


def _has_it(authority: "Authority", found: "VerifiedReceipt") -> bool:
    """Return whether the journal has the retirement of the device, or that it was stolen."""
    device = authority.devices.get(found.claim.device) if found.claim is not None else None
    if device is None:
        return False
    return device.is_stolen if isinstance(found.claim, WipeClaim) else device.is_retired
