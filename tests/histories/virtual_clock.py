"""Virtual clock: advances a millisecond on every read, and by leaps on request."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


class VirtualClock:
    """Never returns the same time twice, so that the time identifies an entry of its author."""

    def __init__(self) -> None:
        self._now = START

    def __call__(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now

    def leap(self, by: timedelta) -> None:
        self._now += by

    def skewed(self, by: timedelta) -> Callable[[], datetime]:
        """Return the clock of a computer with the wrong time."""
        return lambda: self() + by
