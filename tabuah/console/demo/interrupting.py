"""A polite end from outside: Ctrl+C, or a request of the system to terminate, in and out of Qt's event loop."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Interruption:
    """Whether somebody asked for the end. While `quit_loop` is set it is called instead of raising."""

    def __init__(self) -> None:
        self.is_wanted = False
        self.quit_loop: Callable[[], None] | None = None

    def want(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Somebody asks.

        Raises:
            KeyboardInterrupt: no event loop runs that could be told.
        """
        self.is_wanted = True
        if self.quit_loop is None:
            raise KeyboardInterrupt
        self.quit_loop()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Only note it inside, where Qt's own code would be torn apart by an exception, and raise at the end.

        Raises:
            KeyboardInterrupt: somebody wanted the end meanwhile.
        """
        self.quit_loop = _nothing
        try:
            yield
        finally:
            self.quit_loop = None
        if self.is_wanted:
            raise KeyboardInterrupt


def _nothing() -> None:
    """It is noted."""


@contextmanager
def interruption() -> Iterator[Interruption]:
    """Listen for both signals until the end of the block."""
    wanted = Interruption()
    before = {name: signal.signal(name, wanted.want) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield wanted
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
