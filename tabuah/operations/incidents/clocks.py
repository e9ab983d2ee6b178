"""Clocks of incidents: the time used of the time limits that the profile of the regency gives."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

import msgspec

from tabuah.operations.codes import FORWARD_STATUSES, Channel, Hazard, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.regency.working_days import is_working_day
from tabuah.resources.regency import current_regency
from tabuah.resources.regency_profile import ClockSettings, RegencyProfile
from tabuah.resources.time_zone import in_home_zone

ARRIVAL: Final = "arrival"  # code of the clock that `arrival_min` of a hazard gives
_DAY: Final = timedelta(days=1)


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A running clock: start, limit and time used; `name` is empty for the arrival on scene."""

    started_at: datetime
    allowed: timedelta
    used: timedelta
    code: str = ARRIVAL
    name: str = ""

    @property
    def due_at(self) -> datetime:
        return self.started_at + self.allowed

    @property
    def is_overdue(self) -> bool:
        return self.used > self.allowed


class ClockRule(msgspec.Struct, frozen=True, kw_only=True):
    """The incidents that have a clock, from their report on; empty hazards or channels are all."""

    code: str
    waiting: frozenset[Status]  # in which it runs
    name: str = ""
    hazards: frozenset[Hazard] = frozenset()
    channels: frozenset[Channel] = frozenset()
    minutes: int | None = None
    days: int | None = None
    working: bool = False

    def concerns(self, incident: Incident) -> bool:
        """Return whether an incident has this clock, running or not."""
        return (not self.hazards or incident.hazard in self.hazards) and (
            not self.channels or incident.channel in self.channels
        )

    def applies_to(self, incident: Incident) -> bool:
        """Return whether the clock of an incident runs."""
        return incident.status in self.waiting and self.concerns(incident)

    def due_at(self, started_at: datetime) -> datetime:
        return limit_end(started_at, minutes=self.minutes, days=self.days, working=self.working)

    def overdue_before(self, now: datetime) -> datetime:
        """Return the moment before which a clock started that is overdue now."""
        if self.minutes is not None:
            return now - timedelta(minutes=self.minutes)
        local, left = in_home_zone(now), self.days or 0
        day = local.date() - (_DAY if local.time() == time() else timedelta())  # all days before it have ended
        while left:
            day -= _DAY
            left -= not self.working or is_working_day(day)
        return datetime.combine(day, time(), tzinfo=local.tzinfo)


def limit_end(started_at: datetime, *, minutes: int | None, days: int | None, working: bool) -> datetime:
    """Return when a time limit ends; one in days ends with the local day.

    Args:
        started_at: its start.
        minutes: its length in minutes, or
        days: its length in days, after the day of the start.
        working: whether only working days count.
    """
    if minutes is not None:
        return started_at + timedelta(minutes=minutes)
    local = in_home_zone(started_at)
    day, left = local.date(), days or 0
    while left:
        day += _DAY
        left -= not working or is_working_day(day)
    return datetime.combine(day + _DAY, time(), tzinfo=local.tzinfo).astimezone(started_at.tzinfo)


class _Cached:
    """The rules of the profile in use: ten thousand cards ask for them at once."""

    profile: RegencyProfile | None = None
    rules: tuple[ClockRule, ...] = ()


def clock_rules() -> tuple[ClockRule, ...]:
    """Return the clocks of incidents that the profile in use gives."""
    profile = current_regency()
    if _Cached.profile is not profile:
        _Cached.profile, _Cached.rules = profile, tuple(_rules_of(profile))
    return _Cached.rules


def _rules_of(profile: RegencyProfile) -> Iterator[ClockRule]:
    for hazard in Hazard:
        arrival_min = profile.hazard(hazard.value).arrival_min
        if arrival_min is not None:
            waiting = _before(Status.ON_SCENE)
            yield ClockRule(code=ARRIVAL, waiting=waiting, hazards=frozenset({hazard}), minutes=arrival_min)
    known = set(FORWARD_STATUSES)
    yield from (_rule_of(clock) for clock in profile.clocks if clock.starts == "report" and clock.stops in known)


def running_clocks(incident: Incident, now: datetime) -> tuple[Clock, ...]:
    """Return the running clocks of an incident, the first due first."""
    if not incident.is_open:
        return ()
    started_at = incident.reported_at
    found = [
        Clock(
            started_at=started_at,
            allowed=rule.due_at(started_at) - started_at,
            used=now - started_at,
            code=rule.code,
            name=rule.name,
        )
        for rule in clock_rules()
        if rule.applies_to(incident)
    ]
    return tuple(sorted(found, key=lambda clock: (clock.due_at, clock.code)))


def next_clock(incident: Incident, now: datetime) -> Clock | None:
    """Return the clock of an incident that is due next, or overdue longest; None if none runs."""
    return next(iter(running_clocks(incident, now)), None)


def is_late(incident: Incident, now: datetime) -> bool:
    """Return whether a clock of an incident has run out."""
    clock = next_clock(incident, now)
    return clock is not None and clock.is_overdue


def _rule_of(clock: ClockSettings) -> ClockRule:
    return ClockRule(
        code=clock.code,
        name=clock.name,
        waiting=_before(Status(clock.stops)),
        hazards=frozenset(hazard for hazard in Hazard if hazard.value in clock.hazards),
        channels=frozenset(channel for channel in Channel if channel.value in clock.channels),
        minutes=clock.minutes,
        days=clock.days,
        working=clock.working,
    )


def _before(status: Status) -> frozenset[Status]:
    """Return the steps before a status."""
    last = FORWARD_STATUSES.index(status) if status in FORWARD_STATUSES else 0
    return frozenset(FORWARD_STATUSES[:last])
