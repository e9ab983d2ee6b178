"""Where a story lies in time: which minute falls on the present, and how it catches up when it runs faster.

Readings keep the moments at which the scenario measures them, so that intervals, rates and sums stay true and rules
judge them rightly. Nothing is ever measured in the future. A story that runs faster than the clock can therefore only
catch up with the present: it begins a little behind it, runs `speed` times as fast, and goes on in real time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.simulation.calm import calm
from tabuah.operations.simulation.earthquake import earthquake
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.storm import storm
from tabuah.operations.stations.station import Station

SCENARIOS: Final[dict[str, Callable[[tuple[Station, ...], datetime], Scenario]]] = {
    "storm": storm,
    "earthquake": earthquake,
    "calm": calm,
}
# The minute that a faster story has reached when it meets the present: siaga 1 at Koto Baru, the first shock.
CLIMAX_MIN: Final = {"storm": 150.0, "earthquake": 10.0, "calm": 10.0}
LEAST_FASTER: Final = 1.05  # below it a story would take days to catch up: that is real time
BEHIND_MIN: Final = 10.0  # how much of it is then played quickly; all before comes as history


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How a story is told: `speed` times as fast, from `behind` before the present, meeting it at `minute`."""

    speed: float
    minute: float
    behind: timedelta

    @classmethod
    def of(cls, scenario: str, *, speed: float, minute: float | None, behind_min: float | None) -> "Telling":
        """The telling that was asked for; what was not said depends on the speed.

        In real time the story begins now. Faster, it meets the present at its climax.
        """
        is_faster = speed >= LEAST_FASTER
        wanted = CLIMAX_MIN[scenario] if is_faster else 0.0
        behind = timedelta(minutes=BEHIND_MIN if behind_min is None else behind_min)
        return cls(
            speed=speed if is_faster else 1.0,
            minute=wanted if minute is None else minute,
            behind=behind if is_faster else timedelta(),
        )

    @property
    def catching_up(self) -> timedelta:
        """How long it takes until the story has met the present."""
        return self.behind / (self.speed - 1) if self.behind else timedelta()

    def begin(self, now: datetime) -> "Course":
        """Begin at `now` (UTC)."""
        meets_at = now + self.catching_up
        return Course(
            speed=self.speed,
            begun_at=now,
            told_from=now - self.behind,
            story_start_at=meets_at - timedelta(minutes=self.minute),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A story that has begun. `told_from` is the moment up to which it was history when it began."""

    speed: float
    begun_at: datetime
    told_from: datetime
    story_start_at: datetime

    def told_until(self, now: datetime) -> datetime:
        """Up to which moment the story is told at `now`; never beyond it."""
        return min(now, self.told_from + (now - self.begun_at) * self.speed)

    def minute_at(self, moment: datetime) -> float:
        """The minute of the story at a moment; negative before it begins."""
        return (moment - self.story_start_at).total_seconds() / 60
