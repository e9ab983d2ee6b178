"""`tabuah bundle`: unsynced work as a file for USB or chat, and what this console carries for others."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
import msgspec

from tabuah.console.bundle_words import (
    remarks_on,
    state_of,
    state_words,
    waiting_words,
    words_of_left_out,
    words_of_taken,
    words_of_written,
)
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.bundles.carried_table import CarriedDevice
from tabuah.storage.cache.store import ConsoleStore

bundle_group = TabuahGroup("bundle", help=N_("Carry work from hand to hand, by USB or chat."))


class CarriedListed(msgspec.Struct, frozen=True, kw_only=True):
    """A device for which something is carried, as `bundle carried --json` lists it.

    `state` is `ready`, `unknown_device`, `device_not_approved`, `gap`, or the server's refusal.
    """

    device: str
    tag: str
    owner: str
    entries: int
    since: datetime
    state: str


@bundle_group.command("export", help=N_("Write to FILE all that the server has not confirmed, with its photos."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--for",
    "named",
    multiple=True,
    metavar="DEVICE",
    help=N_("An office that may read personal data and photos, too: a device's letters or id, or a user."),
)
@click.option(
    "--after",
    type=click.IntRange(min=0),
    metavar="N",
    help=N_("Also tell what the journal has after record N, for a console that is offline."),
)
@click.pass_obj
def export(call: Invocation, *, file: Path, named: Sequence[str], after: int | None) -> None:
    """Write a bundle."""
    with call.open_store() as store:
        written = store.carrier.export(file, named=named, after=after)
        has_server = store.identity is not None
    call.show(written, lambda: say(words_of_written(written, file)))
    if written.left_out:
        print_error(words_of_left_out(written, has_server=has_server))


@bundle_group.command("import", help=N_("Take over a bundle: doing it twice, or in any order, does no harm."))
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def take(call: Invocation, *, file: Path) -> None:
    """Take over a bundle."""
    with call.open_store() as store:
        taken = store.carrier.take(file)
        remarks = [*remarks_on(taken), *waiting_words(store)]
    call.show(taken, lambda: say(words_of_taken(taken)))
    for remark in remarks:
        print_error(remark)


@bundle_group.command("carried", help=N_("What this console carries for others until it meets the server."))
@click.pass_obj
def carried(call: Invocation) -> None:
    """List what is carried, by device."""
    with call.open_store() as store:
        found = [_listed(store, device) for device in store.carrier.devices()]
        photos = store.carrier.counts().photos
    rows = [(one.tag, one.owner, str(one.entries), format_moment(one.since), state_words(one.state)) for one in found]
    headers = (_("Letters"), _("Owner"), _("Entries"), _("Since"), _("State"))
    call.show_table(found, headers, rows, empty=_("This console carries nothing for others."))
    if photos and not call.as_json:
        say(_("Sealed photos: {n}").format(n=photos))


def _listed(store: ConsoleStore, carried: CarriedDevice) -> CarriedListed:
    known = store.authority().devices.get(carried.device)
    return CarriedListed(
        device=carried.device,
        tag=carried.tag,
        owner=known.owner if known else "",
        entries=carried.entries,
        since=carried.since,
        state=state_of(store.authority(), carried),
    )
