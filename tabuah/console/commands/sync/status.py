"""`tabuah status`: state of this console and its pending work, without contacting the server."""

from datetime import datetime

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_error, print_facts
from tabuah.console.commands.roster.roster import DutyRecord, duty_record
from tabuah.operations.people.key_replacement import is_recent_renewal
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.duty import supervisor_on_duty
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.sync.data_saver import DataSaverFile
from tabuah.storage.sync.errors import SyncError
from tabuah.storage.sync.manual_readings import count_manual_readings
from tabuah.text.people.permissions import role_label
from tabuah.text.roster.roster_text import describe_on_duty
from tabuah.text.sync.device_notices import describe_renewal
from tabuah.text.sync.sync_status import describe_handback


class ConsoleStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `tabuah status --json`."""

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
    handed_back: int
    handed_back_at: datetime | None
    pin: str = ""
    on_duty: DutyRecord | None = None
    on_duty_text: str = ""


@click.command("status", cls=TabuahCommand, help=N_("Show the state of this console and its pending work."))
@click.pass_obj
def status(call: Invocation) -> None:
    """Show the state of this console and its pending work."""
    with call.open_store() as store:
        found, renewal, now = read_status(store), store.last_key_replacement, store.now()
    call.show(found, lambda: _print_status(found))
    if renewal is not None and is_recent_renewal(renewal, now):
        print_error(describe_renewal(renewal, approved=found.approved))


def read_status(store: ConsoleStore) -> ConsoleStatus:
    identity, counts, renewal = store.identity, store.counts(), store.last_key_replacement
    noted = store.history.last_handback
    rosters, users = store.rosters(), store.authority().users
    transfers, typed = store.attachments.counts(), count_manual_readings(store.directory)
    return ConsoleStatus(
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
        carried=store.relay.counts().entries,
        renewed_at=renewal.at if renewal else None,
        data_saver=DataSaverFile(store.directory).read().data_saver,
        readings_waiting=typed.waiting,
        readings_refused=typed.refused,
        handed_back=noted.records if noted else 0,
        handed_back_at=noted.at if noted else None,
        pin=_read_pin(store),
        on_duty=duty_record(rosters, users, store.now()),
        on_duty_text=describe_on_duty(supervisor_on_duty(rosters.values(), users, store.now())),
    )


def _read_pin(store: ConsoleStore) -> str:
    """Return the fingerprint of the trusted authority; empty without one, or with a damaged pin."""
    from tabuah.storage.sync.server_pin import PinFile

    try:
        pin = PinFile(store.directory).read()
        return pin.fingerprint if pin is not None else ""
    except (SyncError, JournalError) as error:
        print_error(str(error))
        return ""


def _print_status(found: ConsoleStatus) -> None:
    waits = str(found.pending)
    if found.since is not None:
        waits += f" · {format_number(found.pending_bytes / 1000, digits=1)} kB"
        waits += " " + _("(since {moment})").format(moment=format_moment(found.since))
    print_facts(
        [
            (_("Data"), found.data),
            (_("Device"), found.device or _("none yet")),
            (_("User"), f"{found.user} ({role_label(Role(found.role))})" if found.role else found.user),
            (_("Supervisor on duty"), found.on_duty_text),
            (_("Server"), found.server or _("none yet: tabuah login --server URL --user NAME")),
            (_("Trusted authority"), found.pin[:16]),
            (_("Journal up to record"), str(found.head)),
            (_("Last sync"), format_moment(found.last_sync_at) if found.last_sync_at else _("never")),
            (_("Not yet synced"), waits),
            (_("Conflicts"), str(found.conflicts)),
            (_("Held"), str(found.held)),
            (_("Rejected"), str(found.rejected)),
            (_("Manual readings to send"), str(found.readings_waiting) if found.readings_waiting else ""),
            (_("Manual readings rejected"), str(found.readings_refused) if found.readings_refused else ""),
            (_("Photos and files to send"), str(found.uploads) if found.uploads else ""),
            (_("Photos and files to download"), str(found.downloads) if found.downloads else ""),
            (_("Data saver"), _("on") if found.data_saver else ""),
            (_("Relayed for others"), str(found.carried) if found.carried else ""),
            (_("Handed back"), describe_handback(found.handed_back, at) if (at := found.handed_back_at) else ""),
        ]
    )
