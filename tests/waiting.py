"""Waiting in tests for what happens in another thread or process."""

import time
from collections.abc import Callable


def until(happens: Callable[[], object], timeout_s: float = 15) -> None:
    """Wait until something is so, or fail."""
    deadline = time.monotonic() + timeout_s
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
