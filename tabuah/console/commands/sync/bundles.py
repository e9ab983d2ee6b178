"""`tabuah bundle`: unsynced work as a file for USB or chat, and entries relayed for others."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.cache.bundles.relay_table import RelayedDevice
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.sync.bundles import (
    describe_bundle_export,
    describe_bundle_import,
    describe_left_out_data,
    describe_relay_state,
    list_blocked_work,
    list_import_remarks,
)

bundle_group = TabuahGroup("bundle", help=N_("Transfer unsynced work as a file, by USB or chat."))


class CarriedDeviceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of a device with relayed entries in `bundle list --json`.

    `state` is `ready`, `unknown_device`, `device_not_approved`, `gap`, or the server's rejection.
    """

    device: str
    tag: str
    owner: str
    entries: int
    since: datetime
    state: str


@bundle_group.command("export", help=N_("Write all entries that the server has not confirmed to FILE, with photos."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--for",
    "named",
    multiple=True,
    metavar="DEVICE",
    help=N_("A device (letters or id) or user that may also read personal data and photos."),
)
@click.option(
    "--after",
    type=click.IntRange(min=0),
    metavar="N",
    help=N_("Also include the journal after record N, for a console that is offline."),
)
@click.pass_obj
def export_bundle(call: Invocation, *, file: Path, named: Sequence[str], after: int | None) -> None:
    with call.open_store() as store:
        written = store.relay.export_bundle(file, named=named, after=after)
        has_server = store.identity is not None
    call.show(written, lambda: print_text(describe_bundle_export(written, file)))
    if written.left_out:
        print_error(describe_left_out_data(written, has_server=has_server))


@bundle_group.command("import", help=N_("Import a bundle; importing twice or in any order is safe."))
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def import_bundle(call: Invocation, *, file: Path) -> None:
    with call.open_store() as store:
        taken = store.relay.import_bundle(file)
        remarks = [*list_import_remarks(taken), *list_blocked_work(store.relay.blocked())]
    call.show(taken, lambda: print_text(describe_bundle_import(taken)))
    for remark in remarks:
        print_error(remark)


@bundle_group.command("list", help=N_("List entries that this console relays for others to the server."))
@click.pass_obj
def list_carried(call: Invocation) -> None:
    with call.open_store() as store:
        found = [_make_device_record(store, device) for device in store.relay.devices()]
        photos = store.relay.counts().photos
    rows = [
        (one.tag, one.owner, str(one.entries), format_moment(one.since), describe_relay_state(one.state))
        for one in found
    ]
    headers = (_("Letters"), _("Owner"), _("Entries"), _("Since"), _("State"))
    call.show_table(found, headers, rows, empty=_("This console relays nothing for others."))
    if photos and not call.as_json:
        print_text(_("Sealed photos: {n}").format(n=photos))


def _make_device_record(store: ConsoleStore, carried: RelayedDevice) -> CarriedDeviceRecord:
    known = store.authority().devices.get(carried.device)
    return CarriedDeviceRecord(
        device=carried.device,
        tag=carried.tag,
        owner=known.owner if known else "",
        entries=carried.entries,
        since=carried.since,
        state=store.relay.state_of(carried),
    )
