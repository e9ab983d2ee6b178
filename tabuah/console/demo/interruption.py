"""Handling of SIGINT (Ctrl+C) and SIGTERM, inside and outside Qt's event loop."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Interruption:
    """Records a request to end. While `quit_loop` is set, it is called instead of raising KeyboardInterrupt."""

    def __init__(self) -> None:
        self.is_requested = False
        self.quit_loop: Callable[[], None] | None = None

    def request(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Handle a signal.

        Raises:
            KeyboardInterrupt: no event loop is running.
        """
        self.is_requested = True
        if self.quit_loop is None:
            raise KeyboardInterrupt
        self.quit_loop()

    @contextmanager
    def postponed(self) -> Iterator[None]:
        """Postpone KeyboardInterrupt to the end of the block: an exception must not unwind Qt's own code.

        Raises:
            KeyboardInterrupt: a signal arrived inside the block.
        """
        self.quit_loop = _do_nothing
        try:
            yield
        finally:
            self.quit_loop = None
        if self.is_requested:
            raise KeyboardInterrupt


def _do_nothing() -> None: ...


@contextmanager
def catch_interruption() -> Iterator[Interruption]:
    """Handle SIGINT and SIGTERM until the block ends."""
    wanted = Interruption()
    before = {name: signal.signal(name, wanted.request) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield wanted
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
