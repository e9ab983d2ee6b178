"""Time for histories: it passes by a millisecond whenever anybody looks, and by leaps when it is told to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


class VirtualClock:
    """Never tells the same time twice, so the time of an entry tells it from all others of its author."""

    def __init__(self) -> None:
        self._now = START

    def __call__(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now

    def leap(self, by: timedelta) -> None:
        self._now += by

    def skewed(self, by: timedelta) -> Callable[[], datetime]:
        """The clock of a computer that is wrong."""
        return lambda: self() + by
