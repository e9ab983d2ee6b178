"""`tabuah status`: what this console holds, what waits, and with whom it syncs; without asking the server."""

from datetime import datetime

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, print_facts
from tabuah.console.commands.speaking import TabuahCommand
from tabuah.console.renewal_words import is_recent, renewal_words
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment, format_number
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.settings import SettingsFile
from tabuah.storage.sync.typed import count_typed


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The record of `tabuah status --json`."""

    data: str
    device: str
    user: str
    role: str
    server: str
    approved: bool
    grant_expires_at: datetime | None
    head: int
    last_sync_at: datetime | None
    pending: int
    pending_bytes: int
    since: datetime | None
    conflicts: int
    held: int
    rejected: int
    uploads: int
    downloads: int
    carried: int
    renewed_at: datetime | None
    data_saver: bool
    readings_waiting: int
    readings_refused: int


@click.command("status", cls=TabuahCommand, help=N_("Show what this console holds and what waits."))
@click.pass_obj
def status(call: Invocation) -> None:
    """Show what this console holds and what waits."""
    with call.open_store() as store:
        found, renewal, now = status_of(store), store.last_renewal, store.now()
    call.show(found, lambda: _print(found))
    if renewal is not None and is_recent(renewal, now):
        print_error(renewal_words(renewal, approved=found.approved))


def status_of(store: ConsoleStore) -> Status:
    """The status of a console."""
    identity, counts, renewal = store.identity, store.counts(), store.last_renewal
    transfers, typed = store.attachments.counts(), count_typed(store.directory)
    return Status(
        data=str(store.directory),
        device=store.device,
        user=store.actor,
        role=identity.role.value if identity else "",
        server=identity.server_url if identity else "",
        approved=identity.approved if identity else False,
        grant_expires_at=identity.grant.expires_at if identity and identity.grant else None,
        head=store.head.seq,
        last_sync_at=store.last_sync_at,
        pending=counts.pending,
        pending_bytes=counts.pending_bytes,
        since=counts.since,
        conflicts=counts.conflicts,
        held=counts.held,
        rejected=counts.rejected,
        uploads=transfers.uploads,
        downloads=transfers.downloads,
        carried=store.carrier.counts().entries,
        renewed_at=renewal.at if renewal else None,
        data_saver=SettingsFile(store.directory).read().data_saver,
        readings_waiting=typed.waiting,
        readings_refused=typed.refused,
    )


def _print(found: Status) -> None:
    waits = str(found.pending)
    if found.since is not None:
        waits += f" · {format_number(found.pending_bytes / 1000, digits=1)} kB"
        waits += " " + _("(since {moment})").format(moment=format_moment(found.since))
    print_facts(
        [
            (_("Data"), found.data),
            (_("Device"), found.device or _("none yet")),
            (_("User"), f"{found.user} ({found.role})" if found.role else found.user),
            (_("Server"), found.server or _("none yet: tabuah login --server URL --user NAME")),
            (_("Journal up to record"), str(found.head)),
            (_("Last sync"), format_moment(found.last_sync_at) if found.last_sync_at else _("never")),
            (_("Not yet synced"), waits),
            (_("Conflicts"), str(found.conflicts)),
            (_("Held"), str(found.held)),
            (_("Rejected"), str(found.rejected)),
            (_("Typed readings to send"), str(found.readings_waiting) if found.readings_waiting else ""),
            (_("Typed readings not taken"), str(found.readings_refused) if found.readings_refused else ""),
            (_("Photos and files to send"), str(found.uploads) if found.uploads else ""),
            (_("Photos and files to fetch"), str(found.downloads) if found.downloads else ""),
            (_("Data saver"), _("on") if found.data_saver else ""),
            (_("Carried for others"), str(found.carried) if found.carried else ""),
        ]
    )
