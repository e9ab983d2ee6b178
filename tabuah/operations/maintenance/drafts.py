"""Drafts of maintenance entries."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.maintenance.entry_bodies import LONGEST_MAINTENANCE, MaintenanceEnded, MaintenancePlanned
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.stations.station import Station


def plan_maintenance(
    window_id: str, stations: Sequence[Station], *, since: datetime, until: datetime, reason: str, now: datetime
) -> Draft:
    """Plan maintenance of stations; they raise no alarms until it is over.

    Raises:
        NotPossible: no reason, no station, stations of different worlds, or an invalid end.
    """
    if not reason.strip():
        raise NotPossible("no_maintenance_reason")
    if not stations or len({(station.exercise, station.exercise_id) for station in stations}) > 1:
        raise NotPossible("stations_of_one_kind")
    if until <= max(since, now):
        raise NotPossible("ends_in_the_past")
    if until > since + LONGEST_MAINTENANCE:
        raise NotPossible("maintenance_too_long", n=LONGEST_MAINTENANCE.days)
    codes = tuple(dict.fromkeys(station.code for station in stations))
    body = MaintenancePlanned(stations=codes, since=since, until=until, reason=reason.strip()[:400])
    return _draft(window_id, "maintenance.planned", body, at=since, of=stations[0])


def end_maintenance(window: MaintenanceWindow, *, ended_at: datetime, note: str = "") -> Draft:
    """End maintenance early.

    Raises:
        NotPossible: it has ended already.
    """
    if window.ended_at is not None:
        raise NotPossible("already_ended")
    body = MaintenanceEnded(ended_at=ended_at, note=note)
    return _draft(window.id, "maintenance.ended", body, at=ended_at, of=window)


def _draft(
    window_id: str, kind: str, body: msgspec.Struct, *, at: datetime, of: Station | MaintenanceWindow
) -> Draft:
    subject = subject_of("maintenance", window_id)
    return Draft(
        subject=subject,
        kind=kind,
        body=encode_body(body),
        occurred_at=at,
        exercise=of.exercise,
        exercise_id=of.exercise_id,
    )
