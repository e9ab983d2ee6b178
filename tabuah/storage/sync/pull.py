"""Pull: pages of the server's journal up to its head, and histories that a snapshot left out."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Final

from tabuah.storage.cache.errors import JournalMismatch
from tabuah.storage.cache.pulled_pages import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import PullReply
from tabuah.storage.sync.adaptive_batch import SyncBatch
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.clock_offset import measure_clock
from tabuah.storage.sync.errors import Offline, ServerRolledBack, UnexpectedAnswer

# Pages are applied together, so each subject is written and rebased once; these limits keep the lock short.
MAX_BUFFERED_RECORDS: Final = 10_000
MAX_BUFFERED_BYTES: Final = 16 * 1024 * 1024
MAX_BUFFERED_S: Final = 3.0
# Beyond this many entries a snapshot is less work.
FAR_BEHIND: Final = 20_000
NEWS_EVERY_S: Final = 2.0  # between pulls while histories are fetched


class _PageBuffer:
    """Received pages that are not applied yet."""

    def __init__(self, store: ConsoleStore, on_changes: Callable[[Changes], None] | None) -> None:
        self._store = store
        self._on_changes = on_changes
        self._replies: list[PullReply] = []
        self._records = self._bytes = 0
        self._since_s = 0.0
        self.count = 0
        self.seq = store.head.seq

    def add(self, reply: PullReply) -> None:
        """Add a page; apply all when there is enough."""
        if not self._replies:
            self._since_s = time.monotonic()
        self._replies.append(reply)
        self._records += len(reply.records)
        self._bytes += sum(len(record.text) for record in reply.records)
        self.seq = max(self.seq, reply.records[-1].seq if reply.records else 0)
        late = time.monotonic() - self._since_s > MAX_BUFFERED_S
        if late or self._records >= MAX_BUFFERED_RECORDS or self._bytes >= MAX_BUFFERED_BYTES:
            self.take_over()

    def take_over(self) -> None:
        """Apply the pages to the store."""
        if not self._replies:
            return
        replies, self._replies = self._replies, []
        self._records = self._bytes = 0
        before = self._store.head.seq
        changes = self._store.apply_pull(*replies)
        self.seq = self._store.head.seq
        self.count += self.seq - before
        self._store.delete_wiped_exercises()
        if changes.subjects and self._on_changes is not None:
            self._on_changes(changes)

    def continue_after_snapshot(self) -> None:
        """Continue at the head of the store, which a snapshot may have moved."""
        self.seq = self._store.head.seq


class _SnapshotCatchUp:
    """Loads a snapshot while the console is far behind; after a failure, only `FAR_BEHIND` entries later."""

    def __init__(self, load: Callable[[], bool] | None) -> None:
        self._load = load
        self._next_seq = 0

    def catch_up(self, arrived: _PageBuffer, head: int) -> None:
        """Apply the pages and load a snapshot if the console is far behind `head` and no attempt has just failed."""
        if self._load is None or head - arrived.seq <= FAR_BEHIND or arrived.seq < self._next_seq:
            return
        arrived.take_over()
        self._next_seq = 0 if self._load() else arrived.seq + FAR_BEHIND
        arrived.continue_after_snapshot()


def pull_journal(
    store: ConsoleStore,
    client: ServerClient,
    *,
    on_changes: Callable[[Changes], None] | None = None,
    batch: SyncBatch | None = None,
    on_page: Callable[[int, int], None] | None = None,
    catch_up_by_snapshot: Callable[[], bool] | None = None,
) -> int:
    """Pull and apply all new records, and pin their checkpoint.

    Args:
        store: the console.
        client: its server.
        on_changes: called with the changed subjects after pages were applied.
        batch: the connection's batch sizes; they adapt to each page.
        on_page: called after each page with the received seq and the server's head.
        catch_up_by_snapshot: called while this console is far behind; returns whether it loaded one.

    Returns:
        The number of records applied.

    Raises:
        ServerRolledBack: the server has less than this console.
    """
    batch = batch or SyncBatch()
    arrived = _PageBuffer(store, on_changes)
    snapshot = _SnapshotCatchUp(catch_up_by_snapshot)
    try:
        for head in _receive_pages(store, client, arrived, batch):
            if on_page is not None:
                on_page(arrived.seq, head)
            snapshot.catch_up(arrived, head)
    except Offline:
        arrived.take_over()  # keep the received pages, whatever happens to the rest
        raise
    arrived.take_over()
    _fetch_checkpoint(store, client)  # here, and not at the end of a sync pass, which may not be reached
    return arrived.count


def _fetch_checkpoint(store: ConsoleStore, client: ServerClient) -> None:
    """Pin the server's checkpoint for the journal here: it proves later which records the server had."""
    if store.history.pinned_seq < store.head.seq:
        store.history.pin(client.checkpoint(store.head.seq))


def _receive_pages(
    store: ConsoleStore, client: ServerClient, arrived: _PageBuffer, batch: SyncBatch
) -> Iterator[int]:
    """Receive pages up to the server's head; yield that head after each page but the last."""
    while True:
        after = arrived.seq
        reply = _page_after(store, client, after, batch)
        arrived.add(reply)
        if arrived.seq >= reply.head:
            return
        if arrived.seq == after:
            raise UnexpectedAnswer(client.url, f"no records after {after}")
        yield reply.head


def _page_after(store: ConsoleStore, client: ServerClient, after: int, batch: SyncBatch) -> PullReply:
    asked_at, began_s = store.clock(), time.monotonic()
    try:
        reply = client.pull(after=after, limit=batch.pull.amount)
    except Offline:
        batch.pull.record_failure()
        raise
    if reply.records:
        batch.pull.record_success(len(reply.records), time.monotonic() - began_s)
    measure_clock(store, reply.now, asked_at=asked_at)
    if reply.head < after:
        raise ServerRolledBack(here=after, there=reply.head)
    return reply


log = logging.getLogger(__name__)

_PAGE = 500


def _do_nothing() -> None:
    """Do nothing."""


def fetch_histories(
    store: ConsoleStore,
    client: ServerClient,
    *,
    give_way: Callable[[], None] = _do_nothing,
    pull: Callable[[], None] = _do_nothing,
) -> int:
    """Fetch the histories that are requested or due; one that does not match is logged and skipped.

    After a snapshot with 20,000 open incidents this takes minutes.

    Args:
        store: the console.
        client: its server.
        give_way: called after each request; pushes new entries.
        pull: called every few seconds; pulls the news.

    Returns:
        The number of histories fetched.

    Raises:
        Offline: the connection is lost; histories already received are kept.
    """
    wanted = store.histories.requested_and_due()
    fetched, pulled_s = 0, time.monotonic()
    for subject in wanted:
        try:
            store.histories.take(subject, _history_of(subject, client, give_way))
            fetched += 1
        except JournalMismatch as error:
            log.warning("%s", error)
            store.histories.give_up(subject)
        if time.monotonic() - pulled_s >= NEWS_EVERY_S:
            pull()
            pulled_s = time.monotonic()
    if wanted:
        store.histories.clear_due_histories()
    return fetched


def _history_of(subject: str, client: ServerClient, give_way: Callable[[], None]) -> list[PullReply]:
    replies: list[PullReply] = []
    after = 0
    while True:
        reply = client.pull(after=after, limit=_PAGE, subject=subject)
        give_way()
        if not reply.records:
            return replies
        replies.append(reply)
        after = reply.records[-1].seq
