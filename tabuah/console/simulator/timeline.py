"""Mapping of scenario time to real time, and how a faster playback catches up with the present.

Readings keep the times at which the scenario measures them, so that intervals, rates and sums stay
correct. No reading lies in the future: a faster playback begins behind the present, runs `speed`
times as fast until it has caught up, and continues in real time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.scenarios import calm, earthquake, storm
from tabuah.operations.stations.station import Station

SCENARIOS: Final[dict[str, Callable[[tuple[Station, ...], datetime], Scenario]]] = {
    "storm": storm,
    "earthquake": earthquake,
    "calm": calm,
}
# The minute at which a faster playback reaches the present: siaga 1 at Koto Baru, or the first shock.
CLIMAX_MIN: Final = {"storm": 150.0, "earthquake": 10.0, "calm": 10.0}
MIN_FASTER_SPEED: Final = 1.05  # a slower playback would take days to catch up, and runs in real time instead
BEHIND_MIN: Final = 10.0  # the part that is played fast; everything before is sent as history


class TimelineSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Playback settings: `speed` times as fast, from `behind` before the present, which is reached at `minute`."""

    speed: float
    minute: float
    behind: timedelta

    @classmethod
    def of(cls, scenario: str, *, speed: float, minute: float | None, behind_min: float | None) -> "TimelineSettings":
        """Return the settings for these options. Missing options depend on the speed.

        In real time the scenario begins now. A faster playback reaches the present at the climax.
        """
        is_faster = speed >= MIN_FASTER_SPEED
        wanted = CLIMAX_MIN[scenario] if is_faster else 0.0
        behind = timedelta(minutes=BEHIND_MIN if behind_min is None else behind_min)
        return cls(
            speed=speed if is_faster else 1.0,
            minute=wanted if minute is None else minute,
            behind=behind if is_faster else timedelta(),
        )

    @property
    def catch_up_time(self) -> timedelta:
        """The real time until the playback has caught up."""
        return self.behind / (self.speed - 1) if self.behind else timedelta()

    def begin(self, now: datetime) -> "ScenarioTimeline":
        """Start a timeline at `now` (UTC)."""
        meets_at = now + self.catch_up_time
        return ScenarioTimeline(
            speed=self.speed,
            begun_at=now,
            live_from=now - self.behind,
            scenario_start_at=meets_at - timedelta(minutes=self.minute),
        )


class ScenarioTimeline(msgspec.Struct, frozen=True, kw_only=True):
    """A running playback. Everything before `live_from` was history when it started."""

    speed: float
    begun_at: datetime
    live_from: datetime
    scenario_start_at: datetime

    def played_until(self, now: datetime) -> datetime:
        """Return the time up to which readings are played at `now`; never after `now`."""
        return min(now, self.live_from + (now - self.begun_at) * self.speed)

    def minute_at(self, moment: datetime) -> float:
        """Return the scenario minute at a moment; negative before the scenario begins."""
        return (moment - self.scenario_start_at).total_seconds() / 60
