"""Plays a story: its past as history first, then reading by reading as time goes on."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from tabuah.console.simulator.story import Course
from tabuah.console.simulator.ways import Sending
from tabuah.operations.stations.readings import Reading

TICK_S: Final = 1.0
_SLICE: Final = timedelta(minutes=30)


class Measuring(Protocol):
    """What measures while a story is told: the stations of a scenario, the GPS of a fleet."""

    def readings_between(self, from_at: datetime, to_at: datetime) -> list[Reading]:
        """All readings in [from_at, to_at), oldest first."""


class Together:
    """Several that measure as one."""

    def __init__(self, *parts: Measuring) -> None:
        self._parts = parts

    def readings_between(self, from_at: datetime, to_at: datetime) -> list[Reading]:
        """All readings in [from_at, to_at), oldest first."""
        found = [reading for part in self._parts for reading in part.readings_between(from_at, to_at)]
        return sorted(found, key=lambda reading: reading.at)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the story is told at `at`; `caught_up` when that is the present."""

    at: datetime
    minute: float
    caught_up: bool


def send_history(
    measuring: Measuring, sender: Sending, course: Course, *, hours: float, after: datetime | None = None
) -> bool:
    """Send what was measured before the story began to be told, oldest first; false when told to stop.

    It begins `hours` before the story's first minute or before now, whichever is earlier, but never before `after`,
    where an earlier run ended: two stories must not mix in one series.
    """
    begins_at = min(course.told_from, course.story_start_at) - timedelta(hours=hours)
    if after is not None:
        begins_at = max(begins_at, after + timedelta(seconds=1))
    return all(sender.send(measuring.readings_between(a, b)) for a, b in _slices(begins_at, course.told_from))


def play(
    measuring: Measuring,
    sender: Sending,
    course: Course,
    *,
    now: Callable[[], datetime],
    stopping: threading.Event,
    on_progress: Callable[[Progress], None],
    until: datetime | None = None,
) -> None:
    """Send each reading when its moment has come, until told to stop or until `until`.

    Readings are a pure function of time, so what could not be sent while the server was away is made again.
    """
    told = course.told_from
    while not stopping.is_set():
        present = now()
        if until is not None and present >= until:
            return
        wanted = course.told_until(present)
        for start, end in _slices(told, wanted):
            if not sender.send(measuring.readings_between(start, end)):
                return
            told = end
        on_progress(Progress(at=told, minute=course.minute_at(told), caught_up=wanted >= present))
        stopping.wait(TICK_S)


def _slices(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The time from `start` to `end` in pieces that fit into memory, however long the server was away."""
    while start < end:
        upto = min(start + _SLICE, end)
        yield start, upto
        start = upto
