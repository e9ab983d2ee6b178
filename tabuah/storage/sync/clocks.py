"""The clock of this computer against the server's: measured with every answer that carries a time."""

from datetime import datetime
from typing import Final

from tabuah.storage.cache.store import ConsoleStore

# Below this a difference of the clocks is rather the network's; `at` never decides any order.
NOTABLE_OFFSET_S: Final = 1.0


def measure_clock(store: ConsoleStore, server_now: datetime, *, asked_at: datetime) -> None:
    """Remember what must be added to this computer's clock to have the server's.

    Args:
        store: the console.
        server_now: what the server said the time was.
        asked_at: this computer's time when it was asked; it has answered just now.
    """
    answered_at = store.clock()
    offset_s = (server_now - (asked_at + (answered_at - asked_at) / 2)).total_seconds()
    if not store.clock_was_measured or abs(offset_s - store.clock_offset_s) > NOTABLE_OFFSET_S:
        store.remember_clock_offset(offset_s)
