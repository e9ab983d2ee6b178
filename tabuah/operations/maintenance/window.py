"""A window of maintenance as the fold of its entries, and where it stands at a moment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from tabuah.operations.entries import Entry, subject_key
from tabuah.operations.maintenance.bodies import MaintenanceEnded, MaintenancePlanned


class Standing(StrEnum):
    """Where a window stands; `overdue` is over by the clock while one of its stations has not spoken again."""

    PLANNED = "planned"
    RUNNING = "running"
    OVERDUE = "overdue"
    OVER = "over"


class MaintenanceWindow(msgspec.Struct, frozen=True, kw_only=True, tag="maintenance"):
    """Work on some stations; `ended_by` is empty until somebody, or the server's clock, has ended it."""

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

    @property
    def over_at(self) -> datetime:
        """When it is over: at its end, or before where somebody said so."""
        return min(self.until, self.ended_at or self.until)

    def runs_at(self, moment: datetime) -> bool:
        """Whether the stations are worked on at a moment."""
        return self.since <= moment < self.over_at

    def covers(self, station: str, moment: datetime) -> bool:
        """Whether what a station measures at a moment is part of the work."""
        return station in self.stations and self.runs_at(moment)

    def missing(self, heard_at: Mapping[str, datetime]) -> tuple[str, ...]:
        """Its stations of which nothing was measured since it was over; `heard_at` is the newest reading of each."""
        return tuple(s for s in self.stations if s not in heard_at or heard_at[s] < self.over_at)

    def standing(self, now: datetime, heard_at: Mapping[str, datetime]) -> Standing:
        """Where it stands; one that a person has ended is over whether or not its stations speak."""
        if now < self.since and self.ended_at is None:
            return Standing.PLANNED
        if self.runs_at(now):
            return Standing.RUNNING
        was_ended_early = self.ended_at is not None and self.ended_at < self.until
        return Standing.OVER if was_ended_early or not self.missing(heard_at) else Standing.OVERDUE


def fold_maintenance(
    window: MaintenanceWindow | None, entry: Entry, body: msgspec.Struct
) -> MaintenanceWindow | None:
    """The window after an accepted entry; the first end counts."""
    match body:
        case MaintenancePlanned():
            return window or _plan(entry, body)
        case MaintenanceEnded() if window is not None and window.ended_at is None:
            return msgspec.structs.replace(window, ended_at=body.ended_at, ended_by=entry.actor, note=body.note)
    return window


def running_on(windows: Iterable[MaintenanceWindow], now: datetime) -> dict[str, MaintenanceWindow]:
    """The window of every station that is worked on now; of several the one that ends last."""
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
    )
