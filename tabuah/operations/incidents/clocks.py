"""Response clocks of incidents: the time used of a time limit."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.regency import current_regency

NOT_ARRIVED: Final = frozenset({Status.REPORTED, Status.VERIFIED, Status.ASSIGNED, Status.EN_ROUTE})


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A running clock: start, limit and time used."""

    started_at: datetime
    allowed: timedelta
    used: timedelta

    @property
    def due_at(self) -> datetime:
        return self.started_at + self.allowed

    @property
    def is_overdue(self) -> bool:
        return self.used > self.allowed


def arrival_clock(incident: Incident, now: datetime) -> Clock | None:
    """Return the clock until arrival on scene; None if none runs."""
    allowed_min = current_regency().hazard(incident.hazard.value).arrival_min
    if allowed_min is None or incident.status not in NOT_ARRIVED or not incident.is_open:
        return None
    allowed = timedelta(minutes=allowed_min)
    return Clock(started_at=incident.reported_at, allowed=allowed, used=now - incident.reported_at)


def is_late(incident: Incident, now: datetime) -> bool:
    """Return whether a response clock of an incident has run out."""
    clock = arrival_clock(incident, now)
    return clock is not None and clock.is_overdue
