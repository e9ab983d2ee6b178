"""Decisions that people made, each with what was known then and what was not."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.after_action.subject_past import SubjectPast, decided_at
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.entry_bodies import AlarmAcknowledged, AlarmCleared, AlarmShelved, AlarmUnshelved
from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.held_entry_kinds import EntryRefused, EntryReleased
from tabuah.operations.incidents import entry_bodies
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.outcomes import is_server_decision
from tabuah.operations.parent_events import entry_bodies as event_bodies
from tabuah.operations.replay.state_history import DatedEntry
from tabuah.operations.shelters import entry_bodies as shelter_bodies
from tabuah.operations.tasks import entry_bodies as task_bodies
from tabuah.operations.tasks.task import TaskKind
from tabuah.operations.units.entry_bodies import UnitMoved
from tabuah.operations.units.unit import UnitState

MOST_UNKNOWN: Final = 50  # entries listed of one decision


class DecisionKind(StrEnum):
    """Kind of a decision."""

    STATUS = "status"
    DISPATCH = "dispatch"
    DISPOSITION = "disposition"
    TASK = "task"
    SEVERITY = "severity"
    CLOSURE = "closure"
    MERGE = "merge"
    SETTLEMENT = "settlement"  # of a conflict
    RELEASE = "release"  # or rejection of a held entry
    ACKNOWLEDGEMENT = "acknowledgement"
    SHELVING = "shelving"
    ALARM_END = "alarm_end"  # by a supervisor
    SHELTER = "shelter"
    EVENT = "event"


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """What the author of a decision could know; the fields of an incident are None where none is concerned.

    Attributes:
        notes: the number of notes.
        figures: the figures that somebody had stated, by code.
        open_alarms: ids of the alarms that were active, the worst first.
        unknown: entries about the same incident that were written by then and had not reached the server.
    """

    status: Status | None = None
    severity: Severity | None = None
    assignment: tuple[str, ...] = ()
    figures: dict[str, int] = {}
    people_at_risk: int | None = None
    notes: int = 0
    open_alarms: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class DecisionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A decision: its entry, time, author and device; `incident` is empty where none is concerned."""

    entry: str
    kind: DecisionKind
    at: datetime
    actor: str
    device: str
    incident: str
    known: Knowledge


def decision_kind(entry: Entry) -> DecisionKind | None:
    """Return the kind of decision that an entry is; None for other entries, and for unreadable ones."""
    try:
        body = decode_body(entry)
    except MalformedBody:
        return None
    return _kind_on_incident(body) or _kind_elsewhere(body) or _kind_about_entry(entry, body)


def decision_records(
    pasts: Mapping[str, SubjectPast],
    *,
    incident_of: Callable[[Entry], str],
    alarms: Mapping[str, Alarm],
    is_shown: Callable[[Entry], bool] = lambda _entry: True,
) -> tuple[DecisionRecord, ...]:
    """Return the decisions in the order in which they were made.

    Args:
        pasts: the subjects of the report by name, and all alarms that may have been active.
        incident_of: returns the id of the incident that an entry is about; empty for none.
        alarms: the alarms by id.
        is_shown: returns whether an entry belongs to the report.
    """
    related = _subjects_by_incident(pasts, incident_of)
    found: list[tuple[int, DecisionRecord]] = []
    for past in pasts.values():
        for each in past.dated:
            if each.verdict is Verdict.REJECTED or not is_shown(each.entry):
                continue
            if (kind := decision_kind(each.entry)) is not None:
                incident = incident_of(each.entry)
                known = _knowledge(each, incident, related.get(incident, (past,)), pasts=pasts, alarms=alarms)
                found.append((each.entry.n, _record(each, kind, incident, known)))
    found.sort(key=lambda item: (item[1].at, item[1].device, item[0]))
    return tuple(record for _n, record in found)


def _record(each: DatedEntry, kind: DecisionKind, incident: str, known: Knowledge) -> DecisionRecord:
    entry = each.entry
    return DecisionRecord(
        entry=entry.id,
        kind=kind,
        at=decided_at(each),
        actor=entry.actor,
        device=entry.device,
        incident=incident,
        known=known,
    )


def _subjects_by_incident(
    pasts: Mapping[str, SubjectPast], incident_of: Callable[[Entry], str]
) -> dict[str, tuple[SubjectPast, ...]]:
    """Return the subjects about each incident."""
    found: dict[str, dict[str, SubjectPast]] = {}
    for subject, past in pasts.items():
        for each in past.dated:
            if incident := incident_of(each.entry):
                found.setdefault(incident, {})[subject] = past
    return {incident: tuple(subjects.values()) for incident, subjects in found.items()}


def _knowledge(
    decision: DatedEntry,
    incident: str,
    related: Iterable[SubjectPast],
    *,
    pasts: Mapping[str, SubjectPast],
    alarms: Mapping[str, Alarm],
) -> Knowledge:
    at, entry = decided_at(decision), decision.entry
    unknown = sorted({(each.at, each.id) for past in related for each in past.unknown_to(entry, at)})
    base = Knowledge(
        open_alarms=_open_alarms(entry, at, pasts, alarms),
        unknown=tuple(entry_id for _at, entry_id in unknown[:MOST_UNKNOWN]),
    )
    past = pasts.get(f"incident/{incident}")
    value = past.known_to(entry, at).value if past else None
    if not isinstance(value, Incident):
        return base
    stated = value.figures
    return msgspec.structs.replace(
        base,
        status=value.status,
        severity=value.severity,
        assignment=value.assignment,
        figures={name: number for name in stated.__struct_fields__ if (number := getattr(stated, name)) is not None},
        people_at_risk=value.intake.people_at_risk,
        notes=value.note_count,
    )


def _open_alarms(
    decision: Entry, at: datetime, pasts: Mapping[str, SubjectPast], alarms: Mapping[str, Alarm]
) -> tuple[str, ...]:
    found = []
    for alarm in alarms.values():
        past = pasts.get(f"alarm/{alarm.id}")
        value = past.known_to(decision, at).value if past and alarm.raised_at <= at else None
        if isinstance(value, Alarm) and value.is_active:
            found.append(value)
    return tuple(each.id for each in sorted(found, key=lambda each: (each.severity.rank, each.raised_at, each.id)))


def _kind_on_incident(body: msgspec.Struct) -> DecisionKind | None:
    match body:
        case entry_bodies.IncidentMoved():
            ends = body.to in (Status.CLOSED, Status.FALSE_REPORT)
            return DecisionKind.CLOSURE if ends else DecisionKind.STATUS
        case entry_bodies.IncidentDeleted():
            return DecisionKind.CLOSURE
        case entry_bodies.IncidentEdited() if body.assignment is not msgspec.UNSET:
            return DecisionKind.DISPATCH
        case entry_bodies.IncidentEdited() if body.severity is not msgspec.UNSET:
            return DecisionKind.SEVERITY
        case entry_bodies.IncidentMerged():
            return DecisionKind.MERGE
        case entry_bodies.ConflictSettled():
            return DecisionKind.SETTLEMENT
    return None


_KINDS: Final[tuple[tuple[tuple[type[msgspec.Struct], ...], DecisionKind], ...]] = (
    ((AlarmAcknowledged,), DecisionKind.ACKNOWLEDGEMENT),
    ((AlarmShelved, AlarmUnshelved), DecisionKind.SHELVING),
    ((task_bodies.TaskCancelled, task_bodies.TaskReopened), DecisionKind.TASK),
    (
        (shelter_bodies.ShelterAdded, shelter_bodies.ShelterClosed, shelter_bodies.ShelterReopened),
        DecisionKind.SHELTER,
    ),
    ((event_bodies.EventOpened, event_bodies.EventClosed, event_bodies.EventReopened), DecisionKind.EVENT),
)


def _kind_elsewhere(body: msgspec.Struct) -> DecisionKind | None:
    match body:
        case task_bodies.TaskAdded():
            return DecisionKind.DISPOSITION if body.kind is TaskKind.DISPOSITION else DecisionKind.TASK
        case UnitMoved():
            return DecisionKind.DISPATCH if body.to is UnitState.ASSIGNED else None
        case AlarmCleared():
            return DecisionKind.ALARM_END if body.reason else None
    return next((kind for classes, kind in _KINDS if isinstance(body, classes)), None)


def _kind_about_entry(entry: Entry, body: msgspec.Struct) -> DecisionKind | None:
    is_choice = isinstance(body, EntryReleased | EntryRefused) and not is_server_decision(entry)
    return DecisionKind.RELEASE if is_choice else None
