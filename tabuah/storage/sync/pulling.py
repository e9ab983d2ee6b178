"""Pulling: pages of the server's journal from where this console stands to the server's head."""

from collections.abc import Callable
from typing import Final

from tabuah.storage.cache.applying import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.clocks import measure_clock
from tabuah.storage.sync.errors import ServerWentBack, StrangeAnswer

PAGE_SIZE: Final = 1000


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
        asked_at = store.clock()
        reply = client.pull(after=after, limit=PAGE_SIZE)
        measure_clock(store, reply.now, asked_at=asked_at)
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
