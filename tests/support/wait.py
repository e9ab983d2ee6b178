"""Waiting for events in another thread or process."""

import time
from collections.abc import Callable
from typing import Any


def wait_until_true(happens: Callable[[], object], timeout_s: float = 15) -> None:
    """Wait until a condition is true, or fail."""
    deadline = time.monotonic() + timeout_s
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def wait_for_notification(journal: Any) -> None:
    """Wait until the journal has notified its listeners, which happens after the reply to the author."""
    journal.submit(lambda _sheet: None).result(timeout=60)  # runs after the listeners were notified
