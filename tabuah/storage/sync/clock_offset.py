"""Clock offset: this computer's clock compared with the server's at every answer with a time."""

from datetime import datetime
from typing import Final

from tabuah.storage.cache.store import ConsoleStore

# A smaller difference is rather network delay; `at` never decides any order.
NOTABLE_OFFSET_S: Final = 1.0


def measure_clock(store: ConsoleStore, server_now: datetime, *, asked_at: datetime) -> None:
    """Measure and store the offset from this computer's clock to the server's.

    Args:
        store: the console.
        server_now: the server's time in its answer.
        asked_at: this computer's time when it sent the request; the answer has just arrived.
    """
    answered_at = store.clock()
    offset_s = (server_now - (asked_at + (answered_at - asked_at) / 2)).total_seconds()
    if not store.clock_was_measured or abs(offset_s - store.clock_offset_s) > NOTABLE_OFFSET_S:
        store.remember_clock_offset(offset_s)
