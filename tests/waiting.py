"""Waiting in tests for what happens in another thread or process."""

import time
from collections.abc import Callable
from typing import Any


def until(happens: Callable[[], object], timeout_s: float = 15) -> None:
    """Wait until something is so, or fail."""
    deadline = time.monotonic() + timeout_s
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def until_told(journal: Any) -> None:
    """Wait until a server's journal has told its listeners of all that is in it: they hear it after its authors."""
    journal.submit(lambda _sheet: None).result(timeout=60)  # the writer takes it once the listeners have been told
