"""`tabuah backup`: save a verified copy of this console's data while it is in use."""

from pathlib import Path

import click

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.resources.localisation import N_, _, format_number


@click.command("backup", cls=TabuahCommand, help=N_("Save a verified copy of this console's data to FILE."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.pass_obj
def backup(call: Invocation, *, file: Path) -> None:
    with call.open_store() as store:
        store.back_up(file)
        size = file.expanduser().stat().st_size
        answer = {"file": str(file.expanduser().absolute()), "bytes": size, "head": store.head.seq}
    megabytes = format_number(size / 1_000_000, digits=1)
    call.show(
        answer, lambda: print_text(_("Saved and checked: {file} ({size} MB)").format(file=file, size=megabytes))
    )
