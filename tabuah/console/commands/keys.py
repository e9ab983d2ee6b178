"""`tabuah keys`: the keys of the window, printed or as a key card (PDF)."""

from datetime import UTC, datetime
from pathlib import Path

import click

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.table_commands import WRITABLE_FILE
from tabuah.resources.localisation import N_, _


@click.command("keys", cls=TabuahCommand, help=N_("List the keys of the window, or write the key card."))
@click.option("--pdf", "file", type=WRITABLE_FILE, metavar="FILE", help=N_("Write the key card as PDF (A4)."))
@click.pass_obj
def keys(call: Invocation, *, file: Path | None) -> None:
    from tabuah.console.window.shell.key_table import key_records, write_key_card
    from tabuah.console.window.shell.status_updates import product_version

    if file is not None:
        write_key_card(file, call.data, version=product_version(), as_of=datetime.now(UTC))
        call.show({"file": str(file)}, lambda: print_text(_("Written: {file}").format(file=file)))
        return
    records = key_records()
    rows = [[" · ".join(each.keys), each.label, each.menu] for each in records if each.keys]
    call.show_table(records, [_("Key"), _("Action"), _("Menu")], rows, empty="")
