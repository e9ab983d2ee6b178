"""Facts of an incident, a unit or a task that one OPD may know: codes, times and places, no personal values. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.incidents.scope_rules import standing_of
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.scope import plain
from tabuah.operations.subject_state import SubjectValue
from tabuah.operations.tasks.task import OwnerKind, Task, TaskKind, TaskStatus
from tabuah.operations.units.unit import Unit, UnitKind, UnitState
from tabuah.operations.webhooks.settings import EventFamily, WebhookEndpoint

KINDS: Final = ("incident", "unit", "task")  # of subjects with facts
NumberOf = Callable[[str], str]


class PlaceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The place of an incident (EPSG:4326), with Kemendagri codes."""

    lon_deg: float
    lat_deg: float
    certainty: PlaceCertainty
    kecamatan_code: str = ""
    kecamatan: str = ""
    nagari_code: str = ""
    nagari: str = ""


class IncidentFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An incident to which the OPD is assigned; `is_lead` if it is named first. `title` only with `texts`."""

    id: str
    number: str
    hazard: Hazard
    severity: Severity
    status: Status
    status_times: dict[str, datetime]
    occurred_at: datetime
    reported_at: datetime
    is_lead: bool
    is_deleted: bool
    merged_into: str
    place: PlaceFacts | None
    title: str = ""


class DispatchFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of the OPD and its mission; `times` are when each step of it was reached."""

    unit: str
    name: str
    kind: UnitKind
    state: UnitState
    state_at: datetime
    incident: str
    incident_number: str
    times: dict[UnitState, datetime]


class TaskFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A disposition or task of the OPD; `unit` if a unit of it does the task. `what` only with `texts`."""

    id: str
    kind: TaskKind
    status: TaskStatus
    incident: str
    incident_number: str
    unit: str
    added_at: datetime
    due_at: datetime | None
    receipt_due_at: datetime | None
    received_at: datetime | None
    ended_at: datetime | None
    what: str = ""


Facts = IncidentFacts | DispatchFacts | TaskFacts


def family_of(value: SubjectValue) -> EventFamily | None:
    """Return the family of events about a subject; None for one that webhooks do not send.

    A call back is about a reporter, whose data an OPD does not get.
    """
    match value:
        case Incident():
            return EventFamily.INCIDENT
        case Unit():
            return EventFamily.DISPATCH
        case Task(kind=TaskKind.DISPOSITION):
            return EventFamily.DISPOSITION
        case Task(kind=TaskKind.ACTION):
            return EventFamily.TASK
    return None


def facts_of(
    value: SubjectValue, endpoint: WebhookEndpoint, authority: Authority, number_of: NumberOf
) -> Facts | None:
    """Return the facts that an endpoint may know about a subject; None if it is not one of its OPD.

    Args:
        value: the state of the subject.
        endpoint: the receiver.
        authority: units and users, by which an assignment names an OPD.
        number_of: the number of an incident by its id; empty if it is not known.
    """
    own = plain(endpoint.opd)
    match value:
        case Incident():
            assigned = [plain(opd) for opd in standing_of(value, authority).assigned]
            return _incident(value, endpoint, is_lead=assigned[0] == own) if own in assigned else None
        case Unit() if plain(value.opd) == own and not value.retired:
            return _dispatch(value, number_of)
        case Task() if plain(value.owner.office) == own and value.kind is not TaskKind.CALL_BACK:
            return _task(value, endpoint, number_of)
    return None


def _incident(incident: Incident, endpoint: WebhookEndpoint, *, is_lead: bool) -> IncidentFacts:
    return IncidentFacts(
        id=incident.id,
        number=incident.number,
        hazard=incident.hazard,
        severity=incident.severity,
        status=incident.status,
        status_times=incident.status_times,
        occurred_at=incident.occurred_at,
        reported_at=incident.reported_at,
        is_lead=is_lead,
        is_deleted=incident.deleted,
        merged_into=incident.merged_into,
        place=_place(incident.place) if incident.place is not None else None,
        title=incident.title if endpoint.texts else "",
    )


def _place(place: IncidentPlace) -> PlaceFacts:
    return PlaceFacts(
        lon_deg=place.lon_deg,
        lat_deg=place.lat_deg,
        certainty=place.certainty,
        kecamatan_code=place.kecamatan_code,
        kecamatan=place.kecamatan,
        nagari_code=place.nagari_code,
        nagari=place.nagari,
    )


def _dispatch(unit: Unit, number_of: NumberOf) -> DispatchFacts:
    return DispatchFacts(
        unit=unit.id,
        name=unit.name,
        kind=unit.kind,
        state=unit.state,
        state_at=unit.state_at,
        incident=unit.incident,
        incident_number=number_of(unit.incident),
        times=unit.times,
    )


def _task(task: Task, endpoint: WebhookEndpoint, number_of: NumberOf) -> TaskFacts:
    return TaskFacts(
        id=task.id,
        kind=task.kind,
        status=task.status,
        incident=task.incident,
        incident_number=number_of(task.incident),
        unit=task.owner.name if task.owner.kind is OwnerKind.UNIT else "",
        added_at=task.added_at,
        due_at=task.due_at,
        receipt_due_at=task.receipt_due_at,
        received_at=task.receipt.at if task.receipt is not None else None,
        ended_at=task.ended_at,
        what=task.what if endpoint.texts else "",
    )
