"""The maintenance window: the fold of its entries, its state at a time, and the usual durations."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import UNSET

from tabuah.operations.entries import Entry, ExerciseRef, Verdict, subject_key
from tabuah.operations.maintenance.entry_bodies import MaintenanceEnded, MaintenancePlanned
from tabuah.resources.time_zone import home_zone


class MaintenanceState(StrEnum):
    """State of a window; `overdue` means its time is over and a station has not reported since."""

    PLANNED = "planned"
    RUNNING = "running"
    OVERDUE = "overdue"
    OVER = "over"


class MaintenanceWindow(msgspec.Struct, frozen=True, kw_only=True, tag="maintenance"):
    """Maintenance of some stations; `ended_by` is empty until it is ended."""

    id: str
    stations: tuple[str, ...]
    since: datetime
    until: datetime
    reason: str
    planned_by: str
    planned_at: datetime
    exercise: bool
    ended_at: datetime | None = None
    ended_by: str = ""
    note: str = ""
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""

    @property
    def over_at(self) -> datetime:
        """Return the end: the planned one, or earlier if it was ended before."""
        return min(self.until, self.ended_at or self.until)

    def runs_at(self, moment: datetime) -> bool:
        """Return whether maintenance is in progress at a moment."""
        return self.since <= moment < self.over_at

    def covers(self, station: str, moment: datetime) -> bool:
        """Return whether readings of a station at a moment are part of the maintenance."""
        return station in self.stations and self.runs_at(moment)

    def silent_stations(self, heard_at: Mapping[str, datetime]) -> tuple[str, ...]:
        """Return its stations without a reading since the end; `heard_at` has each newest reading's time."""
        return tuple(s for s in self.stations if s not in heard_at or heard_at[s] < self.over_at)

    def state_at(self, now: datetime, heard_at: Mapping[str, datetime]) -> MaintenanceState:
        """Return the state at `now`; a window ended early is over even if its stations are silent."""
        if now < self.since and self.ended_at is None:
            return MaintenanceState.PLANNED
        if self.runs_at(now):
            return MaintenanceState.RUNNING
        was_ended_early = self.ended_at is not None and self.ended_at < self.until
        return (
            MaintenanceState.OVER
            if was_ended_early or not self.silent_stations(heard_at)
            else MaintenanceState.OVERDUE
        )


def fold_maintenance(
    window: MaintenanceWindow | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> MaintenanceWindow | None:
    """Return the window after an accepted entry; the first end counts."""
    match body:
        case MaintenancePlanned():
            return window or _plan(entry, body)
        case MaintenanceEnded() if window is not None and window.ended_at is None:
            return msgspec.structs.replace(window, ended_at=body.ended_at, ended_by=entry.actor, note=body.note)
    return window


def running_windows(windows: Iterable[MaintenanceWindow], now: datetime) -> dict[str, MaintenanceWindow]:
    """Return the window of every station under maintenance; if several, the one that ends last."""
    running = sorted((window for window in windows if window.runs_at(now)), key=lambda window: window.over_at)
    return {station: window for window in running for station in window.stations}


def _plan(entry: Entry, body: MaintenancePlanned) -> MaintenanceWindow:
    return MaintenanceWindow(
        id=subject_key(entry.subject),
        stations=body.stations,
        since=body.since,
        until=body.until,
        reason=body.reason,
        planned_by=entry.actor,
        planned_at=entry.at,
        exercise=entry.exercise,
        exercise_ref=entry.exercise_ref,
    )


NEXT_SHIFT_HOUR: Final = 8  # local time, when the day shift starts


class MaintenanceDuration(StrEnum):
    """Offered durations, shortest first."""

    ONE_HOUR = "one_hour"
    TWO_HOURS = "two_hours"
    EIGHT_HOURS = "eight_hours"
    TOMORROW = "tomorrow"


_HOURS: Final = {
    MaintenanceDuration.ONE_HOUR: 1,
    MaintenanceDuration.TWO_HOURS: 2,
    MaintenanceDuration.EIGHT_HOURS: 8,
}


def maintenance_ends_at(length: MaintenanceDuration, now: datetime) -> datetime:
    """Return when maintenance that starts now (UTC) ends; tomorrow means 08.00 local time of the next day."""
    if length in _HOURS:
        return now + timedelta(hours=_HOURS[length])
    tomorrow = now.astimezone(home_zone()) + timedelta(days=1)
    return tomorrow.replace(hour=NEXT_SHIFT_HOUR, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
