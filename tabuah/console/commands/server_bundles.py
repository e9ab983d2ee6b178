"""`tabuah server bundle-import`: a bundle taken over on the server's own data, while it runs or not."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.server_data import opened_journal
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.resources.catalogue import N_, _

if TYPE_CHECKING:
    from tabuah.server.bundles.aside import Waiting
    from tabuah.server.bundles.importing import Imported

_REASONS: Final = {
    "unknown_device": "until the device is enrolled",
    "device_not_approved": "until the device is approved: tabuah server device approve {device}",
    "gap": "until the entries before them come",
}


@click.command("bundle-import", cls=TabuahCommand, help=N_("Take over a bundle; entries that must wait are kept."))
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--database", default="", metavar="URL", help=N_("Another database: sqlite:///FILE."))
@click.pass_obj
def bundle_import(invocation: Invocation, file: Path, database: str) -> None:
    """Take over a bundle."""
    from tabuah.server.bundles.importing import import_bundle

    with opened_journal(invocation, database=database) as journal:
        imported = import_bundle(journal, file)
    invocation.show(imported, lambda: say(_words_of(imported)))
    for waiting in imported.waiting:
        print_error(_words_of_waiting(waiting))
    if imported.forked:
        told = _("{n} entries were left out: a copy of their device wrote other ones. Its user must sync himself.")
        print_error(told.format(n=imported.forked))
    if imported.unreadable:
        told = _("{n} photos cannot be read here: they were sealed for others, or were altered.")
        print_error(told.format(n=imported.unreadable))


def _words_of(imported: "Imported") -> str:
    told = _("{file}: {admitted} entries admitted, {photos} new photos.")
    return told.format(file=imported.file, admitted=imported.admitted, photos=imported.photos)


def _words_of_waiting(waiting: "Waiting") -> str:
    reason = _(_REASONS.get(waiting.reason, "until it is clear why: {reason}"))
    told = _("{n} entries of device {device} wait here {reason}")
    return told.format(
        n=waiting.entries, device=waiting.device, reason=reason.format(device=waiting.device, reason=waiting.reason)
    )
