"""Playback of a scenario: its past is sent as history, then each reading at its time."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec

from tabuah.console.simulator.timeline import ScenarioTimeline
from tabuah.console.simulator.transport import ReadingsSender
from tabuah.operations.readings.reading import Reading

TICK_S: Final = 1.0
_SLICE: Final = timedelta(minutes=30)


class ReadingSource(Protocol):
    """A source of readings: the stations of a scenario, or the GPS trackers of a fleet."""

    def readings_between(self, from_at: datetime, to_at: datetime) -> list[Reading]:
        """Return all readings in [from_at, to_at), oldest first."""


class CombinedSource:
    """Several sources merged into one."""

    def __init__(self, *parts: ReadingSource) -> None:
        self._parts = parts

    def readings_between(self, from_at: datetime, to_at: datetime) -> list[Reading]:
        """Return the readings of all sources in [from_at, to_at), oldest first."""
        found = [reading for part in self._parts for reading in part.readings_between(from_at, to_at)]
        return sorted(found, key=lambda reading: reading.at)


class PlaybackProgress(msgspec.Struct, frozen=True):
    """The playback position `at`; `caught_up` when it has reached the present."""

    at: datetime
    minute: float
    caught_up: bool


def send_history(
    source: ReadingSource,
    sender: ReadingsSender,
    timeline: ScenarioTimeline,
    *,
    hours: float,
    after: datetime | None = None,
) -> bool:
    """Send the readings from before the live part, oldest first; return False when stopped.

    The history begins `hours` before the scenario or before now, whichever is earlier, but never before
    `after`, the end of an earlier run: two scenarios must not mix in one series.
    """
    begins_at = min(timeline.live_from, timeline.scenario_start_at) - timedelta(hours=hours)
    if after is not None:
        begins_at = max(begins_at, after + timedelta(seconds=1))
    return all(sender.send(source.readings_between(a, b)) for a, b in _slices(begins_at, timeline.live_from))


def play_readings(
    source: ReadingSource,
    sender: ReadingsSender,
    timeline: ScenarioTimeline,
    *,
    now: Callable[[], datetime],
    stopping: threading.Event,
    on_progress: Callable[[PlaybackProgress], None],
    until: datetime | None = None,
) -> None:
    """Send each reading at its time, until stopped or until `until`.

    Readings are a pure function of time: readings that could not be sent while the server was away are computed
    again.
    """
    played = timeline.live_from
    while not stopping.is_set():
        present = now()
        if until is not None and present >= until:
            return
        wanted = timeline.played_until(present)
        for start, end in _slices(played, wanted):
            if not sender.send(source.readings_between(start, end)):
                return
            played = end
        on_progress(PlaybackProgress(at=played, minute=timeline.minute_at(played), caught_up=wanted >= present))
        stopping.wait(TICK_S)


def _slices(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Split the interval into slices that fit into memory, however long the server was away."""
    while start < end:
        upto = min(start + _SLICE, end)
        yield start, upto
        start = upto
