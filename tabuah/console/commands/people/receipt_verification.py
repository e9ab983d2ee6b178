"""`tabuah device verify-receipt`, and the output of the same command on the server's data."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_facts, print_text
from tabuah.console.commands.people.device_retirement import device_group
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.storage.journal.identifiers import device_id_of
from tabuah.storage.journal.retirement import RetirementClaim
from tabuah.storage.journal.retirement_receipt import (
    ReceiptResult,
    RetirementReceipt,
    TrustedServer,
    VerifiedReceipt,
    read_receipt_file,
    verify_receipt,
)
from tabuah.storage.journal.wipe_order import WipeReceipt

if TYPE_CHECKING:
    from tabuah.storage.cache.store import ConsoleStore

_RESULTS: Final[dict[ReceiptResult, str]] = {
    ReceiptResult.VALID: "Valid: the server has all entries of this device, and retired it.",
    ReceiptResult.FORGED: "Forged: the server has not signed this. Do not rely on it.",
    ReceiptResult.OTHER_SERVER: "From another server: it proves nothing here. Verify it with the key of that server.",
}
_CODES: Final = {
    ReceiptResult.VALID: ExitCode.DONE,
    ReceiptResult.FORGED: ExitCode.DAMAGED,
    ReceiptResult.OTHER_SERVER: ExitCode.REFUSED,
}
_KEY_DIGITS: Final = 64


class ReceiptRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `verify-receipt --json`; all but `user`, `unsent` and `in_journal` is from the signed text.

    `kind` is `retired` or `wiped`. `entries` is of retirements, `unsent` of wipes. `in_journal` says whether the
    server's journal has this retirement or loss; None where it was not compared.
    """

    result: ReceiptResult
    kind: str
    server: str = ""
    device: str = ""
    entries: int | None = None
    unsent: int | None = None
    at: datetime | None = None
    user: str = ""
    in_journal: bool | None = None


class PublicKeyText(click.ParamType[bytes]):
    """The public key of a server: 64 hexadecimal digits."""

    name = "key"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        text = str(value).strip()
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if len(text) != _KEY_DIGITS or len(key) * 2 != _KEY_DIGITS:
            self.fail(_("a server key has 64 digits from 0 to 9 and a to f: tabuah pin show"), param, ctx)
        return key


@device_group.command("verify-receipt", help=N_("Verify the receipt of a retired or wiped computer, offline."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--server-key",
    type=PublicKeyText(),
    metavar="KEY",
    help=N_("Public key of the server; default: that known here."),
)
@click.pass_obj
def verify_receipt_command(call: Invocation, *, file: Path, server_key: bytes | None) -> int:
    receipt = read_receipt_file(file)
    if server_key is not None:
        server = TrustedServer(ids=(device_id_of(server_key),), keys=(server_key,))
    else:
        with call.open_store() as store:
            server = _known_server(store)
    return show_verified(call, receipt, verify_receipt(receipt, server))


def _known_server(store: "ConsoleStore") -> TrustedServer:
    """Return the server of the pin, of the log-in and of the journal of this console.

    Raises:
        click.UsageError: this console knows none.
    """
    from tabuah.storage.sync.server_pin import PinFile

    identity, pin = store.identity, PinFile(store.directory).read()
    ids, keys = set[str](), [device.public_key for device in store.authority().devices.values() if device.is_server]
    if identity is not None:
        ids.add(identity.server)
        keys.append(identity.server_public_key)
    if pin is not None and pin.public_key:
        ids.add(pin.server)
        keys.append(pin.public_key)
    if not keys:
        raise click.UsageError(_("this computer knows no server: log in first, or give --server-key"))
    return TrustedServer(ids=ids, keys=tuple(bytes.fromhex(key) for key in dict.fromkeys(keys)))


def show_verified(
    call: Invocation,
    receipt: RetirementReceipt | WipeReceipt,
    found: VerifiedReceipt,
    *,
    in_journal: bool | None = None,
) -> ExitCode:
    """Print the result, and return its exit code."""
    claim, is_wipe = found.claim, isinstance(receipt, WipeReceipt)
    record = ReceiptRecord(
        result=found.result, kind="wiped" if is_wipe else "retired", user=receipt.user, in_journal=in_journal
    )
    if claim is not None:
        record = msgspec.structs.replace(record, server=claim.server, device=claim.device, at=claim.at)
    if isinstance(claim, RetirementClaim):
        record = msgspec.structs.replace(record, entries=claim.entries)
    if isinstance(receipt, WipeReceipt):
        record = msgspec.structs.replace(record, unsent=receipt.unsent)
    call.show(record, lambda: _print(record))
    return _CODES[found.result]


def _print(record: ReceiptRecord) -> None:
    is_order = record.kind == "wiped" and record.result is ReceiptResult.VALID
    ordered = _("Valid: the server ordered this device to erase its data.")
    print_text(ordered if is_order else _(_RESULTS[record.result]))
    if record.result is not ReceiptResult.FORGED:
        print_facts(
            [
                (_("Device"), record.device),
                (_("User, not signed"), record.user),
                (_("Entries"), "" if record.entries is None else format_number(record.entries)),
                (_("Not sent, not signed"), "" if record.unsent is None else format_number(record.unsent)),
                (_("Time"), format_moment(record.at) if record.at else ""),
                (_("Server"), record.server),
            ]
        )
    if record.in_journal is False and record.result is ReceiptResult.VALID:
        print_text(_("The journal of the server does not have this: it may be older. Synchronise the consoles."))
