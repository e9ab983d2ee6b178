"""Broadcast of readings to consoles: one message every 50 ms, whatever the number of batches."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from tabuah.operations.readings.reading import Reading

EVERY_S: Final = 0.05
MAX_IN_FULL: Final = 2_000  # above this only the newest reading of each series is sent; the rest can be queried


class ReadingsPublisher(Protocol):
    """Sends readings to consoles; called on the thread that stores readings."""

    def publish_readings(self, readings: Sequence[Reading]) -> None:
        """Send readings to all listening consoles."""


class ReadingsCoalescer:
    """Collects readings and publishes them at most every `EVERY_S` seconds."""

    def __init__(self, publisher: ReadingsPublisher, clock_s: Callable[[], float]) -> None:
        self._publisher = publisher
        self._clock_s = clock_s
        self._waiting: list[Reading] = []
        self._published_at_s = float("-inf")

    def add(self, readings: Iterable[Reading]) -> None:
        """Add readings that are on disk."""
        self._waiting += readings

    def wait_s(self) -> float | None:
        """Return the time until the next publication; None without readings."""
        if not self._waiting:
            return None
        return max(0.0, self._published_at_s + EVERY_S - self._clock_s())

    def publish(self, *, at_once: bool = False) -> None:
        """Publish the collected readings if it is time."""
        due_s = self.wait_s()
        if due_s is None or (due_s > 0 and not at_once):
            return
        readings, self._waiting = self._waiting, []
        self._published_at_s = self._clock_s()
        self._publisher.publish_readings(readings if len(readings) <= MAX_IN_FULL else _newest_of(readings))


def _newest_of(readings: Iterable[Reading]) -> list[Reading]:
    newest: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        known = newest.get((reading.station, reading.parameter))
        if known is None or reading.at >= known.at:
            newest[reading.station, reading.parameter] = reading
    return list(newest.values())
