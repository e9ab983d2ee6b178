"""The incident list of commands and exports, the same on every console with the same head."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tabuah.operations.codes import FORWARD_STATUSES
from tabuah.operations.incidents.clocks import is_late
from tabuah.operations.incidents.incident import Incident


class IncidentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `incident list --json`; `pending` means that a change has not reached the server."""

    id: str
    number: str
    hazard: str
    severity: str
    status: str
    title: str
    lon_deg: float | None
    lat_deg: float | None
    nagari: str
    kecamatan: str
    place_certainty: str
    occurred_at: datetime
    reported_at: datetime
    updated_at: datetime
    pending: bool
    people_at_risk: int | None = None
    exercise: bool = False
    exercise_id: str = ""


def incident_row(incident: Incident, *, pending: bool) -> IncidentRow:
    place = incident.place
    return IncidentRow(
        id=incident.id,
        number=incident.number,
        hazard=incident.hazard,
        severity=incident.severity,
        status=incident.status,
        title=incident.title,
        lon_deg=place.lon_deg if place else None,
        lat_deg=place.lat_deg if place else None,
        nagari=place.nagari if place else "",
        kecamatan=place.kecamatan if place else "",
        place_certainty=place.certainty if place else "unknown",
        occurred_at=incident.occurred_at,
        reported_at=incident.reported_at,
        updated_at=incident.updated_at,
        pending=pending,
        people_at_risk=incident.intake.people_at_risk,
        exercise=incident.exercise,
        exercise_id=incident.exercise_id,
    )


def sort_by_urgency(incidents: Iterable[Incident]) -> list[Incident]:
    """Sort incidents: open first, then by severity, least advanced, longest waiting."""
    return sorted(incidents, key=_urgency)


def sort_for_board(incidents: Iterable[Incident], now: datetime) -> list[Incident]:
    """Sort incidents as the board shows them: open first, then late ones, the worst, and the oldest."""
    return sorted(
        incidents, key=lambda i: (not i.is_open, not is_late(i, now), -i.severity.rank, i.reported_at, i.id)
    )


def _urgency(incident: Incident) -> tuple[bool, int, int, datetime, str]:
    step = incident.status.rank if incident.status.rank is not None else len(FORWARD_STATUSES)
    return (not incident.is_open, -incident.severity.rank, step, incident.reported_at, incident.id)
