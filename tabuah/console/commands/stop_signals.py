"""The signals that stop a command which runs until then: Ctrl+C (SIGINT) and SIGTERM."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Yield an event that Ctrl+C and SIGTERM set; restore the earlier handlers at the end."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {name: signal.signal(name, stop) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
