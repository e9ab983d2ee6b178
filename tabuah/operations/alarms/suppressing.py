"""What is kept quiet and why: nothing is left out of sight without somebody being able to look it up. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from tabuah.operations.alarms.alarm import Alarm, AlarmState
from tabuah.operations.alarms.grouping import quieted_alarms
from tabuah.operations.maintenance.window import MaintenanceWindow, running_on


class Why(StrEnum):
    """Why something makes no noise."""

    LINK = "link"  # its link is lost: one alarm speaks for all its stations
    LADDER = "ladder"  # a worse alarm of the same cause speaks for it
    SHELVED = "shelved"
    MAINTENANCE = "maintenance"


class Suppressed(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is kept quiet: an alarm, or a station of which none is raised.

    `by` is the id of the alarm or of the maintenance that keeps it quiet, or the name of the person who shelved it.
    """

    why: Why
    station: str
    alarm: str = ""
    by: str = ""
    reason: str = ""
    until: datetime | None = None


def suppressed(alarms: Iterable[Alarm], windows: Iterable[MaintenanceWindow], now: datetime) -> list[Suppressed]:
    """Everything that is kept quiet at `now`, by cause; what was measured is never kept quiet by a lost link."""
    waiting = [alarm for alarm in alarms if alarm.state is not AlarmState.NORMAL]
    up = [alarm for alarm in waiting if alarm.is_active]
    return [*_by_link(up), *_by_ladder(up), *_shelved(waiting, now), *_worked_on(up, windows, now)]


def _by_link(alarms: Iterable[Alarm]) -> Iterator[Suppressed]:
    for alarm in alarms:
        for station in alarm.silenced:
            yield Suppressed(why=Why.LINK, station=station, by=alarm.id)


def _by_ladder(alarms: list[Alarm]) -> Iterator[Suppressed]:
    quieted = quieted_alarms(alarms)
    for alarm in alarms:
        if alarm.id in quieted:
            yield Suppressed(why=Why.LADDER, station=alarm.station, alarm=alarm.id, by=quieted[alarm.id])


def _shelved(alarms: Iterable[Alarm], now: datetime) -> Iterator[Suppressed]:
    """Also one that is over meanwhile: it still waits for an answer."""
    for alarm in alarms:
        if alarm.is_shelved(now):
            yield Suppressed(
                why=Why.SHELVED,
                station=alarm.station,
                alarm=alarm.id,
                by=alarm.shelved_by,
                reason=alarm.shelve_reason,
                until=alarm.shelved_until,
            )


def _worked_on(alarms: Iterable[Alarm], windows: Iterable[MaintenanceWindow], now: datetime) -> Iterator[Suppressed]:
    """Every station that is worked on, with its alarm where one is up."""
    up = {alarm.station: alarm.id for alarm in alarms}
    for station, window in sorted(running_on(windows, now).items()):
        yield Suppressed(
            why=Why.MAINTENANCE,
            station=station,
            alarm=up.get(station, ""),
            by=window.id,
            reason=window.reason,
            until=window.over_at,
        )
