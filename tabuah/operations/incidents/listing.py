"""The incident as commands and exports list it: one flat record, the same on every console with the same head."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tabuah.operations.codes import FORWARD
from tabuah.operations.incidents.incident import Incident


class IncidentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `incident list --json`; `pending` says that something of it has not reached the server yet."""

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


def row_of(incident: Incident, *, pending: bool) -> IncidentRow:
    """The row of an incident."""
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
    )


def worst_first(incidents: Iterable[Incident]) -> list[Incident]:
    """Open before ended, then the most severe, then the least advanced, then the longest waiting."""
    return sorted(incidents, key=_urgency)


def _urgency(incident: Incident) -> tuple[bool, int, int, datetime, str]:
    step = incident.status.rank if incident.status.rank is not None else len(FORWARD)
    return (not incident.is_open, -incident.severity.rank, step, incident.reported_at, incident.id)
