"""Check-ins of crews: when a crew on a mission must check in next, by the interval of the profile."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from tabuah.operations.units.known_units import UnitActivity
from tabuah.operations.units.positions import CLOCK_AHEAD
from tabuah.operations.units.unit import CheckIn, Unit
from tabuah.resources.regency_profile import RegencyProfile


class CheckInClock(msgspec.Struct, frozen=True, kw_only=True):
    """The running clock of a crew; it started at its last step or check-in."""

    started_at: datetime
    due_at: datetime

    def is_overdue(self, now: datetime) -> bool:
        return now > self.due_at

    def missed(self, now: datetime) -> int:
        """Return how many check-ins in a row were missed."""
        return max(0, (now - self.started_at) // (self.due_at - self.started_at))


def check_in_clock(activity: UnitActivity, profile: RegencyProfile, now: datetime) -> CheckInClock | None:
    """Return the clock of a crew; None while it is not on a mission, or where the profile gives no interval.

    Each step of the mission and each check-in starts the clock again. Those from a clock that is ahead count as now,
    so that the next due time is never further away than one interval.
    """
    minutes = check_in_minutes(activity, profile) if activity.state.is_busy else None
    if minutes is None:
        return None
    last = last_check_in(activity.unit, now)
    started_at = min(now, activity.since if last is None else max(activity.since, last.at))
    return CheckInClock(started_at=started_at, due_at=started_at + timedelta(minutes=minutes))


def check_in_minutes(activity: UnitActivity, profile: RegencyProfile) -> int | None:
    """Return the shortest interval of the missions of a crew; None where there is none."""
    given = [profile.hazard(mission.hazard.value).check_in_min for mission in activity.missions]
    intervals = [profile.check_in_min if minutes is None else minutes for minutes in given or (None,)]
    return min((minutes for minutes in intervals if minutes), default=None)


def last_check_in(unit: Unit, now: datetime) -> CheckIn | None:
    """Return the last check-in; None if there is none. One that lies in the future comes from a wrong clock."""
    return next((each for each in reversed(unit.check_ins) if each.at <= now + CLOCK_AHEAD), None)


def overdue_crews(
    activities: Iterable[UnitActivity], profile: RegencyProfile, now: datetime
) -> tuple[tuple[UnitActivity, CheckInClock], ...]:
    """Return the crews whose check-in is overdue with their clocks, the longest overdue first."""
    clocks = ((activity, check_in_clock(activity, profile, now)) for activity in activities)
    late = [(activity, clock) for activity, clock in clocks if clock is not None and clock.is_overdue(now)]
    return tuple(sorted(late, key=lambda each: (each[1].due_at, each[0].unit.id)))
