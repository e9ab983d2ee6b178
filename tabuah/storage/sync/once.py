"""One sync: admission, push, pull, attachments, in this order; safe to break off at any point."""

from collections.abc import Callable

import msgspec

from tabuah.storage.cache.applying import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.attachments import move_attachments
from tabuah.storage.sync.errors import AwaitingApproval, ForkRefused
from tabuah.storage.sync.pulling import pull_journal
from tabuah.storage.sync.pushing import push_outbox
from tabuah.storage.sync.session import ConsoleSession


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
    store: ConsoleStore, session: ConsoleSession, *, on_changes: Callable[[Changes], None] | None = None
) -> SyncResult:
    """Exchange everything with the server.

    Raises:
        SyncError: the server does not answer or refuses; what was exchanged until then is kept.
        AwaitingApproval: everything was pulled, and nothing may be sent yet.
    """
    admitted = session.ensure_admitted()
    pulled = 0
    if not admitted:
        pull_journal(store, session.client, on_changes=on_changes)
        raise AwaitingApproval(store.device)
    try:
        pushed = push_outbox(store, session.client)
    except ForkRefused:
        pulled = pull_journal(store, session.client, on_changes=on_changes)
        pushed = _go_on_as_new_device(store, session)
    pulled += pull_journal(store, session.client, on_changes=on_changes)
    move_attachments(store, session.client)
    return result_of(store, pushed=pushed, pulled=pulled)


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
