"""Suppression: the list of everything that makes no sound, with its reason. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from tabuah.operations.alarms.alarm import Alarm, AlarmState
from tabuah.operations.alarms.alarm_groups import quieted_alarms
from tabuah.operations.maintenance.window import MaintenanceWindow, running_windows


class SuppressionCause(StrEnum):
    """Why an alarm or a station is suppressed."""

    LINK = "link"  # the link is lost: one alarm represents all its stations
    LADDER = "ladder"  # a more severe alarm with the same cause is active
    SHELVED = "shelved"
    MAINTENANCE = "maintenance"


class SuppressedItem(msgspec.Struct, frozen=True, kw_only=True):
    """A suppressed alarm, or a station for which no alarm is raised.

    `by` is the id of the alarm or maintenance window that suppresses it, or who shelved it.
    """

    why: SuppressionCause
    station: str
    alarm: str = ""
    by: str = ""
    reason: str = ""
    until: datetime | None = None


def find_suppressed(
    alarms: Iterable[Alarm], windows: Iterable[MaintenanceWindow], now: datetime
) -> list[SuppressedItem]:
    """Return everything that is suppressed at `now`, by cause.

    A lost link never suppresses measured values.
    """
    waiting = [alarm for alarm in alarms if alarm.state is not AlarmState.NORMAL]
    up = [alarm for alarm in waiting if alarm.is_active]
    return [*_by_link(up), *_by_ladder(up), *_shelved(waiting, now), *_worked_on(up, windows, now)]


def _by_link(alarms: Iterable[Alarm]) -> Iterator[SuppressedItem]:
    for alarm in alarms:
        for station in alarm.silenced:
            yield SuppressedItem(why=SuppressionCause.LINK, station=station, by=alarm.id)


def _by_ladder(alarms: list[Alarm]) -> Iterator[SuppressedItem]:
    quieted = quieted_alarms(alarms)
    for alarm in alarms:
        if alarm.id in quieted:
            yield SuppressedItem(
                why=SuppressionCause.LADDER, station=alarm.station, alarm=alarm.id, by=quieted[alarm.id]
            )


def _shelved(alarms: Iterable[Alarm], now: datetime) -> Iterator[SuppressedItem]:
    """Include alarms that have cleared: they still need an answer."""
    for alarm in alarms:
        if alarm.is_shelved(now):
            yield SuppressedItem(
                why=SuppressionCause.SHELVED,
                station=alarm.station,
                alarm=alarm.id,
                by=alarm.shelved_by,
                reason=alarm.shelve_reason,
                until=alarm.shelved_until,
            )


def _worked_on(
    alarms: Iterable[Alarm], windows: Iterable[MaintenanceWindow], now: datetime
) -> Iterator[SuppressedItem]:
    """Yield every station under maintenance, with its active alarm."""
    up = {alarm.station: alarm.id for alarm in alarms}
    for station, window in sorted(running_windows(windows, now).items()):
        yield SuppressedItem(
            why=SuppressionCause.MAINTENANCE,
            station=station,
            alarm=up.get(station, ""),
            by=window.id,
            reason=window.reason,
            until=window.over_at,
        )
