"""Telling the consoles what came: in one message each 50 ms, however many batches there were."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from tabuah.operations.stations.readings import Reading

EVERY_S: Final = 0.05
MOST_IN_FULL: Final = 2_000  # of more than this only the newest of each series; the rest can be queried


class ReadingsPublisher(Protocol):
    """What carries readings to the consoles; called on the thread that stores readings."""

    def publish_readings(self, readings: Sequence[Reading]) -> None:
        """Send them to everybody who listens."""


class Coalescer:
    """Collects readings and lets them go at most every `EVERY_S` seconds."""

    def __init__(self, publisher: ReadingsPublisher, clock_s: Callable[[], float]) -> None:
        self._publisher = publisher
        self._clock_s = clock_s
        self._waiting: list[Reading] = []
        self._told_at_s = float("-inf")

    def add(self, readings: Iterable[Reading]) -> None:
        """Readings that are on disk."""
        self._waiting += readings

    def wait_s(self) -> float | None:
        """How long until there is something to tell; None when nothing waits."""
        if not self._waiting:
            return None
        return max(0.0, self._told_at_s + EVERY_S - self._clock_s())

    def tell(self, *, at_once: bool = False) -> None:
        """Tell what waits, if it is time."""
        due_s = self.wait_s()
        if due_s is None or (due_s > 0 and not at_once):
            return
        readings, self._waiting = self._waiting, []
        self._told_at_s = self._clock_s()
        self._publisher.publish_readings(readings if len(readings) <= MOST_IN_FULL else _newest_of(readings))


def _newest_of(readings: Iterable[Reading]) -> list[Reading]:
    newest: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        known = newest.get((reading.station, reading.parameter))
        if known is None or reading.at >= known.at:
            newest[reading.station, reading.parameter] = reading
    return list(newest.values())
