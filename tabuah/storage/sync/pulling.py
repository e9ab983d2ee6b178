"""Pulling: pages of the server's journal from where this console stands to the server's head."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from tabuah.storage.cache.applying import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import PullReply
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import ServerWentBack, StrangeAnswer

PAGE_SIZE: Final = 1000
# Below this a difference of the clocks is rather the network's; `at` never decides any order.
_NOTABLE_OFFSET_S: Final = 1.0


def pull_journal(
    store: ConsoleStore, client: ServerClient, *, on_changes: Callable[[Changes], None] | None = None
) -> int:
    """Take over everything that is new.

    Returns:
        How many records came.

    Raises:
        ServerWentBack: the server has less than this console.
    """
    pulled = 0
    while True:
        after = store.head.seq
        asked_at = datetime.now(UTC)
        reply = client.pull(after=after, limit=PAGE_SIZE)
        _measure_clock(store, reply, asked_at, datetime.now(UTC))
        if reply.head < after:
            raise ServerWentBack(here=after, there=reply.head)
        changes = store.apply_pull(reply)
        pulled += store.head.seq - after
        if changes.subjects and on_changes is not None:
            on_changes(changes)
        if store.head.seq >= reply.head:
            return pulled
        if store.head.seq == after:
            raise StrangeAnswer(client.url, f"no records after {after}")


def _measure_clock(store: ConsoleStore, reply: PullReply, asked_at: datetime, answered_at: datetime) -> None:
    offset_s = (reply.now - (asked_at + (answered_at - asked_at) / 2)).total_seconds()
    if abs(offset_s - store.clock_offset_s) > _NOTABLE_OFFSET_S:
        store.remember_clock_offset(offset_s)
