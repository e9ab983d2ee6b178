"""One sync: admission, push, pull, and attachments behind all of them; safe to break off at any point."""

from collections.abc import Callable

import msgspec

from tabuah.storage.cache.applying import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.attachments import AttachmentMover
from tabuah.storage.sync.carrying import bring_boxes, fetch_missing_personal, have_vouched, push_carried
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import AwaitingApproval, ForkRefused
from tabuah.storage.sync.pulling import pull_journal
from tabuah.storage.sync.pushing import push_outbox
from tabuah.storage.sync.session import ConsoleSession

# Moves attachments until one must give way; whether all were tried.
Carry = Callable[[ConsoleStore, ServerClient, Callable[[], bool]], bool]


class SyncResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync did, and what is left: the shape of `tabuah sync --json`."""

    pushed: int
    pulled: int
    pending: int
    conflicts: int
    held: int
    rejected: int
    head: int


def sync_once(
    store: ConsoleStore,
    session: ConsoleSession,
    *,
    on_changes: Callable[[Changes], None] | None = None,
    carry: Carry | None = None,
) -> SyncResult:
    """Exchange everything with the server.

    Args:
        store: the console.
        session: its session.
        on_changes: told after each page what looks different.
        carry: moves the attachments; without it all are tried once.

    Raises:
        SyncError: the server does not answer or refuses; what was exchanged until then is kept.
        AwaitingApproval: everything was pulled, and nothing may be sent yet.
    """
    admitted = session.ensure_admitted()
    pulled = 0
    if not admitted:
        pull_journal(store, session.client, on_changes=on_changes)
        raise AwaitingApproval(store.device)
    has_written = written_since(store)
    try:
        pushed = _push_all(store, session.client)
    except ForkRefused:
        pulled = pull_journal(store, session.client, on_changes=on_changes)
        pushed = _go_on_as_new_device(store, session)
        has_written = written_since(store)
    pulled += pull_journal(store, session.client, on_changes=on_changes)
    if carried := push_carried(store, session.client):  # the pull has brought what it follows on
        pushed += carried
        pulled += pull_journal(store, session.client, on_changes=on_changes)
    have_vouched(store, session.client)
    fetch_missing_personal(store, session.client)
    while not (carry or _carry_all)(store, session.client, has_written):
        has_written = written_since(store)
        pushed += push_outbox(store, session.client)
        pulled += pull_journal(store, session.client, on_changes=on_changes)
    bring_boxes(store, session.client, has_written)
    return result_of(store, pushed=pushed, pulled=pulled)


def _push_all(store: ConsoleStore, client: ServerClient) -> int:
    """Own work first, unless it stands on what is carried for others."""
    if store.carrier.rests_under_own:
        return push_carried(store, client) + push_outbox(store, client)
    return push_outbox(store, client) + push_carried(store, client)


def written_since(store: ConsoleStore) -> Callable[[], bool]:
    """Asks whether this device has written anything since: it goes before the next piece of an attachment."""
    written = store.chain_length
    return lambda: store.chain_length != written


def _carry_all(store: ConsoleStore, client: ServerClient, gives_way: Callable[[], bool]) -> bool:
    return AttachmentMover().move(store, client, gives_way=gives_way)


def result_of(store: ConsoleStore, *, pushed: int, pulled: int) -> SyncResult:
    """The counts after a sync."""
    counts = store.counts()
    return SyncResult(
        pushed=pushed,
        pulled=pulled,
        pending=counts.pending,
        conflicts=counts.conflicts,
        held=counts.held,
        rejected=counts.rejected,
        head=store.head.seq,
    )


def _go_on_as_new_device(store: ConsoleStore, session: ConsoleSession) -> int:
    """Another copy of this device wrote in its name: unsent work goes on under a new key."""
    store.answer_fork()
    if not session.ensure_admitted():
        raise AwaitingApproval(store.device)
    return push_outbox(store, session.client)
