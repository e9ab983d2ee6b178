"""`tabuah device retire`: hand over or retire this computer."""

import click

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.cache.data_directory import DirectoryLock

device_group = TabuahGroup("device", help=N_("This computer as a device of the server."))


@device_group.command("retire", help=N_("Send everything, then erase all data of Tabuah here; leaves a receipt."))
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("The reason, for the journal."))
@click.option("--discard-drafts", is_flag=True, help=N_("Also if forms were begun and not saved."))
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@click.pass_obj
def retire(call: Invocation, reason: str, *, discard_drafts: bool, yes: bool) -> None:
    from tabuah.storage.journal.retirement_receipt import RECEIPT_NAME
    from tabuah.storage.sync.retirement import retire_device

    if not yes:
        click.confirm(_("Erase all data of Tabuah in {directory}?").format(directory=call.data), abort=True, err=True)
    with call.open_store() as store, DirectoryLock(call.data, "window"), DirectoryLock(call.data, "sync"):
        receipt = retire_device(store, reason=reason, discard_drafts=discard_drafts)
    message = _("Everything was sent ({entries} entries), and the data here were erased at {moment}. Receipt: {file}")
    file, moment = call.data / RECEIPT_NAME, format_moment(receipt.at)
    text = message.format(entries=receipt.entries, moment=moment, file=file)
    call.show(receipt, lambda: print_text(text))
