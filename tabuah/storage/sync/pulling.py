"""Pulling: pages of the server's journal from where this console stands to the server's head."""

import time
from collections.abc import Callable
from typing import Final

from tabuah.storage.cache.applying import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import PullReply
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.clocks import measure_clock
from tabuah.storage.sync.errors import Offline, ServerWentBack, StrangeAnswer
from tabuah.storage.sync.pace import LinkPace

# Pages are taken over together, each subject written and own work replayed once; yet nobody waits long for the lock.
AT_ONCE_RECORDS: Final = 10_000
AT_ONCE_BYTES: Final = 16 * 1024 * 1024
AT_ONCE_S: Final = 3.0
# From here on a snapshot is less work than the entries.
FAR_BEHIND: Final = 20_000


class _Arrived:
    """Pages that came and were not taken over yet."""

    def __init__(self, store: ConsoleStore, on_changes: Callable[[Changes], None] | None) -> None:
        self._store = store
        self._on_changes = on_changes
        self._replies: list[PullReply] = []
        self._records = self._bytes = 0
        self._since_s = 0.0
        self.count = 0
        self.seq = store.head.seq

    def add(self, reply: PullReply) -> None:
        """Keep a page; when there is enough, take all over."""
        if not self._replies:
            self._since_s = time.monotonic()
        self._replies.append(reply)
        self._records += len(reply.records)
        self._bytes += sum(len(record.text) for record in reply.records)
        self.seq = max(self.seq, reply.records[-1].seq if reply.records else 0)
        late = time.monotonic() - self._since_s > AT_ONCE_S
        if late or self._records >= AT_ONCE_RECORDS or self._bytes >= AT_ONCE_BYTES:
            self.take_over()

    def take_over(self) -> None:
        """Bring the pages into the store."""
        if not self._replies:
            return
        replies, self._replies = self._replies, []
        self._records = self._bytes = 0
        before = self._store.head.seq
        changes = self._store.apply_pull(*replies)
        self.seq = self._store.head.seq
        self.count += self.seq - before
        if changes.subjects and self._on_changes is not None:
            self._on_changes(changes)


def pull_journal(
    store: ConsoleStore,
    client: ServerClient,
    *,
    on_changes: Callable[[Changes], None] | None = None,
    pace: LinkPace | None = None,
    on_page: Callable[[int, int], None] | None = None,
    leap: Callable[[], bool] | None = None,
) -> int:
    """Take over everything that is new.

    Args:
        store: the console.
        client: its server.
        on_changes: told which subjects look different, whenever some were taken over.
        pace: what is known of the line; learns from every page.
        on_page: told the seq that has come and the server's newest, after each page.
        leap: asked while this console is far behind; it may bring it further by a snapshot and says whether it did.

    Returns:
        How many records came.

    Raises:
        ServerWentBack: the server has less than this console.
    """
    pace = pace or LinkPace()
    arrived = _Arrived(store, on_changes)
    leap_from = 0
    try:
        while True:
            after = arrived.seq
            reply = _page_after(store, client, after, pace)
            arrived.add(reply)
            if arrived.seq >= reply.head:
                break
            if arrived.seq == after:
                raise StrangeAnswer(client.url, f"no records after {after}")
            if on_page is not None:
                on_page(arrived.seq, reply.head)
            if leap is not None and reply.head - arrived.seq > FAR_BEHIND and arrived.seq >= leap_from:
                arrived.take_over()
                leap_from = 0 if leap() else arrived.seq + FAR_BEHIND
                arrived.seq = store.head.seq
    except Offline:
        arrived.take_over()  # what came is here, whatever becomes of the rest
        raise
    arrived.take_over()
    return arrived.count


def _page_after(store: ConsoleStore, client: ServerClient, after: int, pace: LinkPace) -> PullReply:
    asked_at, began_s = store.clock(), time.monotonic()
    try:
        reply = client.pull(after=after, limit=pace.pull.amount)
    except Offline:
        pace.pull.broke()
        raise
    if reply.records:
        pace.pull.took(len(reply.records), time.monotonic() - began_s)
    measure_clock(store, reply.now, asked_at=asked_at)
    if reply.head < after:
        raise ServerWentBack(here=after, there=reply.head)
    return reply
