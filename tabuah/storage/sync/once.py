"""One sync: admission, push, pull, and attachments behind all of them; safe to break off at any point."""

from collections.abc import Callable
from typing import Final

import msgspec

from tabuah.storage.cache.applying import Changes
from tabuah.storage.cache.blob_table import Rank
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.attachments import AttachmentMover
from tabuah.storage.sync.bootstrap import leap
from tabuah.storage.sync.carrying import bring_boxes, fetch_missing_personal, have_vouched, push_carried, push_turn
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import AwaitingApproval, ForkRefused
from tabuah.storage.sync.histories import fetch_histories
from tabuah.storage.sync.link import Link
from tabuah.storage.sync.pulling import FAR_BEHIND, pull_journal
from tabuah.storage.sync.pushing import push_outbox
from tabuah.storage.sync.session import ConsoleSession
from tabuah.storage.sync.settings import SettingsFile
from tabuah.storage.sync.typed import push_typed

WORTH_ENTRIES: Final = FAR_BEHIND // 2  # a snapshot that saves less is not fetched

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
    link: Link | None = None,
) -> SyncResult:
    """Exchange everything with the server.

    Args:
        store: the console.
        session: its session.
        on_changes: told after each page what looks different.
        carry: moves the attachments; without it all are tried once.
        link: what is known of the line, and whom to tell how far it is.

    Raises:
        SyncError: the server does not answer or refuses; what was exchanged until then is kept.
        AwaitingApproval: everything was pulled, and nothing may be sent yet.
    """
    exchange = _Exchange(store, session.client, link or Link(), on_changes)
    if not session.ensure_admitted():
        exchange.pull()
        raise AwaitingApproval(store.device)
    has_written = written_since(store)
    try:
        exchange.push_all()
    except ForkRefused:
        exchange.pull()
        _go_on_as_new_device(store, session)
        exchange.push()
        has_written = written_since(store)
    exchange.pull()
    if exchange.push_carried():  # the pull has brought what it follows on
        exchange.pull()
    push_typed(store, session.client)
    have_vouched(store, session.client)
    fetch_missing_personal(store, session.client)
    while not (carry or _carry_all)(store, session.client, has_written):
        has_written = written_since(store)
        exchange.push()
        exchange.pull()
    bring_boxes(store, session.client, has_written)
    return result_of(store, pushed=exchange.pushed, pulled=exchange.pulled)


class _Exchange:
    """Pushing and pulling over one line, counted."""

    def __init__(
        self, store: ConsoleStore, client: ServerClient, link: Link, on_changes: Callable[[Changes], None] | None
    ) -> None:
        self._store, self._client, self._link, self._on_changes = store, client, link, on_changes
        self.pushed = self.pulled = 0

    def push(self, until: int | None = None) -> None:
        """Send own work that waits, perhaps only up to a number."""
        self.pushed += push_outbox(
            self._store, self._client, pace=self._link.pace, on_pushed=self._link.pushed, until=until
        )

    def push_carried(self) -> int:
        """Send what is carried for others; how many entries the server has taken."""
        taken = push_carried(self._store, self._client, pace=self._link.pace)
        self.pushed += taken
        return taken

    def push_all(self) -> None:
        """Send own and carried work, each entry after those that it rests on."""
        for turn in self._store.carrier.turns():
            if turn.device == self._store.device:
                self.push(turn.until)
            else:
                self.pushed += push_turn(self._store, self._client, turn, pace=self._link.pace)
        self.push()  # all of it where nothing is carried, else what was written meanwhile

    def pull(self) -> None:
        """Take over what is new, by a snapshot where that is less work, and what is missing of what is worked on."""
        self.pulled += pull_journal(
            self._store,
            self._client,
            on_changes=self._on_changes,
            pace=self._link.pace,
            on_page=self._link.pulled,
            leap=self._leap,
        )
        fetch_histories(self._store, self._client)

    def _leap(self) -> bool:
        return leap(
            self._store,
            self._client,
            worth=WORTH_ENTRIES,
            on_changes=self._on_changes,
            on_progress=self._link.fetched,
        )


def written_since(store: ConsoleStore) -> Callable[[], bool]:
    """Asks whether this device has written anything since: it goes before the next piece of an attachment."""
    written = store.chain_length
    return lambda: store.chain_length != written


def _carry_all(store: ConsoleStore, client: ServerClient, gives_way: Callable[[], bool]) -> bool:
    up_to = Rank.THUMBNAIL if SettingsFile(store.directory).read().data_saver else Rank.FILE
    return AttachmentMover().move(store, client, gives_way=gives_way, up_to=up_to)


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


def _go_on_as_new_device(store: ConsoleStore, session: ConsoleSession) -> None:
    """Another copy of this device wrote in its name: unsent work goes on under a new key."""
    store.answer_fork()
    if not session.ensure_admitted():
        raise AwaitingApproval(store.device)
